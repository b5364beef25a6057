"""The write: chunk by chunk, each in one transaction with the states of its rows, so that it can go on after any end."""

from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

import orjson
from django.db import DataError, Error, IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.jobs import fence
from rapport.platform.journal.acting import acting, open_action
from rapport.platform.live.touch import touch
from rapport.records.errors import InvalidFields
from rapport.records.facts import RecordsChanged
from rapport.records.importing import matching, tying
from rapport.records.importing.abreast import abreast
from rapport.records.importing.checking import counted, steps_of
from rapport.records.importing.matching import STEP_ROWS, Step, merged_values, told, written_values
from rapport.records.importing.storing import may_import
from rapport.records.models import ImportRun
from rapport.records.write import translated

CHUNK = 2000
# The first key of the advisory locks that keep an import from being written twice at the same time.
LOCK = 0x1390
# How often two pieces that wait for each other are tried.
TRIES = 3


class AlreadyRunning(Exception):
    """Somebody else is writing this import at the moment."""


def write(run: ImportRun, *, viewer: Viewer, chunk: int = CHUNK) -> ImportRun:
    """Writes what the check found, or what is left of it. Raises AlreadyRunning.

    Every chunk commits on its own under the import's one journal action.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, run.pk])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning
        try:
            take_turn(cursor)
            run.refresh_from_db()
            if run.status not in (ImportRun.CHECKED, ImportRun.WRITING, ImportRun.FAILED):
                return run
            return _write(run, viewer, chunk)
        finally:
            # A connection that is lost has lost its locks, and must not hide why.
            with suppress(Error):
                cursor.execute("SELECT pg_advisory_unlock(%s, k) FROM unnest(ARRAY[0, %s]) k", [LOCK, run.pk])


def take_turn(cursor: Any) -> None:
    """Waits until no other import is written: the second of two that name the same people has to find the first's."""
    cursor.execute("SELECT pg_advisory_lock(%s, 0)", [LOCK])


def _write(run: ImportRun, viewer: Viewer, chunk: int) -> ImportRun:
    for step in steps_of(run):
        if step.kind == "pass":
            may_import(step.record, viewer)
    with transaction.atomic():
        if run.action_id is None:
            run.action_id = open_action(viewer, f"import {run.entity}")
        run.status, run.error = ImportRun.WRITING, ""
        run.save(update_fields=["action", "status", "error"])
        touch(f"imports-{run.pk}")
    steps = steps_of(run)
    for step in steps:
        with transaction.atomic():
            _prepare(run, step, steps, viewer)
            fence()
        abreast(_pieces(run, step, chunk), partial(_write_piece, run, step, viewer))
        if any(getattr(step.record.field(name), "to", "") == step.entity for name in step.pending):
            _link_itself(run, step, steps, viewer)
    with transaction.atomic():
        run.counts = counted(run)
        run.status, run.finished_at, run.done = ImportRun.DONE, timezone.now(), run.total
        run.save()
        touch(f"imports-{run.pk}", "imports")
        fence()
    return run


def _prepare(run: ImportRun, step: Step, steps: list[Step], viewer: Viewer) -> None:
    """Links to what earlier steps made, and a second look at what has happened since the check."""
    tying.resolve_rows(run.pk, step)
    tying.resolve_names(run.pk, step, steps, itself=False)
    if step.kind == "missing":
        _drop_existing(run, step)
    else:
        matching.match(run.pk, step, viewer)


