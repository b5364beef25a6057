"""The rows of a list as HTML. They are joined here and not in a template, because a page has hundreds of cells."""

from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rapport.platform.ui.markup import escaped, markup
from rapport.platform.ui.templatetags.ui import face, icon
from rapport.records.pages.asked import Column, Look


def rows_of(look: Look, items: list[dict[str, Any]], fixed: frozenset[int] = frozenset()) -> list[SafeString]:
    """Each row of the list. `fixed` are the ids of rows that the viewer may not change."""
    record, rest = look.record, look.columns[1:]
    classes = [_css(column) for column in rest]
    words = {"mark": _("Mark %(name)s"), "beside": _("Open %(name)s beside"), "title": _("Open beside (Space)")}
    beside = icon("panel-right")
    made = []
    for item in items:
        pk, name = item["id"], called(look, item)
        head = markup(
            '<tr id="row-{}" data-row="{}" data-version="{}"{}><td class="check"><input class="r-check" type="checkbox" '
            'name="ids" value="{}" data-select aria-label="{}"></td><td class="main"><a href="/{}/{}" data-open>{}'
            '<span class="cut">{}</span></a><button type="button" class="r-peek-open" data-peek="/{}/{}" aria-label="{}" '
            'title="{}">{}</button></td>',
            pk, pk, item["version"], SafeString(" data-locked" if pk in fixed else ""), pk, words["mark"] % {"name": name},
            record.entity, pk, face(name, record.face, "", (item.get(record.picture) or {}).get("url", "")), name,
            record.entity, pk, words["beside"] % {"name": name}, words["title"], beside,
        )  # fmt: skip
        cells = "".join(
            f"<td{css}>{escaped(column.one.cell(item[column.name]))}</td>"
            for column, css in zip(rest, classes, strict=True)
        )
        made.append(mark_safe(f"{head}{cells}</tr>\n"))  # noqa: S308 each part is escaped above
    return made


def called(look: Look, item: dict[str, Any]) -> str:
    """What stands in the first cell of a row, which is never empty: one must be able to click it."""
    lead = look.columns[0]
    if lead.name == look.record.title:
        return look.record.called(item)
    return lead.one.text(item[lead.name]) or _("(empty)")


def _css(column: Column) -> str:
    # A phone shows the second column below the first, and the first number beside it.
    names = " ".join(["num"] * column.one.numeric + ["second"] * (column.place == 1) + [column.kept] * column.frozen)
    return f' class="{names}"' if names else ""
