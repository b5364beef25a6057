"""Which records the staged rows mean: set-based, within the viewer's reach."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Rule
from rapport.platform.identity.viewer import Viewer
from rapport.records.fields import Addresses, Emails, Link, Reference, Tags
from rapport.records.fields.points import Points
from rapport.records.importing.cells import members
from rapport.records.record import Record


@dataclass
class Step:
    """One step of the plan: rows of one entity. `missing` steps make records that names of later steps mean.

    columns: what the rows may set; defaults: JSON of what a new record has else; key: field, or ""; of: {column:
    step} for links to what the same row makes in that step.
    """

    no: int
    entity: str
    kind: str = "pass"
    key: str = ""
    mode: str = "create"
    columns: list[str] = field(default_factory=list)
    defaults: str = "{}"
    of: dict[str, int] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)

    @property
    def record(self) -> Record:
        from rapport.records import registry

        return registry.get(self.entity)

    def to_json(self) -> dict[str, Any]:
        return dict(vars(self))


STEP_ROWS = "r.run_id = %s AND r.step = %s"


def key_sql(step: Step) -> tuple[str, str, str]:
    """(what else to join, the record's side, the row's side) of the comparison that finds records."""
    if step.key == "id":
        return "", "t.id", "r.key::bigint"
    one = step.record.field(step.key)
    if isinstance(one, Emails):
        return (
            f""" CROSS JOIN LATERAL jsonb_array_elements(t."{one.column}") point""",
            "lower(point ->> 'address')",
            "r.key",
        )
    if isinstance(one, Reference) and one.name != "email":
        return "", f't."{one.column}"', "r.key"
    return "", f'rapport_fold(t."{one.column}")', "rapport_fold(r.key)"


def new_values(step: Step) -> str:
    """SQL: the would-be row of a new record, given the staged row r."""
    return f"jsonb_populate_record(NULL::{step.record.table}, %s::jsonb || coalesce(r.fresh || r.values, r.values))"


def written_values(step: Step, columns: Sequence[str]) -> str:
    """SQL: these columns of the same as p. To make the whole row, with all that it leaves empty, takes longer."""
    types = {str(f.column): f.db_type(connection) for f in step.record.model._meta.concrete_fields}
    listed = ", ".join(f'"{column}" {types[column]}' for column in columns)
    return f"jsonb_to_record(%s::jsonb || coalesce(r.fresh || r.values, r.values)) AS p({listed})"


def merged_values(step: Step, viewer: Viewer) -> Rule:
    """SQL: the row of record t as it is after the staged row r, lists merged; what the viewer is not shown stays."""
    merged = "r.values"
    params: list[Any] = []
    for one in step.record.fields_for().values():
        if one.column not in step.columns:
            continue
        given = f"r.values -> '{one.column}'"
        old = f't."{one.column}"'
        # An empty list is given on purpose, to clear.
        cleared = ""
        if isinstance(one, Addresses):
            new = f"rapport_merge_addresses({old}, {given})"
        elif isinstance(one, Points):
            new = f"rapport_merge_points({old}, {given}, '{one.main}', '{one.kinds[0][0]}')"
        elif isinstance(one, Tags):
            new = f"rapport_merge_ids({old}, {given})"
            kept = one.keeping(old, "'{}'", viewer)
            cleared = f"WHEN jsonb_array_length({given}) = 0 THEN jsonb_build_object('{one.column}', {kept.sql}) "
            params += kept.params
        elif isinstance(one, Link) and not (rule := one.target.rule(viewer, "view", "x")).is_open:
            far = f"SELECT x.id FROM {one.target.table} x WHERE x.id = {old} AND ({rule.sql}) IS NOT TRUE"
            merged += f" || CASE WHEN {given} = 'null' THEN jsonb_build_object('{one.column}', ({far})) ELSE '{{}}'::jsonb END"
            params += rule.params
            continue
        else:
            continue
        merged += (
            f" || CASE WHEN jsonb_array_length({given}) > 0 THEN jsonb_build_object('{one.column}', {new}) "
            f"{cleared}ELSE '{{}}'::jsonb END"
        )
    return Rule(f"jsonb_populate_record(t, {merged})", tuple(params))


def drop_repeats(run_id: int, step: Step) -> None:
    """Rows with the same key become one when they say the same, and are refused when they do not."""
    if not step.key:
        return
    _more, _theirs, ours = key_sql(step)
    with_key = f"{STEP_ROWS} AND r.key IS NOT NULL AND r.state = 'create'"
    with connection.cursor() as cursor:
        # Which keys repeat is found first: few do, and to sort whole rows is dear.
        cursor.execute(
            f"""CREATE TEMP TABLE import_same ON COMMIT DROP AS
                SELECT line, first, values = first_values AND links IS NOT DISTINCT FROM first_links AS equal FROM (
                    SELECT r.line, r.values, r.links, count(*) OVER same AS many, first_value(r.line) OVER same AS first,
                           first_value(r.values) OVER same AS first_values, first_value(r.links) OVER same AS first_links
                    FROM records_importrow r WHERE {with_key} AND {ours} IN (
                        SELECT {ours} FROM records_importrow r WHERE {with_key} GROUP BY 1 HAVING count(*) > 1)
                    WINDOW same AS (PARTITION BY {ours} ORDER BY r.line
                                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) s WHERE many > 1""",
            [run_id, step.no, run_id, step.no],
        )
        cursor.execute(
            f"""UPDATE records_importrow r SET state = 'repeat', repeats = s.first FROM import_same s
                WHERE {STEP_ROWS} AND r.line = s.line AND s.equal AND s.line <> s.first
                AND NOT EXISTS (SELECT 1 FROM import_same o WHERE o.first = s.first AND NOT o.equal)""",
            [run_id, step.no],
        )
        cursor.execute(
            f"""SELECT s.first, array_agg(s.line ORDER BY s.line), array_agg(r.values::text ORDER BY s.line),
                       array_agg(coalesce(r.links, '{{}}')::text ORDER BY s.line), min(r.key)
                FROM import_same s JOIN records_importrow r ON {STEP_ROWS} AND r.line = s.line
                GROUP BY s.first HAVING NOT bool_and(s.equal)""",
            [run_id, step.no],
        )
        for _first, lines, values, links, key in cursor.fetchall():
            message = _("The rows %(rows)s are for one key “%(key)s” and differ in: %(fields)s.") % {
                "rows": ", ".join(map(str, lines[:5])) + ("…" if len(lines) > 5 else ""),
                "key": key,
                "fields": ", ".join(_differing(step, values, links)),
            }
            refuse(cursor, run_id, step.no, lines, message)
        cursor.execute("DROP TABLE import_same")


def _differing(step: Step, values: list[str], links: list[str]) -> list[str]:
    """The labels of the fields in which rows differ."""
    rows = [
        orjson.loads(v) | {f"{k}": n for k, n in orjson.loads(more).items()}
        for v, more in zip(values, links, strict=True)
    ]
    columns = {c for row in rows for c in row if any(row.get(c) != other.get(c) for other in rows)}
    labels = [str(one.label) for one in step.record.fields_for().values() if one.column in columns]
    return labels or sorted(columns)


def refuse(cursor: Any, run_id: int, step: int, lines: list[int], message: str) -> None:
    """Refuses staged rows for one reason."""
    cursor.execute(
        f"UPDATE records_importrow r SET state = 'refused', errors = %s::jsonb WHERE {STEP_ROWS} AND r.line = ANY(%s)",
        [orjson.dumps({"": message}).decode(), run_id, step, lines],
    )


def match(run_id: int, step: Step, viewer: Viewer) -> None:
    """Finds the records that the rows of a step mean and says of each row what it would do."""
    record = step.record
    with connection.cursor() as cursor:
        if step.kind == "pass" and step.key:
            _match_by_key(cursor, run_id, step, viewer)
        if step.mode == "update":
            cursor.execute(
                f"""UPDATE records_importrow r SET state = 'refused', errors = %s::jsonb
                    WHERE {STEP_ROWS} AND r.state = 'create'""",
                [told(_("There is no such record to update.")), run_id, step.no],
            )
        cursor.execute(
            f"""UPDATE records_importrow r SET state = 'refused', errors = r.lacks
                WHERE {STEP_ROWS} AND r.state = 'create' AND r.lacks IS NOT NULL""",
            [run_id, step.no],
        )
        _within_reach(cursor, run_id, step, record, viewer)


def told(message: str) -> str:
    return orjson.dumps({"": message}).decode()


def _match_by_key(cursor: Any, run_id: int, step: Step, viewer: Viewer) -> None:
    record = step.record
    see, edit, bring = (record.rule(viewer, action, "t") for action in ("view", "edit", "import"))
    more, theirs, ours = key_sql(step)
    # Set off from the rest, so that the planner hashes the smaller side instead of asking row by row.
    cursor.execute(
        f"""CREATE TEMP TABLE import_match ON COMMIT DROP AS
            SELECT r.line, t.id FROM {record.table} t{more} JOIN records_importrow r ON {theirs} = {ours}
            WHERE {STEP_ROWS} AND r.state IN ('create', 'update', 'skip') AND r.key IS NOT NULL
            AND t.deleted_at IS NULL AND {see.sql}""",
        [run_id, step.no, *see.params],
    )
    cursor.execute(
        f"""SELECT m.line, array_agg(DISTINCT m.id ORDER BY m.id), (array_agg(t.{record.title_column}))[1]
            FROM import_match m JOIN {record.table} t ON t.id = m.id
            GROUP BY m.line HAVING count(DISTINCT m.id) > 1"""
    )
    for line, ids, title in cursor.fetchall():
        both = ", ".join(f"{title} (#{pk})" for pk in ids[:3])
        refuse(cursor, run_id, step.no, [line], _("Several records have this key: %(both)s.") % {"both": both})
    if step.mode == "create":
        cursor.execute(
            f"""UPDATE records_importrow r SET state = 'refused', errors = %s::jsonb FROM import_match m
                WHERE {STEP_ROWS} AND r.line = m.line AND r.state = 'create'""",
            [told(_("There is such a record already.")), run_id, step.no],
        )
    else:
        columns = ", ".join(f't."{c}"' for c in step.columns) or "1"
        merged = merged_values(step, viewer)
        after = ", ".join(f'p."{c}"' for c in step.columns) or "1"
        cursor.execute(
            f"""UPDATE records_importrow r SET record_id = c.id, state = c.state,
                       errors = CASE WHEN c.state = 'refused' THEN %s::jsonb END
                FROM (SELECT r.line, t.id, CASE
                        WHEN ({columns}) IS NOT DISTINCT FROM ({after}) AND r.links IS NULL THEN 'skip'
                        WHEN NOT coalesce(({edit.sql}) AND ({bring.sql}), false) THEN 'refused' ELSE 'update' END AS state
                      FROM records_importrow r JOIN import_match m ON m.line = r.line JOIN {record.table} t ON t.id = m.id
                      CROSS JOIN LATERAL {merged.sql} p
                      WHERE {STEP_ROWS} AND r.state IN ('create', 'update', 'skip')) c
                WHERE {STEP_ROWS} AND r.line = c.line""",
            [
                told(_("You may look at this record but not change it.")),
                *edit.params, *bring.params, *merged.params, run_id, step.no, run_id, step.no,
            ],
        )  # fmt: skip
    cursor.execute("DROP TABLE import_match")


def _within_reach(cursor: Any, run_id: int, step: Step, record: Record, viewer: Viewer) -> None:
    """Nobody creates a record outside their own reach."""
    rules = [record.rule(viewer, action, "t") for action in ("create", "import")]
    if step.kind == "missing":
        rules = rules[:1]
    if all(rule.is_open for rule in rules):
        return
    test = " AND ".join(f"({rule.sql})" for rule in rules)
    cursor.execute(
        f"""UPDATE records_importrow r SET state = 'refused', errors = %s::jsonb
            FROM (SELECT r.line FROM records_importrow r CROSS JOIN LATERAL {new_values(step)} t
                  WHERE {STEP_ROWS} AND r.state = 'create' AND NOT coalesce(({test}), false)) c
            WHERE {STEP_ROWS} AND r.line = c.line""",
        [
            told(_("You may not create a record for somebody outside your reach.")), step.defaults, run_id, step.no,
            *(p for rule in rules for p in rule.params), run_id, step.no,
        ],
    )  # fmt: skip


def defaults_json(defaults: dict[str, Any]) -> str:
    """The defaults of new records as JSON."""
    return "{" + members(defaults) + "}"
