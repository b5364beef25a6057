"""The form of the columns: which column of the file goes where, pass by pass, and how its values are read."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from rapport.kit.dates import DMY, MDY, NAMED, SERIAL, YMD
from rapport.kit.tables import Column
from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.fields import Date, DateTime, Integer, Link, Money, Number, Owner, Tags
from rapport.records.importing.definition import Pass, Source, passes_from
from rapport.records.importing.examples import example_for
from rapport.records.importing.headers import REASONS
from rapport.records.importing.proposing import likely_key
from rapport.records.importing.storing import opened
from rapport.records.importing.targets import Target, target_of, targets
from rapport.records.models import ImportRun

OPTIONS = ("date_format", "decimal", "scale", "currency", "on_missing")


def mapping_context(run: ImportRun, viewer: Viewer) -> dict[str, Any]:
    """What the template of the columns needs."""
    with opened(run) as table:
        columns = [c for c in table.columns if c.name != REASONS]
        read = {
            "encoding": table.encoding if table.kind == "csv" else "", "delimiter": table.delimiter, "kind": table.kind,
            "header": table.has_header, "sheets": table.sheets, "sheet": table.sheet,
        }  # fmt: skip
        header = [c.name for c in table.columns]
    passes = passes_from(run.settings, whole=False)
    example = example_for(header)
    return {
        "read": read,
        "passes": [_shown(number, one, columns, viewer) for number, one in enumerate(passes, 1)],
        "origin": run.settings.get("origin", ""),
        "example": example["title"] if example and run.settings.get("origin") == "example" else "",
    }


def _shown(number: int, one: Pass, columns: list[Column], viewer: Viewer) -> dict[str, Any]:
    record = registry.get(one.entity)
    offered = targets(record, viewer)
    chosen: dict[str, tuple[str, Source]] = {}
    made_of = []
    for key, source in one.columns.items():
        if source.column and source.column not in chosen:
            chosen[source.column] = (key, source)
        else:
            made_of.append(_made_of(number, record, key, source))
    rows = []
    for column in columns:
        key, source = chosen.get(column.name, ("", None))  # type: ignore[assignment]
        target = target_of(record, key, viewer) if key else None
        rows.append(
            {
                "name": column.name,
                "samples": ", ".join(dict.fromkeys(column.samples[:30]))[:160],
                "field": f"p{number}-c{column.index}",
                "chosen": key,
                "options": _options(number, column, target, source) if target and source else [],
            }
        )
    keys = [(t.key, t.label) for t in offered if t.can_be_key and t.key in one.columns]
    return {
        "number": number, "label": record.plural, "rows": rows, "targets": [(t.key, t.label) for t in offered],
        "key": one.key, "keys": keys, "mode": one.mode, "empty": one.empty, "made_of": made_of,
        "needed": [str(f.label) for f in record.fields_for(viewer).values() if f.required and f.name not in one.columns],
    }  # fmt: skip


def _made_of(number: int, record: Any, key: str, source: Source) -> dict[str, Any]:
    target = target_of(record, key)
    if source.of:
        text = _("the record that the same row makes in part %(n)s") % {"n": source.of}
    else:
        text = source.template or source.value or source.column
    return {"field": f"p{number}-keep-{key}", "label": target.label if target else key, "text": text}


def _options(number: int, column: Column, target: Target, source: Source) -> list[dict[str, Any]]:
    name = f"p{number}-c{column.index}"
    one = target.field
    if isinstance(one, Date | DateTime):
        orders = [("", _("as the values say")), (YMD, _("year month day")), (DMY, _("day month year")),
                  (MDY, _("month day year")), (NAMED, _("month by name")), (SERIAL, _("number of a spreadsheet"))]  # fmt: skip
        return [{"name": f"{name}-date_format", "label": _("Order"), "value": source.date_format, "choices": orders}]
    if isinstance(one, Link | Tags):
        choices = [("refuse", _("refuse the row")), ("empty", _("leave the field empty"))]
        if not isinstance(one, Owner):
            choices.insert(1, ("create", _("create it")))
        label = _("If there is none of that name")
        return [{"name": f"{name}-on_missing", "label": label, "value": source.on_missing, "choices": choices}]
    if isinstance(one, Money | Integer | Number) and target.part != "currency":
        signs = [("", _("as the values say")), (".", _("point")), (",", _("comma"))]
        made: list[dict[str, Any]] = [
            {"name": f"{name}-decimal", "label": _("Decimal sign"), "value": source.decimal, "choices": signs},
            {"name": f"{name}-scale", "label": _("Times"), "value": f"{source.scale:f}", "choices": []},
        ]
        if isinstance(one, Money):
            made.append({"name": f"{name}-currency", "label": _("Currency"), "value": source.currency, "choices": []})
        return made
    return []


def passes_posted(run: ImportRun, posted: QueryDict) -> list[dict[str, Any]]:
    """The passes as the form says: chosen columns with their options, and what is made of more than one column."""
    with opened(run) as table:
        columns = list(table.columns)
    made = []
    for number, one in enumerate(passes_from(run.settings, whole=False), 1):
        if f"p{number}-key" not in posted:
            made.append(one.to_json())
            continue
        made.append(_posted(number, one, columns, posted))
    return made


def _posted(number: int, one: Pass, columns: list[Column], posted: QueryDict) -> dict[str, Any]:
    found: dict[str, Any] = {}
    first: dict[str, str] = {}
    for key, source in one.columns.items():
        if source.column:
            first.setdefault(source.column, key)
    for column in columns:
        name = f"p{number}-c{column.index}"
        key = posted.get(name, "")
        if not key:
            continue
        # What the form does not show of the same choice, such as translations and answers, stays.
        kept = one.columns.get(key)
        same = kept is not None and first.get(column.name) == key
        wanted: dict[str, Any] = kept.to_json() if kept is not None and same else {"column": column.name}
        for option in OPTIONS:
            if f"{name}-{option}" in posted:
                wanted[option] = str(posted[f"{name}-{option}"]).strip() or ("1" if option == "scale" else "")
        if wanted.get("on_missing") == "":
            wanted.pop("on_missing")
        if "currency" in wanted:
            wanted["currency"] = wanted["currency"].upper()
        found[key] = wanted
    for key, source in one.columns.items():
        if key not in found and posted.get(f"p{number}-keep-{key}"):
            found[key] = source.to_json()
    data = one.to_json() | {"columns": found, "mode": posted.get(f"p{number}-mode", one.mode)}
    data["empty"] = posted.get(f"p{number}-empty", one.empty)
    data["key"] = posted.get(f"p{number}-key", "")
    if data["key"] and data["key"] not in {k.split(".")[0] for k in found}:
        data["key"] = likely_key(registry.get(one.entity), Pass(one.entity, columns={
            k: Source(column=str(s.get("column", ""))) for k, s in found.items()}))  # fmt: skip
    return data
