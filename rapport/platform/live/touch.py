"""Saying that something changed, never what: open pages fetch it again with their own rights."""

import re

from django.db import connection

TOPIC = re.compile(r"[a-z0-9][a-z0-9:._-]{0,99}")
CHANNEL = "rapport_live"


def touch(*topics: str) -> None:
    """Tells every open page that follows one of the topics ("deals", "deal-7") when the present transaction commits.

    Several touches of one topic in one transaction arrive as one. Raises ValueError for what is no topic.
    """
    for topic in topics:
        if not TOPIC.fullmatch(topic):
            raise ValueError(f"{topic!r} is no topic: small letters, digits and - : . _, at most 100 of them")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) topic", [CHANNEL, list(topics)])
