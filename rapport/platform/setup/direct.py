"""Django's database without Django's pool: for what waits on a connection, or must know at once that there is none."""

from typing import Any

from django.db import connections


def parameters(alias: str = "default", **more: Any) -> dict[str, Any]:
    """psycopg's arguments for a database; the keep-alives find out about a server that vanished silently."""
    known = connections[alias].get_connection_params()
    wanted = {key: known[key] for key in ("dbname", "user", "password", "host", "port") if known.get(key)}
    return wanted | {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3} | more
