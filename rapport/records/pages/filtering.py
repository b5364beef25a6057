"""The filter builder: a panel above the list, and the same as a page where there are no scripts."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.kit import condition as conditions
from rapport.kit.condition import MANY, ME, MY_TEAM, NONE, PAIR, PERIOD
from rapport.platform.identity.viewer import Viewer
from rapport.platform.ui.templatetags.ui import number
from rapport.records.fields import Choice, Country, Field, Link, Tags
from rapport.records.pages import drafts
from rapport.records.pages.asked import Look, asked, gone_to, label_of
from rapport.records.pages.chips import Words
from rapport.records.pages.drafts import Draft
from rapport.records.pages.forms import options_url
from rapport.records.pages.guard import must, page
from rapport.records.read import COUNT_CAP, Query, Reader
from rapport.records.record import Record
from rapport.records.wording import COUNTED, PERIOD_WORDS, UNITS, operator_word

Groups = list[tuple[str, list[tuple[str, str]]]]
# What can be overlooked at a glance.
FEW = 12


def fields_of(record: Record, viewer: Viewer, ability: str) -> Groups:
    """The record's fields and those of linked records one step away, in groups, as (path, label)."""

    def able(one: Field) -> bool:
        return bool(one.operators()) if ability == "filterable" else bool(getattr(one, ability))

    own = record.fields_for(viewer)
    made: Groups = [(str(record.label), [(name, str(one.label)) for name, one in own.items() if able(one)])]
    for name, one in own.items():
        if not isinstance(one, Link) or not one.target.may(viewer, "view"):
            continue
        # Who made a record and when is asked of the record itself, hardly ever of what it links to.
        far = [
            (f"{name}.{other}", str(two.label))
            for other, two in one.target.fields_for(viewer).items()
            if (able(two) and not two.readonly) or other in (one.target.title, "country", "city", "created_at")
        ]
        if far and one.kind == "link":
            made.append((str(one.label), far))
    return made


def _row(line: Draft, words: Words, look: Look) -> dict[str, Any]:
    """A line for the template."""
    made: dict[str, Any] = {
        "path": line.path, "id": line.path.replace("-", "_"), "kind": line.kind, "error": line.error, "join": line.join,
        "raw": line.raw, "depth": line.depth, "may_nest": line.depth < drafts.DEEPEST,
        "items": [_row(item, words, look) for item in line.items],
    }  # fmt: skip
    if line.kind == "raw":
        try:
            made["said"] = words.groups(conditions.parse(line.raw))
        except conditions.ConditionError:
            made["said"] = line.raw
    if line.one is None:
        return made
    one, shape = line.one, line.one.operators().get(line.op, NONE)
    menu = [
        (op, operator_word(one.kind, op, menu=True))
        for op in one.operators()
        if not (one.kind in drafts.CHOSEN and op in drafts.ONE_IS_MANY and "any_of" in one.operators())
    ]
    made |= {
        "field": line.field,
        "label": label_of(look.record, look.viewer, line.field),
        "op": line.op,
        "ops": menu,
        "values": line.values,
        "first": line.values[0] if line.values else "",
        "second": line.values[1] if len(line.values) > 1 else "",
        "joined": ", ".join(line.values),
        "editor": _editor(one, shape),
    }
    if made["editor"] == "period":
        made |= {
            "number": line.number,
            "unit": line.unit,
            "units": UNITS.items(),
            "counts": bool(line.values) and line.values[0] in COUNTED,
        }
        made["periods"] = [*COUNTED.items(), *((key, word) for key, word in PERIOD_WORDS.items() if key != "overdue")]
    elif made["editor"] == "ticks":
        ticks = [(key, label, key in line.values) for key, label in _options(one, look.viewer)]
        # What is chosen stands first, so that a long list shows it.
        made["ticks"] = sorted(ticks, key=lambda tick: not tick[2]) if len(ticks) > FEW else ticks
    elif made["editor"] == "records":
        made |= _records(one, line, words)
    return made


