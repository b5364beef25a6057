"""Many records at once, set-based: one UPDATE, one journal action, one fact."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Refused
from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.platform.live.touch import touch
from rapport.records.errors import InvalidFields
from rapport.records.facts import RecordsChanged
from rapport.records.read import Query, Reader
from rapport.records.record import Record
from rapport.records.write import assigned, clean, ids_within, translated

ACTIONS = ("edit", "delete", "restore")
PIECE = 4000


@dataclass
class Selection:
    """Which records: the ids, or everything that a filter and a search match."""

    ids: list[int] = field(default_factory=list)
    filter: Any = None
    q: str = ""
    everything: bool = False


@dataclass
class Done:
    """What a bulk action did; `action` is None if nothing was changed.

    `beyond` records were asked for by id but are out of reach or gone.
    """

    action: int | None
    changed: int
    beyond: int


class _Nothing(Exception):
    """No row was changed: there shall be no action and no fact either."""


def change_many(
    record: Record, selection: Selection, *, viewer: Viewer, do: str = "edit", values: dict[str, Any] | None = None
) -> Done:
    """Edits, deletes or restores every selected record that the viewer may change. Raises InvalidFields, Refused."""
    if do not in ACTIONS:
        raise InvalidFields({"action": _("One of edit, delete and restore is needed.")})
    if not record.may(viewer, "edit" if do == "edit" else "delete"):
        raise Refused(_("Your role may not do this."))
    asked = len(set(selection.ids))
    try:
        action, changed = _change_many(record, selection, viewer, do, values)
    except _Nothing:
        return Done(None, 0, 0 if selection.everything else asked)
    return Done(action, changed, 0 if selection.everything else asked - changed)


def _change_many(
    record: Record, selection: Selection, viewer: Viewer, do: str, values: dict[str, Any] | None
) -> tuple[int, int]:
    sets: str
    set_params: list[Any]
    if do == "edit":
        if not values:
            raise InvalidFields({"values": _("There is nothing to change.")})
        columns = clean(record, values, viewer, whole=False)
        sets, set_params = assigned(record, columns, viewer)
    else:
        sets, set_params = ("deleted_at = now()" if do == "delete" else "deleted_at = NULL"), []
    reader = Reader(record, viewer, action="edit" if do == "edit" else "delete")
    query = Query(filter=selection.filter, q=selection.q, binned=do == "restore")
    rule = reader.within(query)
    where, params = rule.sql, [*rule.params]
    if not selection.everything:
        where, params = f"{where} AND t.id = ANY(%s)", [*params, selection.ids]
    chosen = f"SELECT t.id FROM {record.table} t {' '.join(reader.built.joins.values())} WHERE {where} ORDER BY t.id FOR UPDATE OF t"  # noqa: S608
    with acting(viewer, f"bulk {do} {record.entity}") as action, connection.cursor() as cursor:
        cursor.execute(chosen, [*reader.built.join_params, *params])
        ids = [row[0] for row in cursor.fetchall()]
        with translated(record):
            # Piece by piece PostgreSQL finds the rows by their key and remembers few of them for the triggers.
            for place in range(0, len(ids), PIECE):
                cursor.execute(
                    f"UPDATE {record.table} t SET {sets} WHERE id = ANY(%s)",  # noqa: S608
                    [*set_params, ids[place : place + PIECE]],
                )
        if not ids:
            raise _Nothing
        if do == "edit":
            afterwards = record.access.afterwards
            is_open = record.rule(viewer, afterwards, "t").is_open
            if not is_open and len(ids_within(record, ids, viewer, afterwards)) < len(ids):
                raise Refused(_("The change would put records out of your own reach."))
            record.after_write(ids, viewer)
        state(RecordsChanged(record.entity, action, len(ids)), viewer=viewer)
        touch(record.entity)
    return action, len(ids)
