"""Turns a database address into Django's settings."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlparse


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
            "pool": {"min_size": 1, "max_size": int(os.environ.get("RAPPORT_POOL", "12")), "timeout": 10},
            **query,
        },
        "TEST": {"TEMPLATE": "template0"},
    }
