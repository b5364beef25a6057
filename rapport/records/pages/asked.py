"""What an address asks of a list or a board: the chosen view and the address's own parameters, resolved to one look."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from rapport.kit import condition as conditions
from rapport.platform.identity.viewer import Viewer
from rapport.platform.ui.templatetags.ui import in_text
from rapport.records.errors import Invalid, InvalidFields
from rapport.records.fields import Field, Link
from rapport.records.models import View
from rapport.records.read import Query, Reader
from rapport.records.record import Record
from rapport.records.saved_views import Shelf, Tab, may_change, shelf_of

# What of an address makes the look; everything else (after, selections) is of the moment.
PARAMETERS = ("view", "filter", "q", "sort", "columns", "frozen", "group", "calculations")
MOST_COLUMNS = 40
LEAST_WIDTH, MOST_WIDTH = 48, 1200
# How wide a column is that nobody gave a width, in px: fixed, so that no row that comes later moves the others.
LEAD, USUAL = 288, 176
WIDTHS = {
    "points": 224, "link": 192, "user": 160, "money": 136, "number": 104, "date": 128, "datetime": 152, "bool": 88,
    "choice": 136, "tags": 176, "long_text": 288, "about": 208,
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column shown. `name` may be of a linked record, "organisation.country".

    `width` is what the user or the view gave it, in px, or None; `wide` is how wide it is in any case.
    """

    name: str
    one: Field
    label: str
    width: int | None = None
    frozen: bool = False
    place: int = 1

    @property
    def kept(self) -> str:
        """The classes by which a cell of the column stays in place, or ""."""
        return f"kept kept-{self.place}" if self.frozen else ""

    @property
    def wide(self) -> int:
        return self.width or (
            LEAD if self.place == 0 else WIDTHS.get(self.one.widget, WIDTHS.get(self.one.kind, USUAL))
        )


@dataclass(frozen=True)
class Settings:
    """The look as texts, such as an address or a view holds it. `frozen` is how many columns stay in place."""

    filter: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    frozen: int = 1
    group: str = ""
    calculations: str = ""


@dataclass
class Look:
    """What is shown, checked against what the viewer may see; `remarks` say what had to be left out."""

    record: Record
    viewer: Viewer
    shelf: Shelf
    tab: Tab
    now: Settings
    base: Settings
    q: str = ""
    columns: list[Column] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)

    @property
    def view(self) -> View | None:
        return self.tab.view

    @property
    def filter(self) -> str:
        """Condition JSON, or ""."""
        return self.now.filter

    @property
    def sort(self) -> str:
        """ "-amount,name"; never empty."""
        return self.now.sort or self.record.lists.sort

    @property
    def group(self) -> str:
        """The field to group by (of a board: of its columns), or ""."""
        return self.now.group

    @property
    def calculations(self) -> dict[str, str]:
        """{column: "sum"}."""
        return dict(pair.split(":", 1) for pair in self.now.calculations.split(",") if ":" in pair)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def changed(self) -> bool:
        """Whether the look is another than that of the view (or the plain list) that it began with."""
        return bool(self.q) or self.now != self.base

    @property
    def filters(self) -> int:
        """How many comparisons the filter has."""
        return sum(1 for _leaf in conditions.leaves(conditions.parse(self.filter))) if self.filter else 0

    @property
    def without_filter(self) -> str:
        """The address of this look without any filter."""
        return self.address(filter="{}")

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The views for the template, in the user's order."""
        return [
            {
                "key": tab.key,
                "name": self._name_of(tab),
                "url": tab.url(self.record),
                "icon": _icon(tab, self.viewer),
                "current": tab is self.tab,
            }
            for tab in self.shelf.tabs
        ]

    def _name_of(self, tab: Tab) -> str:
        if tab.view:
            return tab.view.name
        return _("All %(plural)s") % {"plural": in_text(self.record.plural)}

    @property
    def tab_name(self) -> str:
        return self._name_of(self.tab)

    @property
    def is_first(self) -> bool:
        """Whether the user begins with the present view."""
        return self.tab is self.shelf.first

    @property
    def may_change(self) -> bool:
        """Whether the viewer may change the present view itself."""
        return self.view is not None and may_change(self.view, self.viewer)

    @property
    def words(self) -> str:
        """The look as the query of an address."""
        return urlencode(self.parameters())

    @property
    def reset_url(self) -> str:
        """The present view as it was saved."""
        return self.tab.url(self.record)

    def query(self, **more: Any) -> Query:
        """The list's query; `more` as in Query, such as after and limit."""
        picture = [self.record.picture] if self.record.picture and self.record.picture not in self.names else []
        stand_in = [self.record.stand_in] if self.record.stand_in and self.record.stand_in not in self.names else []
        made: dict[str, Any] = {
            "columns": [*self.names, *picture, *stand_in],
            "filter": self.filter or None,
            "q": self.q,
        }
        return Query(**{**made, "sort": self.sort, **more})

    def parameters(self, **changes: Any) -> dict[str, str]:
        """The address's parameters that make this look, some of them changed; None takes one away."""
        return {k: str(v) for k, v in {**self.given, **changes}.items() if v is not None}

    def address(self, path: str = "", **changes: Any) -> str:
        """The address of this look with some parameters changed; None takes one away."""
        return f"{path}?{urlencode(self.parameters(**changes))}"


