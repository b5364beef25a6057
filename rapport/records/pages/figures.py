"""What stands around the rows of a list: groups with their figures, and the footer with a calculation for each column."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_currency
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rapport.platform.setup.company import company
from rapport.platform.ui.markup import joined, markup
from rapport.platform.ui.templatetags.ui import in_text, locale, money, number, typeset
from rapport.records.errors import InvalidFields
from rapport.records.fields import Date, Field, Money
from rapport.records.grouping import GRAINS, groupable
from rapport.records.pages.asked import Look, label_of
from rapport.records.read import MOST_ROWS, Query, Reader
from rapport.records.totals import AMOUNTS, Figure, Totals, kinds_of, totals

HOW = {
    "sum": gettext_lazy("Sum"),
    "avg": gettext_lazy("Average"),
    "min": gettext_lazy("Least"),
    "max": gettext_lazy("Most"),
    "filled": gettext_lazy("Filled"),
    "empty": gettext_lazy("Empty"),
}
DATED = {"min": gettext_lazy("Earliest"), "max": gettext_lazy("Latest")}
ROWS = 50
MOST_OPEN = 20
# So many characters of an amount find room in a column of usual width.
LONGEST = 13
# The head of a group is narrower: no amount of more than this shows its cents there.
SHORTEST = 9
# A small list is unfolded whole, of a larger one the first groups, up to so many of them.
SMALL, FIRST_OPEN = 200, 6


def name_of(how: str, one: Field) -> str:
    """What a calculation is called: of dates "earliest" and not "least"."""
    return str(DATED.get(how, HOW[how]) if one.kind in ("date", "datetime") else HOW[how])


def text_of(figure: Figure, how: str, one: Field) -> str:
    """A figure by the viewer's locale; money in the base currency."""
    value = figure.value
    if value is None:
        return "—"
    if how in ("filled", "empty"):
        return number(value)
    if isinstance(one, Money):
        return str(money(value, company().currency))
    if isinstance(value, Decimal | float) and how == "avg":
        return number(round(Decimal(value), 2))
    if isinstance(value, date) and not isinstance(value, datetime):
        return Date("x").text(value)
    return one.text(value)


def remark(figure: Figure) -> str:
    """What was left out of a figure, or ""."""
    if not figure.without_rate:
        return ""
    return ngettext(
        "%(n)s amount without a rate is not counted",
        "%(n)s amounts without a rate are not counted",
        figure.without_rate,
    ) % {"n": number(figure.without_rate)}


def figure_html(figure: Figure | None, how: str, one: Field, *, named: bool = True) -> SafeString:
    """A figure, by default with its name, and a mark where something is left out.

    What is too long for a column is shortened; pointed at, it shows all of it.
    """
    if figure is None:
        return SafeString("")
    left, text = remark(figure), text_of(figure, how, one)
    full = _("%(what)s: %(figure)s") % {"what": name_of(how, one), "figure": text}
    named_at_all, named = named, named and len(text) <= LONGEST
    if isinstance(one, Money) and how in AMOUNTS and len(text) > (LONGEST + 2 if named_at_all else SHORTEST):
        text = whole_money(figure.value)
    mark = markup(' <span class="r-left-out" title="{}"><span class="r-unseen">{}</span></span>', left, left)
    return markup(
        '{}<b title="{}">{}</b>{}',
        markup('<span class="how">{}</span> ', name_of(how, one)) if named else "",
        full, text, mark if left else "",
    )  # fmt: skip


def whole_money(value: Decimal) -> str:
    """An amount of the base currency without its cents, for where there is no room for them."""
    pattern = locale().currency_formats["standard"].pattern.split(";")[0].replace(".00", "")
    made: str = format_currency(value, company().currency, pattern, locale=locale(), currency_digits=False)
    return typeset(made, company().currency)


def calculations(look: Look) -> dict[str, str]:
    """What is worked out, {column: "sum"}: of a grouped list without a choice the sum of what the board adds up too."""
    if look.calculations or not look.group or "calculations" in look.given:
        return look.calculations
    total = look.record.board.total if look.record.board else ""
    amounts = [column.name for column in look.columns[1:] if column.one.kind == "money" or column.name == total]
    return {total if total in amounts else amounts[0]: "sum"} if amounts else {}


def figures_of(look: Look, request: HttpRequest) -> Totals | None:
    """The figures of the list, if any were asked for; what cannot be worked out is left out, with a remark."""
    wanted = ",".join(f"{name}:{how}" for name, how in calculations(look).items())
    if not wanted and not look.group:
        return None
    query = Query(filter=look.filter or None, q=look.q)
    backwards = look.sort.split(",")[0] == f"-{look.group.partition(':')[0]}"
    try:
        return totals(look.record, look.viewer, query, wanted, look.group, backwards=backwards)
    except InvalidFields as error:
        look.remarks += error.errors.values()
        return None


