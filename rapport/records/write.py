"""Writing records: the only writers of the engine. Each takes the viewer, passes the gate, and states one fact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Refused
from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.platform.prepared import prepared
from rapport.records import mentions
from rapport.records.errors import Conflict, Invalid, InvalidFields, NotFound
from rapport.records.facts import RecordChanged, RecordCreated, RecordDeleted, RecordRestored
from rapport.records.fields import Field
from rapport.records.read import Reader
from rapport.records.record import Record
from rapport.records.telling import tell


def clean(
    record: Record, values: dict[str, Any], viewer: Viewer, *, whole: bool, row: int | None = None
) -> dict[str, Any]:
    """Checks values and returns {column: SQL value}; `whole` asks for required fields too. Raises InvalidFields.

    `row` is the record that they are for: what it holds already may be given again, seen or not.
    """
    known, context = record.fields_for(viewer), record.context(viewer)
    context.row = row
    errors: dict[str, str] = {}
    columns: dict[str, Any] = {}
    for name, value in values.items():
        one = known.get(name)
        if one is None:
            errors[name] = _("There is no such field.")
        elif one.readonly:
            errors[name] = _("This field cannot be changed.")
        elif one.required and one.empty(value):
            errors[name] = _("This field is needed.")
        else:
            try:
                columns.update(one.clean(value, context))
            except Invalid as problem:
                errors[name] = problem.message
    if whole:
        for one in known.values():
            if one.required and one.name not in values:
                errors[one.name] = _("This field is needed.")
    if errors:
        raise InvalidFields(errors)
    return columns


def assigned(record: Record, columns: dict[str, Any], viewer: Viewer) -> tuple[str, list[Any]]:
    """What an UPDATE of the table as t sets, with parameters: of lists only what the viewer is shown of them is replaced."""
    sets, params = [], []
    for column, value in columns.items():
        params.append(value)
        if one := record.keepers.get(column):
            kept = one.keeping(f't."{column}"', "%s", viewer)
            sets.append(f'"{column}" = {kept.sql}')
            params += kept.params
        else:
            sets.append(f'"{column}" = %s')
    return ", ".join(sets), params


def create(record: Record, values: dict[str, Any], *, viewer: Viewer, verb: str = "create") -> int:
    """Creates a record and returns its id. Raises Refused, InvalidFields."""
    if not record.may(viewer, "create"):
        raise Refused(_("You may not create this."))
    values = record.fill(dict(values), viewer)
    columns = clean(record, values, viewer, whole=True)
    if record.has_owner and "owner" not in values:
        columns["owner_id"] = viewer.id
    columns["created_by_id"] = viewer.id
    names = ", ".join(f'"{c}"' for c in columns)
    with acting(viewer, f"{verb} {record.entity}"), connection.cursor() as cursor:
        with translated(record, savepoint=False):
            cursor.execute(
                f"INSERT INTO {record.table} ({names}) VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id",  # noqa: S608
                list(columns.values()),
            )
        pk: int = cursor.fetchone()[0]
        # Nobody writes what they would not see afterwards.
        rule = Reader(record, viewer, action="create").reach()
        if not rule.is_open:
            cursor.execute(f"SELECT 1 FROM {record.table} t WHERE id = %s AND {rule.sql}", [pk, *rule.params])  # noqa: S608
            if cursor.fetchone() is None:
                raise Refused(_("You may not create a record for somebody outside your reach."))
        record.after_write([pk], viewer)
        if record.is_activity and "@[" in str(columns.get("body", "")):
            mentions.sync(record, pk, columns["body"], viewer)
        tell(record, [pk], viewer, RecordCreated(record.entity, pk))
    return pk


def change(
    record: Record, pk: int, values: dict[str, Any], *, viewer: Viewer, version: int | None = None, verb: str = "edit"
) -> dict[str, Any]:
    """Changes fields of one record and returns it whole.

    `version` is the one that the writer looked at: fields that others changed since are a Conflict, other fields merge.
    Raises NotFound, Refused, InvalidFields, Conflict.
    """
    reader = Reader(record, viewer, action=record.access.afterwards)
    with acting(viewer, f"{verb} {record.entity}"), prepared() as cursor:
        lock(record, pk, viewer, "edit")
        columns = clean(record, values, viewer, whole=False, row=pk)
        if version is not None:
            _check_version(record, pk, values, version, viewer)
        if columns:
            sets, given = assigned(record, columns, viewer)
            with translated(record, savepoint=False):
                cursor.execute(f"UPDATE {record.table} t SET {sets} WHERE id = %s", [*given, pk])  # noqa: S608
            record.after_write([pk], viewer)
            if record.is_activity and "body" in columns:
                mentions.sync(record, pk, columns["body"], viewer)
            tell(record, [pk], viewer, RecordChanged(record.entity, pk, sorted(values)))
        try:
            return reader.get(pk)
        except NotFound:
            raise Refused(_("The change would put the record out of your own reach.")) from None


def lock(record: Record, pk: int, viewer: Viewer, action: str, *, binned: bool = False) -> None:
    """Locks one row that the viewer may do the action with. Raises NotFound if they may not see it, else Refused."""
    see, do = record.rule(viewer, "view", "t"), record.rule(viewer, action, "t")
    with prepared() as cursor:
        cursor.execute(
            f"SELECT ({do.sql}) FROM {record.table} t WHERE t.id = %s AND t.deleted_at IS {'NOT ' if binned else ''}NULL "  # noqa: S608
            f"AND {see.sql} FOR UPDATE OF t",
            [*do.params, pk if abs(pk) < 2**62 else 0, *see.params],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    if not row[0]:
        raise Refused(_("You may look at this record but not change it."))


def _check_version(record: Record, pk: int, values: dict[str, Any], version: int, viewer: Viewer) -> None:
    """Raises Conflict if a field in `values` was changed by somebody since the row had that version.

    Raises InvalidFields for a version that the row has not had yet.
    """
    _refuse_future(record, pk, version)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT d.key FROM journal_entry e CROSS JOIN LATERAL jsonb_object_keys(e.diff) d(key)
               WHERE e."table" = %s AND e.row = %s AND e.op = 'U' AND e.version > %s""",
            [record.table, pk, version],
        )
        moved = {row[0] for row in cursor.fetchall()}
    known = record.fields_for(viewer)
    clashing = [name for name in values if moved & set(columns_of(known[name]))]
    if not clashing:
        return
    now = Reader(record, viewer).get(pk)
    context = record.context(viewer)
    context.row = pk
    # Whoever writes what stands there already has no quarrel with it.
    clashing = [
        n for n in clashing if repr(known[n].clean(values[n], context)) != repr(known[n].clean(now[n], context))
    ]
    if clashing:
        raise Conflict({name: {"yours": values[name], "theirs": now[name]} for name in clashing}, now["version"])


