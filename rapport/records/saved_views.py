"""Saved views through the gate: one's own and those that are shared, of entities that one may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import JSONField, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.access.gate import SHUT, Refused, Rule
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.platform.prepared import prepared
from rapport.records.errors import Invalid, InvalidFields, NotFound
from rapport.records.fields.base import json_of
from rapport.records.fields.text import plain_text
from rapport.records.models import View, ViewUse
from rapport.records.record import Record

MOST_TABS = 100
_FAVOURITES = """
SELECT u.entity, v.id, v.name, v.layout FROM records_viewuse u JOIN records_view v ON v.id = u.view_id
WHERE u.user_id = %s AND u.favourite AND v.deleted_at IS NULL AND (v.shared OR v.owner_id = %s)
ORDER BY u.position, v.id LIMIT %s
"""
# How the viewer uses each view within their reach, and, without a view, the plain list.
_SHELF = """
SELECT {view}, u.first, u.favourite, u.widths, u.folded, u.position
FROM (SELECT * FROM records_view WHERE entity = %s AND deleted_at IS NULL AND (shared OR owner_id = %s)
      ORDER BY position, id LIMIT %s) v
FULL JOIN (SELECT * FROM records_viewuse WHERE user_id = %s AND entity = %s) u ON u.view_id = v.id
WHERE v.id IS NOT NULL OR u.view_id IS NULL ORDER BY v.position, v.id
"""


@dataclass
class Tab:
    """A view as one user uses it; `view` None is the plain list of the entity."""

    view: View | None
    first: bool = False
    favourite: bool = False
    widths: dict[str, int] = field(default_factory=dict)
    folded: list[str] = field(default_factory=list)
    position: int | None = None

    @property
    def key(self) -> str:
        """What the address says in `view=`."""
        return str(self.view.pk) if self.view else "all"

    def url(self, record: Record) -> str:
        """Where the view is shown: as a list or as a board."""
        board = "/board" if self.view and self.view.layout == View.BOARD else ""
        return f"/{record.entity}{board}?view={self.key}"


@dataclass
class Shelf:
    """The tabs of an entity for one user, in their order; the plain list is one of them."""

    tabs: list[Tab]

    @property
    def plain(self) -> Tab:
        return next(tab for tab in self.tabs if tab.view is None)

    @property
    def first(self) -> Tab:
        """What the user begins with: what they chose, else what is offered to all, else the plain list."""
        chosen = next((tab for tab in self.tabs if tab.first), None)
        return chosen or next((tab for tab in self.tabs if tab.view and tab.view.offered), self.plain)

    def find(self, key: str) -> Tab | None:
        """The tab with this key, or None: it is gone, or never was this user's."""
        return next((tab for tab in self.tabs if tab.key == key), None)


def within_reach(viewer: Viewer) -> Q:
    """Which views the viewer may see at all."""
    return Q(deleted_at=None) & (Q(shared=True) | Q(owner_id=viewer.id))


def may_change(view: View, viewer: Viewer) -> bool:
    """Whether the viewer may change or delete the view itself, not only a copy of it."""
    if view.owner_id == viewer.id:
        return True
    if viewer.role_key == "administrator":
        return view.shared
    return view.shared and not view.locked


def shelf_of(record: Record, viewer: Viewer) -> Shelf:
    """The viewer's tabs of an entity: one query, whatever there is."""
    fields = View._meta.concrete_fields
    sql = _SHELF.format(view=", ".join(f'v."{one.column}"' for one in fields))
    with prepared() as cursor:
        cursor.execute(sql, [record.entity, viewer.id, MOST_TABS, viewer.id, record.entity])
        rows = cursor.fetchall()
    plain, tabs = Tab(None), []
    for row in rows:
        *values, first, favourite, widths, folded, position = row
        tab = Tab(
            None if values[0] is None else _view([*zip(fields, values, strict=True)]),
            bool(first),
            bool(favourite),
            {k: v for k, v in (json_of(widths) or {}).items() if isinstance(v, int)},
            [one for one in json_of(folded) or [] if isinstance(one, str)],
            position,
        )
        if tab.view:
            tabs.append(tab)
        else:
            plain = tab
    tabs.insert(0, plain)
    # Whoever moved a tab gave all of them a place; a view that came later stands at the end.
    placed = any(tab.position is not None for tab in tabs)
    if placed:
        tabs.sort(key=lambda tab: (tab.position is None, tab.position or 0))
    return Shelf(tabs)


def _view(columns: list[tuple[Any, Any]]) -> View:
    """The view of a row, as the model would read it."""
    made = {one.attname: json_of(value) if isinstance(one, JSONField) else value for one, value in columns}
    return View.from_db(DEFAULT_DB_ALIAS, list(made), list(made.values()))


def favourites(viewer: Viewer) -> dict[str, list[dict[str, str]]]:
    """The viewer's favourite views below the entities that they may see: one query, on every page."""
    from rapport.records import registry

    found: dict[str, list[dict[str, str]]] = {}
    with prepared() as cursor:
        cursor.execute(_FAVOURITES, [viewer.id, viewer.id, MOST_TABS])
        rows = cursor.fetchall()
    for entity, pk, name, layout in rows:
        record = registry.find(entity)
        if record is not None and record.may(viewer, "view"):
            icon, url = "kanban" if layout == View.BOARD else "star", Tab(View(pk=pk, layout=layout)).url(record)
            found.setdefault(entity, []).append({"label": name, "url": url, "icon": icon})
    return found


