"""Saying that something changed, never what: open pages fetch it again with their own rights."""

from django.db import connection

CHANNEL = "rapport_live"


def touch(*topics: str) -> None:
    """Tells every open page that follows one of the topics, when the present transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) topic", [CHANNEL, list(topics)])
