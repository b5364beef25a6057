"""The second reading of a file: every row becomes one staged row in each step, written by COPY."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from rapport.kit.tables import Row, Table
from rapport.platform.identity.viewer import Viewer
from rapport.records.errors import Invalid, InvalidFields
from rapport.records.fields import Field
from rapport.records.importing.cells import CACHE, EMPTY, Cell, Group, Reading, groups_of, members
from rapport.records.importing.targets import is_open
from rapport.records.record import Record

_COPY = "COPY records_importrow (run_id, step, line, state, key, values, links, fresh, lacks, errors, cells) FROM STDIN"
# So many rows, some hundred kilobytes, go to PostgreSQL at a time.
BATCH = 250
# After so many rows a column shows whether its texts repeat.
TRIED = 2000
# Characters kept of each cell of a refused row.
MOST_SHOWN = 2000


@dataclass
class Staged:
    """One pass ready to be staged: its step number and its groups with their caches."""

    step: int
    reading: Reading
    groups: list[Group]
    lacks: dict[frozenset[int], str]
    always_lacks: list[str]
    required: list[int]
    where: int | None
    usual: dict[str, Any]
    # Which groups are given -> whether the entity completes such records by something of its own.
    by_itself: dict[int, bool] = field(default_factory=dict)
    added: set[str] = field(default_factory=set)

    @classmethod
    def of_pass(cls, step: int, reading: Reading, defaults: dict[str, Any]) -> "Staged":
        """Prepares a pass; `defaults` are the columns that a new record has anyway."""
        groups = groups_of(reading)
        required, missing = [], []
        for one in reading.record.fields_for(reading.context.viewer).values():
            if not one.required or one.column in defaults:
                continue
            place = next((i for i, g in enumerate(groups) if g.field is one), None)
            given_by_row = any(s.of for k, s in reading.one.columns.items() if k == one.name)
            if place is not None:
                required.append(place)
            elif not given_by_row:
                missing.append(_("%(field)s is needed.") % {"field": one.label})
        where = reading.columns[reading.one.where] if reading.one.where else None
        return cls(step, reading, groups, {}, missing, required, where, _filled(reading.record, reading.context.viewer))

    def lack(self, empty: Sequence[int]) -> str:
        """Why a row with these required groups empty cannot become a new record, as JSON or ""."""
        key = frozenset(empty)
        if key not in self.lacks:
            found = {
                self.groups[i].column: _("%(field)s is needed.") % {"field": self.groups[i].field.label}  # type: ignore[union-attr]
                for i in key
            }
            if self.always_lacks:
                found[""] = " ".join(self.always_lacks)
            self.lacks[key] = orjson.dumps(found).decode() if found else ""
        return self.lacks[key]

    def completed(self, given: int, values: list[str]) -> tuple[str, str]:
        """What the entity adds to a new record with these values, and why it cannot be created: JSON, or ""."""
        record, context = self.reading.record, self.reading.context
        named = {one.column: one for one in record.fields_for(context.viewer).values()}
        known = orjson.loads("{" + ",".join(values).replace("\\\\", "\\") + "}")
        row = {named[column].name: value for column, value in known.items() if column in named}
        made: dict[str, Any] = {}
        try:
            for name, value in record.fill(dict(row), context.viewer).items():
                if (name not in row and self.usual.get(name, value) != value) or name not in {**row, **self.usual}:
                    made |= record.field(name).clean(value, context)
                    self.added.add(name)
        except InvalidFields as problem:
            self.by_itself[given] = True
            return "", _json({"": " ".join(problem.errors.values())})
        self.by_itself.setdefault(given, bool(made))
        return ("{" + members(made).replace("\\", "\\\\") + "}" if made else ""), ""


def _filled(record: Record, viewer: Viewer) -> dict[str, Any]:
    """What the entity says of a record of which nothing is known; nothing if it needs something."""
    try:
        return record.fill({}, viewer)
    except InvalidFields:
        return {}


def defaults_of(record: Record, mapped: Iterable[Field], viewer: Viewer) -> dict[str, Any]:
    """{column: SQL value} of a new record of whose mapped fields the file says nothing."""
    context = record.context(viewer)
    made: dict[str, Any] = {}
    columns = {f.column: f for f in record.model._meta.concrete_fields}
    for one in mapped:
        if not is_open(one) or one.readonly:
            continue
        try:
            made |= one.clean(one.default if one.default is not None else None, context)
        except Invalid:
            continue
    # What the table cannot leave empty takes what the model says.
    for name, value in list(made.items()):
        if value is None and not columns[name].null:
            if columns[name].has_default():
                made[name] = columns[name].get_default()
            else:
                del made[name]
    for name, value in _filled(record, viewer).items():
        made |= record.field(name).clean(value, context)
    if record.has_owner:
        made["owner_id"] = viewer.id
    made["created_by_id"] = viewer.id
    return made


class _Into:
    """The table of staged rows as a COPY that stays open, so that PostgreSQL writes while the next rows are read.

    To read a cell the database may be asked, which it cannot be meanwhile: each question ends the COPY, and the next rows
    begin another one.
    """

    def __init__(self) -> None:
        self._open: ExitStack | None = None
        self._copy: Any = None

    def write(self, lines: list[str]) -> None:
        """Sends the rows on their way."""
        if self._open is None:
            with ExitStack() as opening:
                self._copy = opening.enter_context(opening.enter_context(connection.cursor()).copy(_COPY))
                self._open = opening.pop_all()
        self._copy.write("".join(lines))

    def end(self) -> None:
        """Waits until all rows are there."""
        ended, self._open, self._copy = self._open, None, None
        if ended is not None:
            ended.close()

    def asked(self, execute: Callable[..., Any], *question: Any) -> Any:
        """Comes before each question to the database."""
        self.end()
        return execute(*question)


def stage(run_id: int, table: Table, passes: list[Staged]) -> None:
    """Reads all rows and copies them into every pass. Raises TableError."""
    plans = [_plan(one) for one in passes]
    lines: list[str] = []
    into = _Into()
    with connection.execute_wrapper(into.asked):
        try:
            for number, row in enumerate(table.rows(), 1):
                if number == TRIED:
                    _forget(plans, number)
                if row.problem is not None:
                    lines.append(_refused(run_id, passes[0].step, row, {"": Invalid.of(row.problem).message}))
                else:
                    for one, plan in zip(passes, plans, strict=True):
                        if one.where is None or row.cells[one.where].strip():
                            lines.append(_line(run_id, one, plan, row))
                if len(lines) >= BATCH:
                    into.write(lines)
                    lines.clear()
            if lines:
                into.write(lines)
        finally:
            into.end()


def _plan(one: Staged) -> list[list[Any]]:
    """Per group: its place or places, its cache if it has one, itself, its number, its short way, and the place for that."""
    return [
        [g.places[0] if len(g.places) == 1 else g.places, {}, g, i, g.quick, g.places[0] if g.quick else 0]
        for i, g in enumerate(one.groups)
    ]


def _forget(plans: list[list[list[Any]]], rows: int) -> None:
    """Keeps no longer what the texts of a column mean where nearly every row had another one."""
    for plan in plans:
        for entry in plan:
            if len(entry[1]) > rows * 0.9:
                entry[1] = None


def _line(run_id: int, one: Staged, plan: list, row: Row) -> str:
    cells = row.cells
    values: list[str] = []
    links: list[str] = []
    errors: dict[str, str] | None = None
    asks = False
    key = ""
    empty: list[int] = []
    required = one.required
    given_groups = 0
    for places, cache, group, number, quick, place in plan:
        if cache is None:
            cell: Cell = (quick and quick(cells[place])) or _read(group, cells)
        else:
            given: Any = cells[places] if places.__class__ is int else tuple([cells[i] for i in places])
            cell = cache.get(given)
            if cell is None:
                cell = (quick and quick(cells[place])) or _read(group, cells)
                if len(cache) > CACHE:
                    cache.clear()
                cache[given] = cell
        if cell is EMPTY:
            if number in required:
                empty.append(number)
            continue
        given_groups |= 1 << number
        value, link, error, asked, own_key = cell
        if value:
            values.append(value)
        if link:
            links.append(link)
        if own_key:
            key = own_key
        if error:
            errors = errors or {}
            errors[group.column] = error
            asks = asks or asked
        elif not value and not link and number in required:
            empty.append(number)
    if errors:
        return _refused(run_id, one.step, row, errors, "question" if asks and len(errors) == 1 else "refused")
    lack = one.lack(empty).replace("\\", "\\\\") if empty or one.always_lacks else ""
    fresh = ""
    if one.by_itself.get(given_groups, True):
        fresh, lacking = one.completed(given_groups, values)
        lack = lack or lacking
    return (
        f"{run_id}\t{one.step}\t{row.line}\tcreate\t{key or NULL}\t{{{','.join(values)}}}\t"
        f"{'{' + ','.join(links) + '}' if links else NULL}\t{fresh or NULL}\t{lack or NULL}\t{NULL}\t{NULL}\n"
    )


NULL = "\\N"


def _read(group: Group, cells: list[str]) -> Cell:
    """What the texts of the group say, the long way."""
    return _escaped(group.read([cells[i] for i in group.places]))


def _escaped(cell: Cell) -> Cell:
    """The cell's texts as COPY wants them; JSON has no tabs or line ends left, only backslashes."""
    key = cell.key
    if not cell.links and "\\" not in cell.values and key.isprintable() and "\\" not in key:
        return cell if cell != EMPTY else EMPTY
    key = key.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return Cell(cell.values.replace("\\", "\\\\"), cell.links.replace("\\", "\\\\"), cell.error, cell.asks, key)


def _refused(run_id: int, step: int, row: Row, errors: dict[str, str], state: str = "refused") -> str:
    told = _json({_keepable(column): _keepable(text) for column, text in errors.items()})
    # They are for looking at; who wants the row back gets it from the file.
    cells = _json([_keepable(text[:MOST_SHOWN]) for text in row.cells])
    return f"{run_id}\t{step}\t{row.line}\t{state}\t{NULL}\t{{}}\t{NULL}\t{NULL}\t{NULL}\t{told}\t{cells}\n"


def _keepable(text: str) -> str:
    """NUL and half characters cannot be kept as text; the file itself still has them."""
    return str(text).replace("\x00", "�").encode("utf-8", "replace").decode()


def _json(value: Any) -> str:
    return orjson.dumps(value).decode().replace("\\", "\\\\")


def stage_missing(run_id: int, step: int, rows: list[tuple[str, dict[str, Any], dict[str, str]]]) -> None:
    """Stages records that are made because names mean them: (name, values, links by name)."""
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for line, (name, values, links) in enumerate(rows, 1):
            copy.write_row(
                (run_id, step, line, "create", name, "{" + members(values) + "}",
                 orjson.dumps(links).decode() if links else None, None, None, None, None)
            )  # fmt: skip
