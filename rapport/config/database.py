"""Turns a database address into Django's settings."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlparse

from rapport.platform.prepared import UNASKED

REPLICA = "DATABASE_REPLICA_URL"


def databases() -> dict[str, dict[str, Any]]:
    """Django's databases: the main one, and the replica where DATABASE_REPLICA_URL names one."""
    found = {"default": database_settings(os.environ.get("DATABASE_URL") or "postgresql://rapport@/rapport")}
    if url := os.environ.get(REPLICA):
        found["replica"] = replica_settings(url)
    return found


def replica_settings(url: str) -> dict[str, Any]:
    """The same for a replica: nothing can be written there, and nobody waits long for it."""
    made = database_settings(url)
    made["OPTIONS"]["pool"] |= {"min_size": 0, "timeout": 2}
    made["OPTIONS"]["options"] = f"{made['OPTIONS'].get('options', '')} -c default_transaction_read_only=on".strip()
    return made | {"TEST": {"MIRROR": "default"}}


def database_settings(url: str) -> dict[str, Any]:
    """`url` is postgresql://user:password@host:port/name?option=value; a Unix socket is named by ?host=/folder."""
    parts = urlparse(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "rapport",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "") or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # A pool that has lost its server waits longer after each try, up to minutes; when it gives up early, the
            # next request tries at once.
            "pool": {
                "min_size": 1,
                "max_size": int(os.environ.get("RAPPORT_POOL", "12")),
                "timeout": 10,
                "reconnect_timeout": 2,
            },
            # What platform/prepared.py asks for is prepared; by itself psycopg prepares nothing.
            "prepare_threshold": UNASKED,
            **query,
        },
        "TEST": {"TEMPLATE": "template0"},
    }
