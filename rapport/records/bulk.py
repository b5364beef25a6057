"""Many records at once, set-based: one UPDATE, one journal action, one fact."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.platform.live.touch import touch
from rapport.records.errors import InvalidFields
from rapport.records.facts import RecordsChanged
from rapport.records.read import Query, Reader
from rapport.records.record import Record
from rapport.records.write import clean, translated

ACTIONS = ("edit", "delete", "restore")


@dataclass
class Selection:
    """Which records: the ids, or everything that a filter and a search match."""

    ids: list[int] = field(default_factory=list)
    filter: Any = None
    q: str = ""
    everything: bool = False


@dataclass
class Done:
    """What a bulk action did. `beyond` records were asked for by id but are out of reach or gone."""

    action: int
    changed: int
    beyond: int


def change_many(
    record: Record, selection: Selection, *, viewer: Viewer, do: str = "edit", values: dict[str, Any] | None = None
) -> Done:
    """Edits, deletes or restores every selected record that the viewer may change. Raises InvalidFields."""
    if do not in ACTIONS:
        raise InvalidFields({"action": _("One of edit, delete and restore is needed.")})
    if do == "edit":
        if not values:
            raise InvalidFields({"values": _("There is nothing to change.")})
        columns = clean(record, values, viewer, whole=False)
        sets, set_params = ", ".join(f'"{c}" = %s' for c in columns), list(columns.values())
    else:
        sets, set_params = ("deleted_at = now()" if do == "delete" else "deleted_at = NULL"), []
    reader = Reader(record, viewer, action="edit" if do == "edit" else "delete")
    query = Query(filter=selection.filter, q=selection.q, binned=do == "restore")
    rule = reader.within(query)
    see = record.rule(viewer, "view", "t")
    where, params = f"{rule.sql} AND {see.sql}", [*rule.params, *see.params]
    if not selection.everything:
        where, params = f"{where} AND t.id = ANY(%s)", [*params, selection.ids]
    chosen = f"SELECT t.id FROM {record.table} t {' '.join(reader.built.joins.values())} WHERE {where} ORDER BY t.id FOR UPDATE OF t"  # noqa: S608
    with acting(viewer, f"bulk {do} {record.entity}") as action, connection.cursor() as cursor:
        with translated(record):
            cursor.execute(
                f"UPDATE {record.table} SET {sets} WHERE id IN ({chosen})",  # noqa: S608
                [*set_params, *reader.built.join_params, *params],
            )
        changed = cursor.rowcount
        if do == "edit" and changed:
            cursor.execute(
                'SELECT row FROM journal_entry WHERE action_id = %s AND "table" = %s', [action, record.table]
            )
            record.after_write([row[0] for row in cursor.fetchall()], viewer)
        state(RecordsChanged(record.entity, action, changed), viewer=viewer)
        touch(record.entity)
    return Done(action, changed, 0 if selection.everything else len(set(selection.ids)) - changed)