def _icon(tab: Tab, viewer: Viewer) -> str:
    """What a tab shows beside its name: that it is a board, locked for the viewer, or somebody else's."""
    if tab.view is None:
        return ""
    if tab.view.layout == View.BOARD:
        return "kanban"
    if not may_change(tab.view, viewer):
        return "lock"
    return "users" if tab.view.shared else ""


def asked(request: HttpRequest, record: Record) -> Look:
    """Resolves an address to a look. Never fails: what cannot be used is left out, with a remark."""
    viewer: Viewer = request.viewer
    shelf = shelf_of(record, viewer)
    # Without a word about the look one begins with the view of one's choice; an address that says how the list shall
    # be, such as a link of the home page, means the plain list.
    given = {name: request.GET[name] for name in PARAMETERS if name in request.GET}
    tab = shelf.first
    remarks = []
    if given:
        found = shelf.find(given["view"]) if "view" in given else shelf.plain
        if found is None:
            remarks.append(_("The view that was asked for is not there any more, or not yours to see."))
        tab = found or shelf.plain
    given.pop("view", None)
    if tab is not shelf.first or given:
        given = {"view": tab.key, **given}
    plain = Settings(filter=record.lists.filter, sort=record.lists.sort, columns=tuple(record.lists.names))
    base = _of_view(tab.view, plain) if tab.view else plain
    # A view may name what is gone meanwhile or out of the viewer's sight: it is compared with after that is left out.
    base = _sound(base, record, viewer, remarks)
    own = Settings(
        filter=given.get("filter", base.filter),
        sort=_listed(given.get("sort", base.sort)),
        columns=tuple(given["columns"].replace(",", " ").split()[:MOST_COLUMNS])
        if given.get("columns")
        else base.columns,
        frozen=_whole(given.get("frozen"), base.frozen),
        group=given.get("group", base.group)[:130],
        calculations=given.get("calculations", base.calculations),
    )
    now = _sound(own, record, viewer, remarks) if own != base else base
    if not now.columns:
        now = replace(now, columns=plain.columns)
    look = Look(record, viewer, shelf, tab, now, base, q=given.get("q", "")[:200], given=given)
    look.remarks = list(dict.fromkeys(remarks))
    look.columns = _columns(look)
    return look


def _of_view(view: View, plain: Settings) -> Settings:
    names = tuple(str(c["name"]) for c in view.columns if isinstance(c, dict) and c.get("name"))
    return Settings(
        filter=view.filter,
        sort=view.sort or plain.sort,
        columns=names or plain.columns,
        frozen=sum(1 for c in view.columns if isinstance(c, dict) and c.get("frozen")) if names else plain.frozen,
        group=view.group,
        calculations=",".join(f"{name}:{how}" for name, how in view.calculations.items()),
    )


def _listed(sort: str) -> str:
    return ",".join(sort.replace(",", " ").split())


def _whole(text: str | None, otherwise: int) -> int:
    return min(int(text), MOST_COLUMNS) if text and text.isascii() and text.isdigit() and len(text) < 4 else otherwise


