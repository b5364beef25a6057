"""Links of staged rows to records that the import itself makes: by the row that makes them, or by their name."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.records.fields import Generated, Link, Tags
from rapport.records.importing.matching import STEP_ROWS, Step, key_sql, told


def tie(run_id: int, step: Step) -> None:
    """Notes for each row which row of the earlier step its link means: {"@column": line}."""
    with connection.cursor() as cursor:
        for column, other in step.of.items():
            cursor.execute(
                f"""UPDATE records_importrow r
                    SET links = coalesce(r.links, '{{}}') || jsonb_build_object(%s::text, coalesce(s.repeats, s.line))
                    FROM records_importrow s WHERE {STEP_ROWS} AND s.run_id = r.run_id AND s.step = %s AND s.line = r.line
                    AND s.state NOT IN ('refused', 'question') AND r.state = 'create'""",
                [f"@{column}", run_id, step.no, other],
            )
            _refuse_with(cursor, run_id, step, other, "s.line = r.line")


def keep_present(run_id: int, step: Step, viewer: Viewer) -> None:
    """A name that several records have means the one that the row's record links to already.

    Rows whose record links to none of them, or is new, become questions.
    """
    if step.kind != "pass" or not step.key:
        return
    more, theirs, ours = key_sql(step)
    see = step.record.rule(viewer, "view", "t")
    with connection.cursor() as cursor:
        for one in step.record.fields_for(viewer).values():
            if not isinstance(one, Link) or one.column not in step.columns:
                continue
            mark = f"?{one.column}"
            cursor.execute(
                f"""UPDATE records_importrow r SET links = nullif(r.links - %s, '{{}}'),
                           values = r.values || jsonb_build_object('{one.column}', t."{one.column}")
                    FROM {step.record.table} t{more}
                    WHERE {STEP_ROWS} AND {theirs} = {ours} AND r.links ? %s AND t.deleted_at IS NULL AND {see.sql}
                    AND r.links -> %s -> 'ids' @> to_jsonb(t."{one.column}")""",
                [mark, run_id, step.no, mark, *see.params, mark],
            )
            cursor.execute(
                f"""UPDATE records_importrow r SET state = 'question', links = nullif(r.links - %s, '{{}}'),
                           errors = coalesce(r.errors, '{{}}')
                               || jsonb_build_object(r.links -> %s ->> 'column', r.links -> %s -> 'error')
                    WHERE {STEP_ROWS} AND r.links ? %s""",
                [mark, mark, mark, run_id, step.no, mark],
            )


def resolve_rows(run_id: int, step: Step) -> None:
    """Puts the ids of records that exist by now into the links that were tied."""
    with connection.cursor() as cursor:
        for column, other in step.of.items():
            cursor.execute(
                f"""UPDATE records_importrow r SET values = r.values || jsonb_build_object(%s::text, s.record_id),
                           links = nullif(r.links - %s, '{{}}')
                    FROM records_importrow s WHERE {STEP_ROWS} AND s.run_id = r.run_id AND s.step = %s
                    AND r.links ? %s AND s.line = (r.links ->> %s)::int AND s.record_id IS NOT NULL""",
                [column, f"@{column}", run_id, step.no, other, f"@{column}", f"@{column}"],
            )
            _refuse_with(cursor, run_id, step, other, f"s.line = (r.links ->> '@{column}')::int")


def _refuse_with(cursor: Any, run_id: int, step: Step, other: int, same: str) -> None:
    """What belongs to a refused record is refused with it."""
    cursor.execute(
        f"""UPDATE records_importrow r SET state = 'refused', errors = %s::jsonb FROM records_importrow s
            WHERE {STEP_ROWS} AND s.run_id = r.run_id AND s.step = %s AND {same}
            AND s.state IN ('refused', 'question') AND r.state IN ('create', 'update', 'skip')""",
        [told(_("What it belongs to was refused.")), run_id, step.no, other],
    )


def resolve_names(run_id: int, step: Step, steps: list[Step], *, itself: bool) -> None:
    """Finds the records of earlier steps that pending names mean; `itself`: of this step, once it is written.

    A name that no record of the import has got refuses its row.
    """
    with connection.cursor() as cursor:
        for name in step.pending:
            one = step.record.field(name)
            assert isinstance(one, Link | Tags)
            if isinstance(one, Tags):
                _resolve_tags(cursor, run_id, step, one)
            elif not itself or one.to == step.entity:
                made_in = [s.no for s in steps if s.entity == one.to and s.no <= step.no]
                _resolve_link(cursor, run_id, step, one, made_in, last=one.to != step.entity)


def refuse_ambiguous(run_id: int, step: Step, steps: list[Step]) -> None:
    """A name that several rows of the file give to records of their own means none of them."""
    with connection.cursor() as cursor:
        for name in step.pending:
            one = step.record.field(name)
            if not isinstance(one, Link) or isinstance(one.target.field(one.target.title), Generated):
                continue
            title = one.target.field(one.target.title).column
            made_in = [s.no for s in steps if s.entity == one.to and s.no <= step.no]
            cursor.execute(
                f"""UPDATE records_importrow r SET state = 'refused', errors = jsonb_build_object('', format(%s, f.name))
                    FROM (SELECT n.name FROM (
                            SELECT DISTINCT r.links ->> '{one.column}' AS name FROM records_importrow r
                            WHERE {STEP_ROWS} AND r.links ? '{one.column}') n
                          JOIN records_importrow s ON s.run_id = %s AND s.step = ANY(%s)
                               AND s.state IN ('create', 'update', 'skip')
                               AND rapport_fold(s.values ->> '{title}') = rapport_fold(n.name)
                          GROUP BY n.name HAVING count(*) > 1) f
                    WHERE {STEP_ROWS} AND r.links ->> '{one.column}' = f.name AND r.state = 'create'""",
                [
                    _("“%(name)s” can be several records of this file.") % {"name": "%s"},
                    run_id, step.no, run_id, made_in, run_id, step.no,
                ],
            )  # fmt: skip


def _resolve_link(cursor: Any, run_id: int, step: Step, one: Link, made_in: list[int], *, last: bool) -> None:
    far = one.target
    cursor.execute(
        f"""UPDATE records_importrow r SET values = r.values || jsonb_build_object('{one.column}', f.id),
                   links = nullif(r.links - '{one.column}', '{{}}')
            FROM (SELECT n.name, min(t.id) AS id FROM (
                    SELECT DISTINCT r.links ->> '{one.column}' AS name FROM records_importrow r
                    WHERE {STEP_ROWS} AND r.links ? '{one.column}') n
                  JOIN {far.table} t ON rapport_fold(t.{far.title_column}) = rapport_fold(n.name) AND t.deleted_at IS NULL
                  AND t.id IN (SELECT s.record_id FROM records_importrow s WHERE s.run_id = %s AND s.step = ANY(%s))
                  GROUP BY n.name HAVING count(DISTINCT t.id) = 1) f
            WHERE {STEP_ROWS} AND r.links ->> '{one.column}' = f.name""",
        [run_id, step.no, run_id, made_in, run_id, step.no],
    )
    if last:
        cursor.execute(
            f"""UPDATE records_importrow r SET state = 'refused', errors = jsonb_build_object('', format(%s, r.links ->> '{one.column}'))
                WHERE {STEP_ROWS} AND r.links ? '{one.column}' AND r.state IN ('create', 'update', 'skip')""",
            [_("“%(name)s” was not created, or more than once.") % {"name": "%s"}, run_id, step.no],
        )


def _resolve_tags(cursor: Any, run_id: int, step: Step, one: Tags) -> None:
    cursor.execute(
        f"""UPDATE records_importrow r
            SET values = jsonb_set(r.values, '{{{one.column}}}', rapport_merge_ids(f.ids, coalesce(r.values -> '{one.column}', '[]'))),
                links = nullif(r.links - '{one.column}', '{{}}')
            FROM (SELECT r.line, array_agg(t.id) AS ids FROM records_importrow r
                  CROSS JOIN LATERAL jsonb_array_elements_text(r.links -> '{one.column}') n(name)
                  JOIN {one.target.table} t ON rapport_fold(t.{one.target.title_column}) = rapport_fold(n.name)
                       AND t.deleted_at IS NULL
                  WHERE {STEP_ROWS} AND r.links ? '{one.column}' GROUP BY r.line) f
            WHERE {STEP_ROWS} AND r.line = f.line""",
        [run_id, step.no, run_id, step.no],
    )