def _drop_existing(run: ImportRun, step: Step) -> None:
    """Somebody, or an earlier step, may have made the missing record meanwhile; then that one is meant."""
    record = step.record
    same = f"rapport_fold(t.{record.title_column}) = rapport_fold(r.key)"
    for name in step.pending:
        column = record.field(name).column
        same += f" AND t.\"{column}\" = (r.values ->> '{column}')::bigint"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE records_importrow r SET state = 'skip', record_id = t.id FROM {record.table} t
                WHERE {STEP_ROWS} AND r.state = 'create' AND t.deleted_at IS NULL AND {same}""",
            [run.pk, step.no],
        )


class Piece(NamedTuple):
    """The rows from one line to another, which are written in one transaction; `todo` of them are to be written."""

    first: int
    last: int
    todo: int


def _pieces(run: ImportRun, step: Step, size: int) -> list[Piece]:
    """What is left of the step, in pieces of `size` rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT min(line), max(line), count(*) FROM (
                    SELECT r.line, (row_number() OVER (ORDER BY r.line) - 1) / %s AS piece FROM records_importrow r
                    WHERE {STEP_ROWS} AND r.state IN ('create', 'update')) c GROUP BY piece ORDER BY piece""",
            [size, run.pk, step.no],
        )
        return [Piece(*row) for row in cursor.fetchall()]


def _write_piece(run: ImportRun, step: Step, viewer: Viewer, piece: Piece) -> None:
    """Writes the rows in one transaction; once more where it and the piece beside it wait for each other."""
    for left in reversed(range(TRIES)):
        try:
            return _write_rows(run, step, viewer, piece)
        except OperationalError as problem:
            if not left or not isinstance(problem.__cause__, DeadlockDetected):
                raise
    return None


def _write_rows(run: ImportRun, step: Step, viewer: Viewer, piece: Piece) -> None:
    record = step.record
    with acting(viewer, f"import {run.entity}", within=run.action_id), connection.cursor() as cursor:
        ids = _apply(cursor, run, step, viewer, piece.first, piece.last)
        if ids:
            record.after_write(ids, viewer)
            state(RecordsChanged(step.entity, run.action_id or 0, len(ids)), viewer=viewer)
        touch(step.entity, f"imports-{run.pk}")
        # Last, as whoever writes the next piece waits for it.
        ImportRun.objects.filter(pk=run.pk).update(done=F("done") + piece.todo)
        fence()


def _apply(cursor: Any, run: ImportRun, step: Step, viewer: Viewer, first: int, last: int) -> list[int]:
    """Writes the rows of these lines and returns the records' ids; a row that the database refuses is found by halving."""
    try:
        with translated(step.record), _as_invalid():
            return _insert(cursor, run, step, first, last) + _update(cursor, run, step, viewer, first, last)
    except InvalidFields as problem:
        if first == last:
            matching.refuse(cursor, run.pk, step.no, [first], " ".join(problem.errors.values()))
            return []
    cursor.execute(
        f"""SELECT max(line) FILTER (WHERE place <= many / 2), min(line) FILTER (WHERE place > many / 2), max(many) FROM (
                SELECT r.line, row_number() OVER (ORDER BY r.line) AS place, count(*) OVER () AS many
                FROM records_importrow r WHERE {STEP_ROWS} AND r.line BETWEEN %s AND %s
                AND r.state IN ('create', 'update')) c""",
        [run.pk, step.no, first, last],
    )
    middle, second, many = cursor.fetchone()
    if many == 1:
        return _apply(cursor, run, step, viewer, second, second)
    return _apply(cursor, run, step, viewer, first, middle) + _apply(cursor, run, step, viewer, second, last)