def _sound(look: Settings, record: Record, viewer: Viewer, remarks: list[str]) -> Settings:
    """The look without what there is not (any more), or not for this viewer."""
    reader = Reader(record, viewer)

    def usable(name: str, ability: str) -> bool:
        try:
            one, _alias = reader.path(name)
        except InvalidFields:
            remarks.append(_("“%(name)s” is left out: there is no such field for you.") % {"name": name[:80]})
            return False
        if not getattr(one, ability):
            remarks.append(_("“%(name)s” is left out: the list cannot use it so.") % {"name": one.label})
            return False
        return True

    columns = tuple(dict.fromkeys(name for name in look.columns if usable(name, "listable")))
    sorts = [part for part in _listed(look.sort).split(",")[:4] if part and usable(part.lstrip("-"), "sortable")]
    group = look.group if look.group and usable(look.group.partition(":")[0], "sortable") else ""
    pairs = [p for p in look.calculations.split(",") if p.count(":") == 1 and usable(p.split(":")[0], "listable")]
    return replace(
        look,
        filter=_sound_filter(look.filter, reader, remarks),
        columns=columns,
        frozen=min(look.frozen, max(len(columns) - 1, 0)),
        sort=",".join(sorts) or record.lists.sort.replace(" ", ","),
        group=group,
        calculations=",".join(pairs),
    )


def _sound_filter(source: str, reader: Reader, remarks: list[str]) -> str:
    """The filter in one spelling, without the leaves that cannot be used. "" is no filter at all."""
    if not source.strip():
        return ""
    try:
        tree = conditions.parse(source)
    except conditions.ConditionError as problem:
        remarks.append(_("The filter cannot be read: %(why)s") % {"why": Invalid.of(problem).message})
        return ""

    def stands(leaf: conditions.Leaf) -> bool:
        try:
            reader.leaf(leaf)
        except InvalidFields as error:
            ((name, why),) = error.errors.items()
            remarks.append(_("The filter on “%(name)s” is left out: %(why)s") % {"name": name[:80], "why": why})
            return False
        return True

    kept = pruned(tree, stands)
    if kept is None or kept == conditions.All():
        return ""
    return json.dumps(conditions.dump(kept), ensure_ascii=False, separators=(",", ":"))


def pruned(node: conditions.Node, stands: Callable[[conditions.Leaf], bool]) -> conditions.Node | None:
    """The tree without the leaves that do not stand; None when nothing of it is left."""
    match node:
        case conditions.Leaf():
            return node if stands(node) else None
        case conditions.Not(child):
            kept = pruned(child, stands)
            return None if kept is None else conditions.Not(kept)
        case conditions.All(children) | conditions.Any(children):
            parts = tuple(part for child in children if (part := pruned(child, stands)) is not None)
            return None if children and not parts else type(node)(parts)


def label_of(record: Record, viewer: Viewer, name: str) -> str:
    """A column's heading: of a linked record's field both names, "Organisation: Country"."""
    first, _dot, rest = name.partition(".")
    near = record.fields_for(viewer)[first]
    if not rest or not isinstance(near, Link):
        return str(near.label)
    return _("%(link)s: %(field)s") % {"link": near.label, "field": near.target.fields_for(viewer)[rest].label}


def _columns(look: Look) -> list[Column]:
    reader = Reader(look.record, look.viewer)
    kept = {str(c.get("name")): c.get("width") for c in (look.view.columns if look.view else []) if isinstance(c, dict)}
    widths = {**kept, **look.tab.widths}
    made = []
    for place, name in enumerate(look.now.columns):
        width = widths.get(name)
        made.append(
            Column(
                name,
                reader.path(name)[0],
                label_of(look.record, look.viewer, name),
                min(max(width, LEAST_WIDTH), MOST_WIDTH) if isinstance(width, int) else None,
                place < look.now.frozen,
                place,
            )
        )
    return made


def gone_to(request: HttpRequest, look: Look, **changes: Any) -> HttpResponse:
    """Leads to the list (or board) with some of the look changed; htmx draws it into the page that is there."""
    path = f"/{look.record.entity}{'/board' if request.GET.get('on') == 'board' else ''}"
    address = look.address(path, **changes)
    if not request.htmx:
        return HttpResponseRedirect(address)
    told = HttpResponse()
    told.headers["HX-Location"] = json.dumps({"path": address, "target": "body", "swap": "innerMorph", "push": "true"})
    return told