def find_view(record: Record, pk: int, viewer: Viewer) -> View:
    """A view within the viewer's reach. Raises NotFound, also for somebody else's private one."""
    view = View.objects.filter(within_reach(viewer), entity=record.entity, pk=pk).first() if pk < 2**62 else None
    if view is None:
        raise NotFound
    return view


def make_view(record: Record, looks: dict[str, Any], *, viewer: Viewer, name: str, **said: bool) -> View:
    """Saves a look under a name; `looks` are the columns of View that hold it. Raises InvalidFields."""
    with acting(viewer, "save view"):
        view = View(entity=record.entity, owner_id=viewer.id, created_by_id=viewer.id, name=_name(name), **looks)
        _say(view, viewer, said)
        view.save(force_insert=True)
    return view


def change_view(view: View, looks: dict[str, Any], *, viewer: Viewer, name: str | None = None, **said: bool) -> int:
    """Changes what a view shows, is called, or who has it. Returns the action. Raises InvalidFields, Refused."""
    with acting(viewer, "change view") as action:
        kept = _locked(view, viewer)
        for column, value in looks.items():
            setattr(kept, column, value)
        if name is not None:
            kept.name = _name(name)
        _say(kept, viewer, said)
        columns = [*looks, *(["name"] if name is not None else []), "shared", "locked", "offered"]
        kept.save(update_fields=columns)
    return action


def delete_view(view: View, *, viewer: Viewer) -> int:
    """Takes a view away; the action that is returned can be undone. Raises Refused."""
    with acting(viewer, "delete view") as action:
        kept = _locked(view, viewer)
        kept.deleted_at = timezone.now()
        kept.save(update_fields=["deleted_at"])
    return action


def use_view(record: Record, view: View | None, *, viewer: Viewer, **use: Any) -> None:
    """Remembers how the viewer uses a view, or with None the plain list: first, favourite, widths."""
    with transaction.atomic():
        if use.get("first"):
            ViewUse.objects.filter(user_id=viewer.id, entity=record.entity, first=True).update(first=False)
        kept, _made = ViewUse.objects.select_for_update().get_or_create(
            user_id=viewer.id, entity=record.entity, view=view
        )
        if "widths" in use:
            use["widths"] = {**kept.widths, **use["widths"]}
        for column, value in use.items():
            setattr(kept, column, value)
        kept.save(update_fields=list(use))


def order_tabs(record: Record, keys: list[str], *, viewer: Viewer) -> None:
    """Puts the viewer's tabs into this order; those that are not named follow as they were."""
    shelf = shelf_of(record, viewer)
    named = [tab for key in dict.fromkeys(keys) if (tab := shelf.find(key))]
    rows = [
        ViewUse(user_id=viewer.id, entity=record.entity, view=tab.view, position=place)
        for place, tab in enumerate([*named, *(tab for tab in shelf.tabs if tab not in named)])
    ]
    with transaction.atomic():
        for row in rows:
            ViewUse.objects.update_or_create(
                user_id=viewer.id, entity=record.entity, view=row.view, defaults={"position": row.position}
            )


def _locked(view: View, viewer: Viewer) -> View:
    kept = View.objects.select_for_update(of=("self",)).get(pk=view.pk)
    if kept.deleted_at is not None:
        raise NotFound
    if not may_change(kept, viewer):
        raise Refused(_("This view is locked by its owner. You can save what you see as a view of your own."))
    return kept


def _name(name: str) -> str:
    try:
        text = " ".join(plain_text(name, 80).split())
    except Invalid as problem:
        raise InvalidFields({"name": problem.message}) from None
    if not text:
        raise InvalidFields({"name": _("This field is needed.")})
    return text


def _say(view: View, viewer: Viewer, said: dict[str, bool]) -> None:
    """Who may have the view: only its owner and administrators decide that, and only these offer it to all."""
    if not said:
        return
    administers = viewer.role_key == "administrator"
    if view.owner_id != viewer.id and not administers:
        raise Refused(_("Only its owner or an administrator decides who has a view."))
    if said.get("offered", view.offered) != view.offered and not administers:
        raise Refused(_("Only an administrator offers a view to everybody."))
    for column, value in said.items():
        setattr(view, column, value)
    # What is offered to all is shared; what nobody else has needs no lock.
    view.shared = view.shared or view.offered
    view.locked = view.locked and view.shared
    if view.offered:
        others = View.objects.filter(entity=view.entity, offered=True)
        (others.exclude(pk=view.pk) if view.pk else others).update(offered=False)


class ViewRows:
    """The table of views as undo knows it: who may take back what was done to a view."""

    table = "records_view"
    constraints: dict[str, Any] = {}

    def rule(self, viewer: Viewer | None, action: str, alias: str) -> Rule:
        """Which views the viewer may change."""
        if viewer is None:
            return SHUT
        if viewer.role_key == "administrator":
            return Rule(f"({alias}.shared OR {alias}.owner_id = %s)", (viewer.id,))
        return Rule(f"({alias}.owner_id = %s OR ({alias}.shared AND NOT {alias}.locked))", (viewer.id,))
