"""Moving a card to another column: what that means is the record's own business, else the field is set."""

from typing import Any

from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.records import write
from rapport.records.boards.reading import grouping
from rapport.records.errors import Conflict, Invalid, InvalidFields
from rapport.records.fields import Field, Link
from rapport.records.read import Reader
from rapport.records.record import Record


def key_of(value: Any) -> str:
    """The key of the column in which a record with this value stands."""
    return str(value["id"]) if isinstance(value, dict) else value or ""


def move(
    record: Record,
    pk: int,
    by: str,
    to: str,
    *,
    viewer: Viewer,
    before: str | None = None,
    values: dict[str, Any] | None = None,
) -> int:
    """Puts a record into the column of the key `to` and returns the journal's action.

    `values` are written with it, such as what the column requires. Raises NotFound, Refused, InvalidFields naming what
    is missing, and Conflict if the record stands no longer in the column `before`.
    """
    assert record.board is not None
    one = grouping(record, by, viewer)
    with acting(viewer, f"move {record.entity}") as action:
        write.lock(record, pk, viewer, "edit")
        item = Reader(record, viewer).get(pk, [by])
        if before is not None and key_of(item[by]) != before:
            raise Conflict({by: {"yours": to, "theirs": one.text(item[by])}}, item["version"])
        drop = record.board.drops.get(by)
        _check(one, to, record, viewer, clearable=drop is None)
        if values:
            write.change(record, pk, values, viewer=viewer)
        if drop:
            drop(viewer, pk, to)
        else:
            write.change(record, pk, {by: to or None}, viewer=viewer)
    return action


def _check(one: Field, to: str, record: Record, viewer: Viewer, *, clearable: bool) -> None:
    """Raises InvalidFields unless the key is one that the field can have."""
    if one.readonly or (not to and (one.required or not clearable)):
        raise InvalidFields({one.name: _("This field cannot be changed.")})
    try:
        if to and isinstance(one, Link):
            one.existing(to, record.context(viewer))
        elif to:
            one.clean(to, record.context(viewer))
    except Invalid as problem:
        raise InvalidFields({one.name: problem.message}) from None
