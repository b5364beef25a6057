"""What came of an import, in words and as files."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode

from babel.lists import format_list
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.kit.tables.neutral import restore
from rapport.kit.tables.write import write_csv, write_xlsx
from rapport.platform.ui.templatetags.ui import in_text, locale, number
from rapport.records import registry
from rapport.records.importing.headers import REASONS
from rapport.records.importing.storing import opened
from rapport.records.models import ImportRow, ImportRun


def state_labels() -> dict[str, str]:
    """The states of rows, in the order in which they are shown."""
    return {
        "create": _("to create"), "created": _("created"), "update": _("to update"), "updated": _("updated"),
        "skip": _("unchanged"), "repeat": _("repeated"), "question": _("with a question"), "refused": _("refused"),
    }  # fmt: skip


def summary(run: ImportRun) -> list[str]:
    """One line per step: "organisations: 85 created, 3 refused"."""
    labels = state_labels()
    lines = []
    for step in run.counts.get("steps", []):
        shown = ", ".join(
            f"{step['states'][state]} {label}" for state, label in labels.items() if step["states"].get(state)
        )
        lines.append(f"{registry.get(step['entity']).plural}: {shown or _('nothing')}")
    return lines


def written_words(run: ImportRun) -> str:
    """What the write would touch, by kind: "28 people and 14 organisations"; "" for nothing."""
    found: dict[str, int] = {}
    for step in run.counts.get("steps", []):
        n = step["states"].get("create", 0) + step["states"].get("update", 0)
        if n:
            found[step["entity"]] = found.get(step["entity"], 0) + n
    parts = []
    # What the rows of the file are comes first, and then what they bring along.
    for entity, n in sorted(found.items(), key=lambda pair: pair[0] != run.entity):
        record = registry.get(entity)
        what = in_text(record.label if n == 1 else record.plural)
        parts.append(_("%(n)s %(what)s") % {"n": number(n), "what": what})
    return str(format_list(parts, locale=locale())) if parts else ""


def address_of(run: ImportRun) -> str:
    """The list with what this import created, or else changed, of the file's own kind; the whole list where it is undone."""
    record = registry.get(run.entity)
    if run.status not in (ImportRun.DONE, ImportRun.FAILED):
        return f"/{run.entity}"
    for state, name in (("created", "created_at"), ("updated", "updated_at")):
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT min(t."{name}"), max(t."{name}") FROM records_importrow r
                    JOIN {record.table} t ON t.id = r.record_id AND t.deleted_at IS NULL
                    WHERE r.run_id = %s AND r.state = %s AND r.step = ANY(%s)""",
                [run.pk, state, [s["step"] for s in run.counts.get("steps", []) if s["entity"] == run.entity]],
            )
            first, last = cursor.fetchone()
        if first is None:
            continue
        moment = timedelta(microseconds=1)
        told: list[dict[str, Any]] = [
            {"field": name, "op": "after", "value": (first - moment).isoformat()},
            {"field": name, "op": "before", "value": (last + moment).isoformat()},
        ]
        if state == "created":
            told.append({"field": "created_by", "op": "is", "value": run.created_by_id})
        return f"/{run.entity}?{urlencode({'view': 'all', 'filter': json.dumps({'all': told}, separators=(',', ':'))})}"
    return f"/{run.entity}"


def question_text(question: dict[str, Any]) -> str:
    """A question in words."""
    if question["kind"] == "dates":
        return _("%(column)s: day and month can be read in either order.") % {"column": question["target"]}
    told = {"error": question["error"], "n": question["rows"]}
    return ngettext("%(error)s (%(n)s row)", "%(error)s (%(n)s rows)", question["rows"]) % told


def reasons(errors: dict[str, str] | None) -> str:
    """The reasons of one row in one text: "phone: too short; email: has no @"."""
    return "; ".join(f"{column}: {text}".rstrip(".") if column else text for column, text in (errors or {}).items())


def some_refused(run: ImportRun, limit: int) -> Iterable[ImportRow]:
    """The first refused rows."""
    return ImportRow.objects.filter(run=run, state__in=("refused", "question")).order_by("step", "line")[:limit]


def refused_lines(run: ImportRun) -> dict[int, str]:
    """Line of the file -> why it was refused, in whichever step."""
    passes = [step["step"] for step in run.counts.get("steps", []) if step["kind"] == "pass"]
    found: dict[int, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT line, errors FROM records_importrow WHERE run_id = %s AND step = ANY(%s)
               AND state IN ('refused', 'question') ORDER BY step, line""",
            [run.pk, passes],
        )
        from rapport.records.fields.base import json_of

        for line, errors in cursor.fetchall():
            text = reasons(json_of(errors))
            if text not in found.setdefault(line, []):
                found[line].append(text)
    return {line: "; ".join(texts) for line, texts in found.items()}


def refused_rows(run: ImportRun) -> tuple[list[str], Iterator[list[str]]]:
    """The header and the refused rows as they were in the file, each with its reasons in a last column."""
    lines = refused_lines(run)
    with opened(run) as table:
        keep = [column.index for column in table.columns if column.name != REASONS]
        header = [table.columns[i].name for i in keep] + [REASONS]
        rows = [
            # What an export had neutralised is restored, since the writing of this file neutralises it again.
            [*(restore(row.cells[i]) for i in keep), *map(restore, row.cells[len(table.columns) :]), lines[row.line]]
            for row in table.rows()
            if row.line in lines
        ]
    return header, iter(rows)


def write_refused(run: ImportRun, path: Path) -> None:
    """Writes the refused rows to a file, as XLSX if its name says so."""
    header, rows = refused_rows(run)
    if path.suffix.lower() == ".xlsx":
        write_xlsx(path, header, rows)
    else:
        path.write_bytes(b"".join(write_csv(header, rows)))


def refused_csv(run: ImportRun) -> Iterable[bytes]:
    """The refused rows as CSV, in pieces."""
    header, rows = refused_rows(run)
    return write_csv(header, rows)


def refused_xlsx(run: ImportRun, file: BinaryIO) -> None:
    """The refused rows as a workbook."""
    header, rows = refused_rows(run)
    write_xlsx(file, header, rows)
