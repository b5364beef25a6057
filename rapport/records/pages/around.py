"""The record that somebody looks at while they create another: what it fills in."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.errors import NotFound
from rapport.records.fields import About, Link
from rapport.records.read import Reader
from rapport.records.record import Record

# What C offers, in this order, each with the key that chooses it.
OFFERED = {
    "people": "p", "organisations": "o", "deals": "d", "tasks": "t", "notes": "n", "meetings": "m", "calls": "l",
    "messages": "e", "products": "r",
}  # fmt: skip


@dataclass
class Place:
    """A record on the page, with its links."""

    record: Record
    id: int
    name: str
    links: dict[str, dict[str, Any]]


def around(request: HttpRequest) -> Place | None:
    """The record that the address, or the page behind a dialog, names; None if there is none within reach."""
    path = request.GET.get("from") or (request.htmx.current_url_abs_path if request.htmx else "") or ""
    entity, _slash, rest = urlsplit(path).path.strip("/").partition("/")
    pk = rest.partition("/")[0]
    record = registry.find(entity)
    if record is None or not (pk.isascii() and pk.isdigit()) or len(pk) > 18:
        return None
    links = [one.name for one in record.fields_for(request.viewer).values() if isinstance(one, Link)]
    try:
        item = Reader(record, request.viewer).get(int(pk), [record.title, *links])
    except NotFound:
        return None
    name = record.field(record.title).text(item[record.title])
    return Place(record, int(pk), name, {n: item[n] for n in links if item[n]})


def prefilled(record: Record, place: Place | None) -> dict[str, Any]:
    """Values of a new record beside the one that is looked at: itself, and what it shares with it."""
    if place is None:
        return {}
    made: dict[str, Any] = {}
    taken: set[str] = set()
    for one in record.fields_for().values():
        if isinstance(one, About) and place.record.has_timeline:
            made[one.name] = [f"{place.record.entity}/{place.id}"]
        elif isinstance(one, Link) and not one.readonly and one.to not in taken and one.name != "owner":
            if one.to == place.record.entity and one.to != record.entity:
                made[one.name] = place.id
            elif one.name in place.links and getattr(place.record.field(one.name), "to", "") == one.to:
                if one.to == "users":
                    continue
                made[one.name] = place.links[one.name]["id"]
            else:
                continue
            taken.add(one.to)
    return made


def kinds(viewer: Viewer, place: Place | None) -> list[dict[str, Any]]:
    """What the viewer may create, each with its address filled in from the place."""
    made = []
    for entity, key in OFFERED.items():
        record = registry.find(entity)
        if record is None or not record.may(viewer, "create"):
            continue
        filled = urlencode(prefilled(record, place), doseq=True)
        made.append({"record": record, "key": key, "url": f"/{entity}/new{'?' if filled else ''}{filled}"})
    return made
