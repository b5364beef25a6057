"""Says who acts: everything written inside `acting` is journalled under one action."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from rapport.platform.identity.viewer import Viewer
from rapport.platform.prepared import prepared
from rapport.platform.replica.own_writes import note_own_write

_OPEN = """
WITH opened AS (
    INSERT INTO journal_action (actor_id, source, verb, undoes_id) VALUES (%s, %s, %s, %s) RETURNING id
)
SELECT id, set_config('rapport.action', id::text, true) FROM opened
"""


@contextmanager
def acting(viewer: Viewer | None, verb: str, *, undoes: int | None = None, within: int | None = None) -> Iterator[int]:
    """Opens a transaction and an action in it, and yields the action's id.

    Inside another action of the same transaction it joins that one: what a verb causes belongs to the verb.
    `within` goes on with an action of an earlier transaction, as the chunks of an import do.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic(), prepared() as cursor:
        joined = None
        if not outermost:
            cursor.execute("SELECT current_setting('rapport.action', true)")
            joined = cursor.fetchone()[0]
        if joined and within is None:
            yield int(joined)
            return
        if within is not None:
            cursor.execute("SELECT set_config('rapport.action', %s, true)", [str(within)])
            action = within
        else:
            actor, source = (viewer.id, viewer.source) if viewer else (None, "system")
            cursor.execute(_OPEN, [actor, source, verb, undoes])
            action = cursor.fetchone()[0]
        if viewer:
            note_own_write(viewer.id)
        yield action
        if not outermost:
            # The transaction goes on behind this block, so the setting is put back by hand.
            cursor.execute("SELECT set_config('rapport.action', %s, true)", [joined or ""])


def open_action(viewer: Viewer | None, verb: str) -> int:
    """Writes an action of its own, for work that spans several transactions."""
    from rapport.platform.journal.models import Action

    return Action.objects.create(
        actor_id=viewer.id if viewer else None, source=viewer.source if viewer else "system", verb=verb
    ).pk
