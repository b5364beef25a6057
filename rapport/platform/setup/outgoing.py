"""Whether this instance may write to the outside world: mail, webhooks, whatever reaches somebody who is no user of it.

A restored instance may not: what is queued in it was perhaps sent long ago by the one that it is a copy of. The mark lies in
a schema of its own, so that it belongs to this database and not to its content: it is in no backup, and no restore
takes it away.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils.translation import gettext as _

from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.platform.setup.facts import OutgoingReleased

_SCHEMA = "rapport_instance"
_MARK = f"{_SCHEMA}.outgoing_held"


class OutgoingHeld(Exception):
    """Nothing may leave this instance now. What was to be sent stays queued; the message is for people."""


@dataclass(frozen=True)
class Held:
    """Since when nothing leaves, and the moment of the backup that was restored then."""

    since: datetime
    made_at: str


def hold(db: psycopg.Connection[Any], *, made_at: str) -> bool:
    """Holds everything from now on; False if it was held already. Without Django, for the middle of a restore."""
    if db.execute("SELECT to_regclass(%s)", [_MARK]).fetchone() != (None,):
        return False
    with db.transaction():
        db.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
        db.execute(f"CREATE TABLE {_MARK} (since timestamptz NOT NULL DEFAULT now(), made_at text NOT NULL)")
        db.execute(f"INSERT INTO {_MARK} (made_at) VALUES (%s)", [made_at])  # noqa: S608 a constant of ours
    return True


def let_go(db: psycopg.Connection[Any]) -> None:
    """Takes the mark away, where a restore did not come to pass."""
    db.execute(f"DROP TABLE IF EXISTS {_MARK}")


def held() -> Held | None:
    """Since when everything is held; None if it is not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [_MARK])
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute(f"SELECT since, made_at FROM {_MARK}")  # noqa: S608 a constant of ours
        found = cursor.fetchone()
        return Held(*found) if found else None


def allowed() -> bool:
    """Whether something may leave. Whoever sends asks right before, in the process that sends."""
    return held() is None


def must_be_allowed() -> None:
    """The same for a job: raises OutgoingHeld, so that it is tried again later."""
    if not allowed():
        raise OutgoingHeld(_("Outgoing mail and webhooks are held since a backup was restored."))


def release(viewer: Viewer) -> bool:
    """Lets everything leave again and writes down who did; False if nothing was held."""
    with transaction.atomic(), acting(viewer, "release outgoing"):
        found = held()
        if found is None:
            return False
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {_MARK}")
        state(OutgoingReleased(found.since.isoformat(), found.made_at), viewer=viewer)
    return True
