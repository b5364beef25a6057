"""The floor of reads: the same SELECTs through psycopg, without anything around them."""

from collections.abc import Callable
from typing import Any

from django.db import connection


def bare_reads(do: Callable[[], object]) -> Callable[[], None]:
    """Does it once, and returns a function that only sends the SELECTs which it sent, and fetches their rows."""
    sent: list[tuple[str, Any]] = []

    def spy(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(spy):
        do()

    def again() -> None:
        with connection.cursor() as cursor:
            for sql, params in sent:
                cursor.execute(sql, params)
                cursor.fetchall()

    return again
