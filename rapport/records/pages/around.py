"""The record that somebody looks at while they create another: what it fills in."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.errors import NotFound
from rapport.records.fields import About, Link
from rapport.records.fields.base import row_id
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
    entity, _slash, rest = path.partition("?")[0].partition("#")[0].strip("/").partition("/")
    pk = row_id(rest.partition("/")[0])
    record = registry.find(entity)
    if record is None or pk is None:
        return None
    links = [one.name for one in record.fields_for(request.viewer).values() if isinstance(one, Link)]
    try:
        item = Reader(record, request.viewer).get(pk, [record.title, *links])
    except NotFound:
        return None
    name = record.field(record.title).text(item[record.title])
    return Place(record, pk, name, {n: item[n] for n in links if item[n]})


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


def moment_of(asked: QueryDict) -> dict[str, str]:
    """The time that a create form was asked for, as {"at", "ends_at", "due_on"} with those that were said."""
    return {name: str(asked[name])[:40] for name in ("at", "ends_at", "due_on") if asked.get(name)}


def at_that_time(record: Record, said: dict[str, str]) -> dict[str, str]:
    """The same time in the fields that this kind of record has: a meeting's beginning is a task's day and hour."""
    known = record.fields_for()
    day, _t, clock = said.get("at", "").partition("T")
    if "due_on" in known:
        made = {"due_on": said.get("due_on") or day, "due_time": clock if "due_time" in known else ""}
    elif "at" in known:
        made = {"at": said.get("at", ""), "ends_at": said.get("ends_at", "") if "ends_at" in known else ""}
    else:
        made = {}
    return {name: value for name, value in made.items() if value}


def kinds(viewer: Viewer, place: Place | None, said: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """What the viewer may create, each with its address filled in from the place and the time that was asked for."""
    made = []
    for entity, key in OFFERED.items():
        record = registry.find(entity)
        if record is None or not record.may(viewer, "create"):
            continue
        filled = urlencode(prefilled(record, place) | at_that_time(record, said or {}), doseq=True)
        made.append({"record": record, "key": key, "url": f"/{entity}/new{'?' if filled else ''}{filled}"})
    return made