class _as_invalid:
    """A value that the database cannot take refuses its row, not the import."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, DataError) and not isinstance(error, IntegrityError):
            raise InvalidFields({"": _("The database cannot keep these values.")}) from error


def _insert(cursor: Any, run: ImportRun, step: Step, first: int, last: int) -> list[int]:
    record = step.record
    # What the rows do not say comes from the defaults; both are complete together.
    columns = list(dict.fromkeys([*step.columns, *orjson.loads(step.defaults)]))
    names, values = ", ".join(f'"{c}"' for c in columns), ", ".join(f'p."{c}"' for c in columns)
    # Asked for once, and not by the statement for every row.
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [record.table])
    sequence = cursor.fetchone()[0]
    # Only what this very statement marks is made, whoever else may be at it.
    cursor.execute(
        f"""WITH r AS (UPDATE records_importrow r SET record_id = nextval(%s::regclass), state = 'created'
                WHERE {STEP_ROWS} AND r.line BETWEEN %s AND %s AND r.state = 'create'
                RETURNING r.line, r.record_id, r.values, r.fresh)
            INSERT INTO {record.table} (id, {names})
            SELECT r.record_id, {values} FROM r CROSS JOIN LATERAL {written_values(step, columns)} ORDER BY r.line RETURNING id""",
        [sequence, run.pk, step.no, first, last, step.defaults],
    )
    return [row[0] for row in cursor.fetchall()]


def _update(cursor: Any, run: ImportRun, step: Step, viewer: Viewer, first: int, last: int) -> list[int]:
    record = step.record
    rule = record.rule(viewer, "edit", "t")
    lines = f"{STEP_ROWS} AND r.line BETWEEN %s AND %s AND r.state = 'update'"
    where = [run.pk, step.no, first, last]
    cursor.execute(f"SELECT EXISTS (SELECT FROM records_importrow r WHERE {lines})", where)
    if not cursor.fetchone()[0]:
        return []
    names, values = ", ".join(f'"{c}"' for c in step.columns), ", ".join(f'p."{c}"' for c in step.columns)
    merged = merged_values(step, viewer)
    cursor.execute(
        f"""UPDATE {record.table} t SET ({names}) = ROW({values})
            FROM (SELECT r.record_id, (p).* FROM records_importrow r JOIN {record.table} t ON t.id = r.record_id
                  CROSS JOIN LATERAL {merged.sql} p WHERE {lines} FOR UPDATE OF t) p
            WHERE t.id = p.record_id AND t.deleted_at IS NULL AND {rule.sql} RETURNING t.id""",
        [*merged.params, *where, *rule.params],
    )
    ids = [row[0] for row in cursor.fetchall()]
    cursor.execute(
        f"UPDATE records_importrow r SET state = 'updated' WHERE {lines} AND r.record_id = ANY(%s)", [*where, ids]
    )
    cursor.execute(
        f"UPDATE records_importrow r SET state = 'refused', errors = %s::jsonb WHERE {lines}",
        [told(_("The record has gone since the check.")), *where],
    )
    return ids


def _link_itself(run: ImportRun, step: Step, steps: list[Step], viewer: Viewer) -> None:
    """Links rows to records of the same step: a parent may stand further down in the file."""
    record = step.record
    links = [record.field(name) for name in step.pending if getattr(record.field(name), "to", "") == step.entity]
    with acting(viewer, f"import {run.entity}", within=run.action_id), connection.cursor() as cursor:
        ids: list[int] = []
        for one in links:
            cursor.execute(
                f"SELECT r.line FROM records_importrow r WHERE {STEP_ROWS} AND r.links ? %s",
                [run.pk, step.no, one.column],
            )
            lines = [row[0] for row in cursor.fetchall()]
            tying.resolve_names(run.pk, step, steps, itself=True)
            ids += _link_lines(cursor, run, step, one.column, lines)
        if ids:
            record.after_write(ids, viewer)
            state(RecordsChanged(step.entity, run.action_id or 0, len(ids)), viewer=viewer)
            touch(step.entity)
        fence()


def _link_lines(cursor: Any, run: ImportRun, step: Step, column: str, lines: list[int]) -> list[int]:
    """Links the records of these lines; one that would lie above itself stays without, and its row says so."""
    record = step.record
    try:
        with translated(record):
            cursor.execute(
                f"""UPDATE {record.table} t SET "{column}" = (r.values ->> '{column}')::bigint
                    FROM records_importrow r WHERE {STEP_ROWS} AND r.state IN ('created', 'updated') AND r.line = ANY(%s)
                    AND t.id = r.record_id AND t.deleted_at IS NULL AND r.values ? '{column}'
                    AND t."{column}" IS DISTINCT FROM (r.values ->> '{column}')::bigint RETURNING t.id""",
                [run.pk, step.no, lines],
            )
            return [row[0] for row in cursor.fetchall()]
    except InvalidFields as problem:
        if len(lines) == 1:
            why = " ".join(problem.errors.values())
            matching.refuse(
                cursor, run.pk, step.no, lines, _("%(why)s The rest of the row was written.") % {"why": why}
            )
            return []
    middle = len(lines) // 2
    return [
        *_link_lines(cursor, run, step, column, lines[:middle]),
        *_link_lines(cursor, run, step, column, lines[middle:]),
    ]
