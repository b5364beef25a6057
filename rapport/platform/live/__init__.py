"""Live updates: "topic X changed", never what changed. Each open page fetches again with its own rights."""

import re

from django.db import connection

TOPIC = re.compile(r"[a-z0-9][a-z0-9:._-]{0,99}")
CHANNEL = "rapport_live"


def touch(topic: str) -> None:
    """Tells every open page that listens to `topic` (such as "deal-7" or "deals") to fetch again, once this commits.

    Several touches of one topic in one transaction arrive as one. Raises ValueError for what is no topic.
    """
    if not TOPIC.fullmatch(topic):
        raise ValueError(f"{topic!r} is no topic: small letters, digits and - : . _, at most 100 of them")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])