def columns_of(one: Field) -> list[str]:
    """The columns that a field writes."""
    return [one.column, f"{one.column}_currency"] if one.kind == "money" else [one.column]


def _refuse_future(record: Record, pk: int, version: int) -> int:
    """Returns the row's version. Raises InvalidFields if the one that was looked at does not exist yet."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT version FROM {record.table} WHERE id = %s", [pk])  # noqa: S608
        present: int = cursor.fetchone()[0]
    if version > present:
        raise InvalidFields({"If-Match": _("The record has not had this version yet.")})
    return present


def remove(record: Record, pk: int, *, viewer: Viewer, version: int | None = None) -> None:
    """Puts a record into the bin; with `version` only if nobody changed it since.

    Raises NotFound, Refused, Conflict, InvalidFields if it must stay.
    """
    with acting(viewer, f"delete {record.entity}"):
        lock(record, pk, viewer, "delete")
        if version is not None and (present := _refuse_future(record, pk, version)) != version:
            raise Conflict({}, present)
        tell(record, [pk], viewer)
        with translated(record):
            record.model._default_manager.filter(pk=pk).update(deleted_at=Now())
        state(RecordDeleted(record.entity, pk), viewer=viewer)


def restore(record: Record, pk: int, *, viewer: Viewer) -> None:
    """Takes a record out of the bin. Raises NotFound, Refused, InvalidFields if another took its place."""
    with acting(viewer, f"restore {record.entity}"):
        lock(record, pk, viewer, "delete", binned=True)
        with translated(record):
            record.model._default_manager.filter(pk=pk).update(deleted_at=None)
        tell(record, [pk], viewer, RecordRestored(record.entity, pk))


class translated:
    """Turns a broken database constraint into InvalidFields that names the field, and keeps the transaction usable.

    Without a savepoint of its own it is the block around that has to end, as `acting` does for a single write.
    """

    def __init__(self, record: Record, *, savepoint: bool = True) -> None:
        self.record = record
        self.savepoint = transaction.atomic(savepoint=savepoint)

    def __enter__(self) -> None:
        self.savepoint.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.savepoint.__exit__(kind, error, trace)
        if isinstance(error, IntegrityError):
            name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
            field, message = self.record.constraints.get(
                name, ("", _("The values do not fit together: %(name)s.") % {"name": name})
            )
            raise InvalidFields({field: str(message)}) from error


def must_reach(record: Record, pk: int, viewer: Viewer, action: str) -> None:
    """Refuses a form beforehand that could not be sent. The caller checked that the viewer sees the record."""
    rule = record.rule(viewer, action, "t")
    if rule.is_shut or not (rule.is_open or ids_within(record, [pk], viewer, action)):
        raise Refused(_("You may look at this record but not change it."))


def ids_within(record: Record, ids: Sequence[int], viewer: Viewer, action: str) -> list[int]:
    """Those of the ids that exist and that the viewer may do the action with."""
    rule = record.rule(viewer, action, "t")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.id FROM {record.table} t WHERE t.id = ANY(%s) AND t.deleted_at IS NULL AND {rule.sql}",  # noqa: S608
            [list(ids), *rule.params],
        )
        return [row[0] for row in cursor.fetchall()]
