"""What the engine adds to the palette: records, those opened lately, and what can be created."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.platform.identity.viewer import Viewer
from rapport.platform.ui import palette
from rapport.platform.ui.templatetags.ui import in_text
from rapport.records import registry
from rapport.records.fields.base import row_id
from rapport.records.pages.around import around, kinds
from rapport.records.read import Query, Reader
from rapport.records.search import search
from rapport.records.visits import recent

FOUND, RECENT = 12, 8
# What each sign asks for.
SCOPED = {"@": ("people",), "#": ("deals",)}
# Lists that may be searched from the palette's end.
LISTS = ("people", "organisations", "deals")


def _shown(hits: list[dict[str, Any]], viewer: Viewer, group: Any, *, details: bool = False) -> Iterable[palette.Hit]:
    """Hits {"entity", "id", "name", "detail"?} as lines of the palette; what tells them apart is one query per entity."""
    hints = {} if details else _hints(hits, viewer)
    for hit in hits:
        record = registry.get(hit["entity"])
        yield palette.Hit(
            label=hit["name"] or hit.get("detail") or _("(without a name)"),
            url=f"/{hit['entity']}/{hit['id']}",
            icon=record.icon,
            hint=hints.get((hit["entity"], hit["id"])) or hit.get("detail", ""),
            kind=record.label,
            face=hit["name"] if record.face else "",
            round_face=record.face == "round",
            group=group,
        )


def _hints(hits: list[dict[str, Any]], viewer: Viewer) -> dict[tuple[str, int], str]:
    wanted: dict[str, list[int]] = {}
    for hit in hits:
        wanted.setdefault(hit["entity"], []).append(hit["id"])
    said: dict[tuple[str, int], str] = {}
    for entity, ids in wanted.items():
        record = registry.get(entity)
        names = record.page.subtitle.split() or [n for n in ("due_on", "at", "about") if n in record.fields_for(viewer)]
        if not names:
            continue
        for item in Reader(record, viewer).slice(Query(columns=names, ids=ids, limit=len(ids))).items:
            texts = (_text(record, name, item[name]) for name in names)
            said[entity, item["id"]] = " · ".join(text for text in texts if text)
    return said


def _text(record: Any, name: str, value: Any) -> str:
    if name == "about":
        return next((one["name"] for one in value or [] if one.get("name")), "")
    return str(record.field(name).text(value))


def _records(request: HttpRequest, text: str) -> Iterable[palette.Hit]:
    return _found(request, text, ())


def _people(request: HttpRequest, text: str) -> Iterable[palette.Hit]:
    return _found(request, text, SCOPED["@"])


def _deals(request: HttpRequest, text: str) -> Iterable[palette.Hit]:
    return _found(request, text, SCOPED["#"])


def _found(request: HttpRequest, text: str, entities: tuple[str, ...]) -> Iterable[palette.Hit]:
    """Records whose text matches; under a sign also without a text, those opened lately."""
    viewer = request.viewer
    if viewer is None:
        return
    if not text:
        yield from _shown(recent(viewer, RECENT, entities), viewer, gettext_lazy("Opened lately"))
        return
    numbered = [one for entity in entities for one in _by_number(entity, text, viewer)]
    found = [one for one in search(text, viewer=viewer, entities=entities, limit=FOUND) if one not in numbered]
    # Who searches for an address or a number wants to see it; who searches for a name wants to see whose.
    details = "@" in text or sum(c.isdigit() for c in text) > 3
    yield from _shown([*numbered, *found], viewer, gettext_lazy("Records"), details=details)


def _by_number(entity: str, text: str, viewer: Viewer) -> Iterable[dict[str, Any]]:
    """The record with this number, or this reference in another system."""
    record = registry.get(entity)
    if not record.may(viewer, "view"):
        return
    asked: list[Query] = [
        Query(columns=[record.title], filter={"field": "external_id", "op": "is", "value": text[:200]}, limit=3)
    ]
    if (pk := row_id(text)) is not None:
        asked.insert(0, Query(columns=[record.title], ids=[pk]))
    seen = set()
    for query in asked:
        for item in Reader(record, viewer).slice(query).items:
            if item["id"] not in seen:
                seen.add(item["id"])
                yield {"entity": entity, "id": item["id"], "name": record.field(record.title).text(item[record.title])}


def _create(request: HttpRequest, text: str) -> Iterable[palette.Hit]:
    if request.viewer is None:
        return
    place = around(request)
    hint = _("with %(name)s") % {"name": place.name} if place else ""
    for one in kinds(request.viewer, place):
        label = _("Create %(what)s") % {"what": in_text(one["record"].label)}
        if palette.fits(f"{label} {_('new')}", text):
            yield palette.Hit(
                label,
                one["url"],
                "plus",
                hint=hint,
                keys=f"c {one['key']}",
                group=gettext_lazy("Create"),
                opens="dialog",
            )


def _lists(request: HttpRequest, text: str) -> Iterable[palette.Hit]:
    if request.viewer is None or len(text) < 2:
        return
    for entity in LISTS:
        record = registry.find(entity)
        if record and record.may(request.viewer, "view"):
            label = _("All %(what)s with “%(text)s”") % {"what": in_text(record.plural), "text": text}
            yield palette.Hit(label, f"/{entity}?q={quote(text)}", "search", group=gettext_lazy("Search in a list"))


palette.SCOPES |= {"@": gettext_lazy("People"), "#": gettext_lazy("Deals")}
palette.register(palette.Source("records", _records, order=100))
palette.register(palette.Source("people", _people, order=100, scopes=("@",)))
palette.register(palette.Source("deals", _deals, order=100, scopes=("#",)))
palette.register(palette.Source("create", _create, order=700, scopes=("", ">")))
palette.register(palette.Source("lists", _lists, order=950))
