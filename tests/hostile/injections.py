"""SQL that somebody tries to smuggle in, and a watch that notices if any of it is ever run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import psycopg
from django.db import connection

# In every payload, so that it can be found again in a statement where it must not be.
MARK = "zq7x"
# A sequence is not rolled back: once asked, it stays asked.
RAN = f"nextval('{MARK}_ran')"

PAYLOADS = [
    f"{MARK}'", f'{MARK}"', f"{MARK}' --", f"{MARK}'/*", f"*/{MARK}", f"{MARK}' OR '1'='1", f"{MARK}') OR {RAN}>0 --",
    f"{MARK}'; SELECT {RAN}; --", f"{MARK}'; DROP TABLE {MARK}_canary; --", f"{MARK}\"; DELETE FROM {MARK}_canary; --",
    f"{MARK}' OR pg_sleep(20) IS NOT NULL --", f"{MARK}'||pg_sleep(20)::text||'", f"{MARK}') UNION SELECT {RAN}::text --",
    f"{MARK}'||(SELECT {RAN}::text)||'", f"1; SELECT {RAN} --{MARK}", f"1 OR {RAN}>0 --{MARK}", f"(SELECT {RAN}, '{MARK}')",
    f"{RAN}::{MARK}", f"CASE WHEN {RAN}>0 THEN name ELSE '{MARK}' END", f"$${MARK}$$", f"$q${MARK}$q$;SELECT {RAN};--",
    f"{MARK}\\'; SELECT {RAN}; --", f"E'\\x27{MARK}", f"U&'\\0027{MARK}'", f"{MARK}\x00' OR {RAN}>0 --", f"{MARK}\x00",
    f"{MARK}ʼ OR {RAN}>0 --", f"{MARK}＇ OR {RAN}>0 --", f"{MARK}\u2019;--", f"%{MARK}_%", f"{MARK}\\%", f"{MARK}\\",
    f"%s%(x)s%%{MARK}", f"{{{MARK}}}", f"{{0.__class__}}{MARK}", f"$.{MARK} ? (@ == {RAN})", f'{{"{MARK}": ["\'"]}}',
    f"{{{MARK},\"'\"}}", f"'{MARK}'::regclass", f"{MARK}.name", f"{MARK}' AND 1=CAST(version() AS int) --", f"-{MARK}'",
    f"{MARK},name;--", f"{MARK}:sum'", f"{MARK}\r\n; SELECT {RAN};", f"{MARK}" + "'" * 400,
]  # fmt: skip
# Some of everything in one text, for places of which there are many.
POLYGLOTS = [
    f"{MARK}'\")) OR {RAN}>0; DROP TABLE {MARK}_canary; SELECT pg_sleep(20); --%s%%\\",
    f"1); SELECT {RAN} --{MARK}",
    f"$.{MARK}'\x00\"{{}}[]",
]


@dataclass
class Watched:
    """What went to PostgreSQL: how many statements, and those that had a payload outside their parameters."""

    statements: int = 0
    leaks: list[str] = field(default_factory=list)

    def see(self, query: Any) -> None:
        """Looks at one statement as it was written, before parameters are put in."""
        text = query.as_string(None) if hasattr(query, "as_string") else query
        text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        self.statements += 1
        if MARK in text.lower():
            self.leaks.append(text[:2000])


@contextmanager
def watched() -> Iterator[Watched]:
    """Fails if a payload stood in a statement's own text, if one was run, or if the canary is gone."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SEQUENCE {MARK}_ran")
        cursor.execute(f"CREATE TABLE {MARK}_canary AS SELECT 'alive' AS state")
        # A payload that sleeps meets this, and the answer is a crash.
        cursor.execute("SET LOCAL statement_timeout = '8s'")
    seen = Watched()
    with _spied("execute", seen), _spied("executemany", seen), _spied("copy", seen), _spied("stream", seen):
        yield seen
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (SELECT is_called FROM {MARK}_ran), (SELECT string_agg(state, ',') FROM {MARK}_canary)")
        ran, canary = cursor.fetchone()
        cursor.execute(f"DROP SEQUENCE {MARK}_ran; DROP TABLE {MARK}_canary; SET LOCAL statement_timeout = 0")
    assert not seen.leaks, f"{len(seen.leaks)} statements with a payload outside their parameters: {seen.leaks[0]}"
    assert not ran, "a payload was run"
    assert canary == "alive", "the canary is gone"
    assert seen.statements, "nothing was asked of the database"


def _spied(name: str, seen: Watched) -> Any:
    """psycopg's own cursor, under Django and everything else, tells what it is asked."""
    real = getattr(psycopg.Cursor, name)

    def spy(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        seen.see(query)
        return real(self, query, *args, **kwargs)

    return mock.patch.object(psycopg.Cursor, name, spy)
