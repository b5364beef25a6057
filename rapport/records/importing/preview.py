"""Staged rows as people want to see them: what each would do, value by value."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.records.fields import Choice, Field, Link, Money, Tags
from rapport.records.fields.base import json_of
from rapport.records.fields.points import Points
from rapport.records.importing.checking import steps_of
from rapport.records.importing.matching import STEP_ROWS, Step, merged_values
from rapport.records.models import ImportRun
from rapport.records.record import Record

PAGE = 50
MOST_VALUES = 8
GROUPS = {
    "create": ("create", "created"), "update": ("update", "updated"), "skip": ("skip",), "repeat": ("repeat",),
    "question": ("question",), "refused": ("refused",),
}  # fmt: skip


@dataclass
class Preview:
    """One row: `values` are (label, before, after); `reasons` are (column, text); `cells` of a refused row."""

    line: int
    step: int
    entity: str
    what: Any
    state: str
    record_id: int | None
    name: str
    values: list[tuple[Any, str, str]] = field(default_factory=list)
    reasons: list[tuple[str, str]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    repeats: int | None = None
    # Records that are made because a name means them have no row of their own.
    of_file: bool = True


def previews(run: ImportRun, group: str, after: tuple[int, int], viewer: Viewer) -> tuple[list[Preview], str]:
    """A page of rows of one group ("" for all) behind (step, line), and the cursor of the next page or ""."""
    states = list(GROUPS.get(group, ()))
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT step, line, state, values, links, errors, record_id, repeats, cells FROM records_importrow
               WHERE run_id = %s AND (step, line) > (%s, %s) AND (%s = '{}' OR state = ANY(%s))
               ORDER BY step, line LIMIT %s""",
            [run.pk, *after, states, states, PAGE + 1],
        )
        rows = cursor.fetchall()
    more = f"{rows[PAGE - 1][0]}-{rows[PAGE - 1][1]}" if len(rows) > PAGE else ""
    steps = {step.no: step for step in steps_of(run)}
    found = []
    for no, step in steps.items():
        mine = [row for row in rows[:PAGE] if row[0] == no]
        if mine:
            found += _of_step(run, step, mine, viewer)
    return found, more


def _of_step(run: ImportRun, step: Step, rows: list[tuple], viewer: Viewer) -> list[Preview]:
    record = step.record
    changes = _changes(run, step, [row[1] for row in rows if row[2] == "update"], viewer)
    old_titles = _titles(record, {row[1]: row[6] for row in rows if row[6]}, viewer)
    made, names = [], _Names(record, viewer)
    for row in rows:
        values, links = json_of(row[3]), json_of(row[4]) or {}
        names.note(values)
        names.note(changes.get(row[1], ({}, {}))[0])
    for _no, line, state, raw, raw_links, errors, record_id, repeats, cells in rows:
        values, links = json_of(raw), {k: v for k, v in (json_of(raw_links) or {}).items() if not k.startswith("@")}
        one = Preview(
            line, step.no, step.entity, record.label, state, record_id, "", repeats=repeats, of_file=step.kind == "pass"
        )
        one.reasons = list((json_of(errors) or {}).items())
        one.cells = json_of(cells) or []
        old, new = changes.get(line, ({}, {}))
        for f in record.fields_for(viewer).values():
            if f.column in new:
                one.values.append((f.label, names.text(f, old), names.text(f, new)))
            elif state not in ("update", "refused", "question") and (f.column in values or f.column in links):
                text = names.text(f, values) or str(links.get(f.column, ""))
                if text:
                    one.values.append((f.label, "", text))
        # A row that could not be read has no values yet; its first cells say best which one it is.
        one.name = (
            _title(record, {**old_titles.get(line, {}), **values, **new}) or " ".join(filter(None, one.cells))[:80]
        )
        one.values = one.values[:MOST_VALUES]
        made.append(one)
    return made


def _title(record: Record, values: dict[str, Any]) -> str:
    text = values.get(record.field(record.title).column)
    if not text:
        text = " ".join(str(values[c]) for c in ("first_name", "last_name") if values.get(c))
    return str(text or "")


def _titles(record: Record, ids: dict[int, int], viewer: Viewer) -> dict[int, dict[str, str]]:
    """Line -> {title column: what the record is called now}."""
    if not ids:
        return {}
    rule, column = record.rule(viewer, "view", "t"), record.field(record.title).column
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.id, t.{record.title_column} FROM {record.table} t WHERE t.id = ANY(%s) AND {rule.sql}",
            [sorted(set(ids.values())), *rule.params],
        )
        titles = dict(cursor.fetchall())
    return {line: {column: titles[pk]} for line, pk in ids.items() if pk in titles}


def _changes(run: ImportRun, step: Step, lines: list[int], viewer: Viewer) -> dict[int, tuple[dict, dict]]:
    """Line -> (before, after) of the columns that an update changes, of records that are within reach still."""
    if not lines:
        return {}
    record = step.record
    rule, merged = record.rule(viewer, "view", "t"), merged_values(step, viewer)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT r.line, to_jsonb(t), to_jsonb(p) FROM records_importrow r JOIN {record.table} t ON t.id = r.record_id
                CROSS JOIN LATERAL {merged.sql} p WHERE {STEP_ROWS} AND r.line = ANY(%s) AND {rule.sql}""",
            [*merged.params, run.pk, step.no, lines, *rule.params],
        )
        found = {}
        for line, old, new in cursor.fetchall():
            before, after = json_of(old), json_of(new)
            changed = [c for c in step.columns if before.get(c) != after.get(c)]
            found[line] = ({c: before[c] for c in changed}, {c: after[c] for c in changed})
    return found


class _Names:
    """Texts of values as the table has them; the names of linked records are asked for once per link."""

    def __init__(self, record: Record, viewer: Viewer) -> None:
        self.record, self.viewer = record, viewer
        self.wanted: dict[str, set[int]] = {}
        self.known: dict[str, dict[int, str]] = {}

    def note(self, values: dict[str, Any]) -> None:
        for one in self.record.fields_for(self.viewer).values():
            given = values.get(one.column)
            if isinstance(one, Link) and isinstance(given, int):
                self.wanted.setdefault(one.name, set()).add(given)
            elif isinstance(one, Tags) and isinstance(given, list):
                self.wanted.setdefault(one.name, set()).update(given)

    def text(self, one: Field, values: dict[str, Any]) -> str:
        value = values.get(one.column)
        if value in (None, "", []):
            return ""
        if isinstance(one, Link):
            return self._name(one, value)
        if isinstance(one, Tags):
            return ", ".join(self._name(one, pk) for pk in value)
        if isinstance(one, Points):
            return "; ".join(_point(one, point) for point in value)
        if isinstance(one, Money):
            return f"{value} {values.get(one.currency_column, '')}".strip()
        if isinstance(one, Choice):
            return str(dict(one.options).get(value, value))
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return str(value)

    def _name(self, one: Link | Tags, pk: int) -> str:
        if one.name not in self.known:
            far = one.target
            rule = far.rule(self.viewer, "view", "t")
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT t.id, t.{far.title_column} FROM {far.table} t WHERE t.id = ANY(%s) AND {rule.sql}",
                    [sorted(self.wanted.get(one.name, ())), *rule.params],
                )
                self.known[one.name] = dict(cursor.fetchall())
        return self.known[one.name].get(pk, f"#{pk}")


def _point(one: Points, point: dict[str, Any]) -> str:
    if "city" in one.parts:
        return ", ".join(str(point[part]) for part in one.parts if point.get(part))
    return str(point.get(one.main, ""))
