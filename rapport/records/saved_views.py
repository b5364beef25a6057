"""Saved views through the gate: one's own and those that are shared, of entities that one may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from rapport.platform.identity.viewer import Viewer
from rapport.records.models import View, ViewUse
from rapport.records.record import Record

MOST_TABS = 100


@dataclass
class Tab:
    """A view as one user uses it; `view` None is the plain list of the entity."""

    view: View | None
    first: bool = False
    favourite: bool = False
    widths: dict[str, int] = field(default_factory=dict)
    position: int | None = None

    @property
    def key(self) -> str:
        """What the address says in `view=`."""
        return str(self.view.pk) if self.view else "all"


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
    """The viewer's tabs of an entity: two queries, whatever there is."""
    views = list(View.objects.filter(within_reach(viewer), entity=record.entity).order_by("position", "pk")[:MOST_TABS])
    uses: dict[int | None, dict[str, Any]] = {
        use["view_id"]: dict(use)
        for use in ViewUse.objects.filter(user_id=viewer.id, entity=record.entity).values(
            "view_id", "first", "favourite", "widths", "position"
        )
    }
    tabs = []
    for view in (None, *views):
        use = uses.get(view.pk if view else None, {})
        tabs.append(
            Tab(
                view,
                use.get("first", False),
                use.get("favourite", False),
                {k: v for k, v in (use.get("widths") or {}).items() if isinstance(v, int)},
                use.get("position"),
            )
        )
    # Whoever moved a tab gave all of them a place; a view that came later stands at the end.
    placed = any(tab.position is not None for tab in tabs)
    if placed:
        tabs.sort(key=lambda tab: (tab.position is None, tab.position or 0))
    return Shelf(tabs)