def footer(look: Look, found: Totals | None) -> list[dict[str, Any]]:
    """For each column but the first: its figure, and what else could be worked out of it."""
    made, chosen = [], calculations(look)
    for column in look.columns[1:]:
        how = chosen.get(column.name, "")
        figure = found.figures.get(f"{column.name}:{how}") if found else None
        kinds = kinds_of(column.one)
        links = joined(
            "",
            '<a class="r-menu-item" href="{}"{}>{}</a>',
            (
                (
                    _with(look, column.name, kind),
                    SafeString(' aria-current="true"' if kind == how else ""),
                    name_of(kind, column.one),
                )
                for kind in kinds
            ),
        )
        made.append(
            {
                "numeric": column.one.numeric,
                "kept": column.kept,
                "html": figure_html(figure, how, column.one),
                "links": links,
                "clear": _with(look, column.name, "") if how else "",
                "name": column.label,
                "label": _("Work out: %(column)s") % {"column": column.label},
            }
        )
    return made


def _with(look: Look, name: str, how: str) -> str:
    """The address of the list with another calculation for one column."""
    pairs = {**{n: h for n, h in calculations(look).items() if n != name}, **({name: how} if how else {})}
    return look.address(calculations=",".join(f"{n}:{h}" for n, h in pairs.items()))


def open_groups(request: HttpRequest, found: Totals) -> dict[str, int]:
    """{key: rows} of the groups that the page shows unfolded: open=50:7. Who says nothing gets the first ones."""
    made: dict[str, int] = {}
    if "open" not in request.GET:
        shown, most = 0, MOST_OPEN if found.count <= SMALL else FIRST_OPEN
        for group in found.groups[:most]:
            if shown >= ROWS and found.count > SMALL:
                break
            made[group.key] = ROWS
            shown += min(group.count, ROWS)
        return made
    for part in request.GET.getlist("open")[:MOST_OPEN]:
        rows, colon, key = part.partition(":")
        if colon and rows.isascii() and rows.isdecimal() and len(rows) < 4:
            made[key] = max(ROWS, min(int(rows), MOST_ROWS))
    return made


def groups_of(look: Look, found: Totals, request: HttpRequest, rows: Any) -> list[dict[str, Any]]:
    """The heads of the groups with their figures; `rows(items)` draws the rows of those that are open."""
    opened, chosen = open_groups(request, found), calculations(look)
    made = []
    for no, group in enumerate(found.groups):
        address = look.address(key=group.key)
        one: dict[str, Any] = {
            "no": no,
            "key": group.key,
            "label": group.label,
            "count": number(group.count),
            "url": address,
            "open_url": f"{look.address()}&{urlencode({'open': f'{ROWS}:{group.key}'})}",
            "cells": [
                {
                    "numeric": column.one.numeric,
                    "html": figure_html(
                        group.figures.get(f"{column.name}:{how}") if (how := chosen.get(column.name)) else None,
                        how or "", column.one, named=False,
                    ),
                }
                for column in look.columns[1:]
            ],
        }  # fmt: skip
        if group.key in opened:
            query = look.query(group=(look.group, group.key), limit=opened[group.key])
            part = Reader(look.record, look.viewer).slice(query)
            one |= {
                "open": True,
                "rows": rows(part.items),
                "more": look.address(key=group.key, after=part.next) if part.next else "",
            }
        made.append(one)
    return made


def group_name(look: Look) -> str:
    """By what the list is grouped, "Expected close, month"; "" when it is not."""
    name, _colon, grain = look.group.partition(":")
    if not name:
        return ""
    label = label_of(look.record, look.viewer, name)
    if Reader(look.record, look.viewer).path(name)[0].kind not in ("date", "datetime"):
        return label
    return _("%(field)s by %(period)s") % {"field": label, "period": in_text(GRAINS[grain or "month"])}


def group_menu(look: Look) -> list[dict[str, Any]]:
    """The fields by which the list can be grouped, each with the addresses that do it."""
    now, _colon, grain = look.group.partition(":")
    made = []
    for name, one in look.record.fields_for(look.viewer).items():
        if not groupable(one):
            continue
        dated = one.kind in ("date", "datetime")
        made.append(
            {
                "label": one.label,
                "current": name == now,
                "url": look.address(group=f"{name}:month" if dated else name),
                "grains": [
                    {"label": label, "url": look.address(group=f"{name}:{key}"), "current": name == now and key == (grain or "month")}
                    for key, label in GRAINS.items()
                ] if dated and name == now else [],
            }
        )  # fmt: skip
    return made
