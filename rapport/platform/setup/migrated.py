"""Remembers that a database is up to date, so that a start need not load Django to find out. Plain Python.

What is remembered is compared with two things that change whenever it could be wrong: the migration files of this
program, and the number and the last of the migrations in the database.
"""

import hashlib
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[3]
_APPLIED = "SELECT count(*), max(id) FROM django_migrations"


def is_known_migrated(home: Path, url: str) -> bool:
    """True only if nothing has changed since remember() was called for this home and database."""
    try:
        return _note(home).read_text() == _state(url)
    except (FileNotFoundError, psycopg.Error):
        return False


def remember(home: Path, url: str) -> None:
    """Called right after the migrations were applied."""
    _note(home).write_text(_state(url))


def _note(home: Path) -> Path:
    return home / "run" / "migrated"


def _state(url: str) -> str:
    total = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for path in sorted(ROOT.glob("rapport/**/migrations/*.py")):
        total.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    with psycopg.connect(url, connect_timeout=10) as db:
        applied = db.execute(_APPLIED).fetchone()
    return f"{total.hexdigest()} {applied}"