def _editor(one: Field, shape: str) -> str:
    """Which editor the value has."""
    if shape == NONE:
        return ""
    if shape == PERIOD:
        return "period"
    if one.kind in ("link", "user"):
        return "records"
    if isinstance(one, Tags | Choice | Country):
        return "ticks"
    if one.kind == "bool":
        return "yes"
    kind = {"date": "date", "datetime": "date", "number": "number", "money": "number"}.get(one.kind, "text")
    return f"{kind}_pair" if shape == PAIR else "words" if shape == MANY else kind


def _options(one: Field, viewer: Viewer) -> list[tuple[str, str]]:
    if isinstance(one, Tags):
        found = Reader(one.target, viewer).slice(Query(columns=["name"], sort="name", limit=200)).items
        return [(str(tag["id"]), tag["name"]) for tag in found]
    return [(key, str(label)) for key, label in one.options]  # type: ignore[attr-defined]


def _records(one: Field, line: Draft, words: Words) -> dict[str, Any]:
    assert isinstance(one, Link)
    special = [(ME, _("me")), (MY_TEAM, _("my team"))] if one.kind == "user" else []
    chosen = [v for v in line.values if v not in (ME, MY_TEAM)]
    return {
        "special": [(key, label, key in line.values) for key, label in special],
        "chosen": [(v, words.one(one, v)) for v in chosen],
        "url": options_url(one),
    }


def _context(request: HttpRequest, look: Look, root: Draft, reader: Reader, focus: str) -> dict[str, Any]:
    tree = drafts.to_condition(root, reader, strict=False)
    # Names are read once for all lines, also for those that cannot be used yet.
    asks = conditions.All(
        tuple(
            conditions.Leaf(line.field, line.op, tuple(line.values))
            for line in root.walk()
            if line.kind == "leaf" and line.field and line.values
        )
    )
    words = Words(look, asks)
    board = request.GET.get("on") == "board"
    found = Reader(look.record, look.viewer).count(
        Query(filter=conditions.dump(tree) if tree else None, q=look.q, limit=1)
    )
    return {
        "record": look.record,
        "look": look,
        "on": "board" if board else "",
        "kept": look.parameters(filter=None),
        "root": _row(root, words, look),
        "fields": fields_of(look.record, look.viewer, "filterable"),
        "count": f"{number(COUNT_CAP)}+" if found > COUNT_CAP else number(found),
        "n": found,
        "focus": focus.replace("-", "_"),
        "back": look.address(f"/{look.record.entity}{'/board' if board else ''}"),
        "problem": "; ".join(look.remarks),
    }


@page
@require_safe
def filter_panel(request: HttpRequest, record: Record) -> HttpResponse:
    """Shows the present filter line by line, changes a line, and applies it: the list with the filter in its address."""
    must(record, request, "view")
    look = asked(request, record)
    reader = Reader(record, request.viewer)
    focus, do = request.GET.get("at", ""), request.GET.get("do", "")
    if "c.join" in request.GET:
        root = drafts.from_form(request.GET, reader)
    else:
        root = drafts.from_condition(conditions.parse(look.filter or None), reader)
        if not root.items:
            focus = drafts.change(root, "add:c")
    if do == "apply":
        tree = drafts.to_condition(root, reader, strict=True)
        if not any(line.error for line in root.walk()):
            source = json.dumps(conditions.dump(tree), ensure_ascii=False, separators=(",", ":")) if tree else "{}"
            return gone_to(request, look, filter=source)
    elif do:
        focus = drafts.change(root, do)
    context = _context(request, look, root, reader, focus)
    if request.htmx and (request.htmx.target or "").endswith("filter-count"):
        return render(request, "records/filter.html#count", context)
    wrong = any(line.error for line in root.walk())
    return render(
        request,
        "records/filter.html#panel" if request.htmx else "records/filter.html",
        context,
        status=422 if wrong else 200,
    )
