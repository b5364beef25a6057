"""Foreign ids everywhere but in the address: in forms, bodies, filters, options, selections. Each stands beside the same call
with an id of one's own, which must get further: else the refusal would prove nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from rapport.records import fields as f
from rapport.records import registry
from rapport.records.access import Shared
from rapport.records.record import Record
from tests.permissions.bodies import Sent, form
from tests.permissions.cells import Outcome
from tests.permissions.people import DELETED, FOREIGN, OWN
from tests.permissions.trying import Try, empty, refused, silent, taken, untouched
from tests.permissions.world import COLLEAGUE, STRANGER, World, mark

API = "/api/v1"
# Bela may change more than she sees: what she does not see must still be out of her reach.
WHO = ("ana", "mia", "bela")


def tries(world: World) -> Iterator[Try]:
    """All of them."""
    for person in WHO:
        for record in registry.all_records():
            if not isinstance(record.access, Shared):
                yield from _links(world, person, record)
                yield from _selections(world, person, record)
                yield from _reads(world, person, record)
        yield from _others(world, person)
        yield from _keys(person)


def pointing(record: Record) -> Iterator[tuple[str, str]]:
    """The fields of an entity that name a record which belongs to somebody, and of which entity."""
    for name, one in record.fields_for().items():
        if one.readonly:
            continue
        if isinstance(one, f.Link) and not isinstance(one.target.access, Shared):
            yield name, one.to
        elif isinstance(one, f.About):
            yield name, "people"


def _named(record: Record, name: str, entity: str, pk: int) -> Any:
    return [{"entity": entity, "id": pk}] if isinstance(record.field(name), f.About) else pk


def _links(world: World, person: str, record: Record) -> Iterator[Try]:
    """A foreign record, and one of one's own that is in the bin, in every field that names one."""
    entity, mine = record.entity, world.rows[record.entity, person, OWN]
    fresh = world.fresh[entity, person]
    for name, to in pointing(record):
        own = _named(record, name, to, world.rows[to, person, OWN])
        yield Try(person, "own link", "POST", f"{API}/{entity}", Sent(body={**fresh, name: own}), taken(name))
        yield Try(person, "own link", "PATCH", f"{API}/{entity}/{mine}", Sent(body={name: own}), taken(name))
        foreign = world.row(to, person, FOREIGN)
        if _holds(record, name, to, mine, foreign):
            given = Sent(body={name: _named(record, name, to, foreign)})
            yield Try(
                person, "link as it stands", "PATCH", f"{API}/{entity}/{mine}", given, taken(name),
                partial(_still, record, name, to, mine, foreign),
            )  # fmt: skip
            # One that does not stand there yet: Adam's are out of everybody's reach, too.
            foreign = world.rows[to, "adam", OWN]
        for whose in (foreign, world.rows[to, person, DELETED]):
            given = _named(record, name, to, whose)
            text = f"{to}/{whose}" if isinstance(given, list) else str(whose)
            posted = {name: text}
            say = "foreign link"
            yield Try(person, say, "POST", f"{API}/{entity}", Sent(body={**fresh, name: given}), refused)
            yield Try(person, say, "PATCH", f"{API}/{entity}/{mine}", Sent(body={name: given}), refused)
            body = {"action": "edit", "ids": [mine], "values": {name: given}}
            yield Try(person, say, "POST", f"{API}/{entity}/bulk", Sent(body=body), refused)
            for place in ("cells", "grid"):
                yield Try(
                    person, say, "POST", f"/{entity}/{mine}/{place}/{name}", Sent(body=posted), _unwritten(record)
                )
            many = {"do": "edit", "ids": mine, "field": name, **posted}
            yield Try(person, say, "POST", f"/{entity}/many", Sent(body=many), _unwritten(record))
            made = form(entity, fresh) | posted | {"anyway": "1"}
            yield Try(person, say, "POST", f"/{entity}/new", Sent(body=made), _unwritten(record))
            yield Try(person, "prefilled", "GET", f"/{entity}/new", Sent(query=posted), silent)
            beside = Sent(query={"from": f"/{to}/{whose}"})
            yield Try(person, "beside", "GET", f"/{entity}/new", beside, silent)
    for verb in record.verbs:
        for one in verb.fields:
            if isinstance(one, f.Link) and not isinstance(one.target.access, Shared):
                body = {one.name: world.row(one.to, person, FOREIGN)}
                yield Try(person, "verb", "POST", f"{API}/{entity}/{mine}/{verb.name}", Sent(body=body), refused)
                yield Try(person, "verb", "POST", f"/{entity}/{mine}/do/{verb.name}", Sent(body=body), refused)


def _holds(record: Record, name: str, to: str, mine: int, pk: int) -> bool:
    """Whether the record names that other one in the field already."""
    held = record.model._default_manager.values_list(record.field(name).column, flat=True).get(pk=mine)
    return {"entity": to, "id": pk} in held if isinstance(held, list) else held == pk


def _still(record: Record, name: str, to: str, mine: int, pk: int) -> str:
    return "" if _holds(record, name, to, mine, pk) else "what is not shown is gone"


def _unwritten(record: Record) -> Callable[[Outcome], str]:
    return lambda made: (
        f"{record.table} changed" if {record.table, "journal_entry", "facts_fact"} & made.changed else ""
    )


def _selections(world: World, person: str, record: Record) -> Iterator[Try]:
    """Foreign ids among those marked."""
    entity, table = record.entity, record.table
    mine, theirs = world.rows[entity, person, OWN], world.row(entity, person, FOREIGN)
    name, value = next(iter(world.known[entity].edit.items()))
    gone = world.rows[entity, STRANGER, DELETED]
    for do, pk in (("edit", theirs), ("delete", theirs), ("restore", gone)):
        more = {"values": {name: value}} if do == "edit" else {}
        yield Try(
            person, "bulk", "POST", f"{API}/{entity}/bulk", Sent(body={"action": do, "ids": [pk], **more}), silent
        )
        given = {"do": do, "ids": pk, "field": name, **form(entity, {name: value})}
        yield Try(person, "many", "POST", f"/{entity}/many", Sent(body=given), untouched(table))
    everything = {"action": "delete", "filter": {"field": "external_id", "op": "is", "value": "zq-none"}}
    yield Try(person, "bulk filter", "POST", f"{API}/{entity}/bulk", Sent(body=everything), silent)
    yield Try(person, "dialog", "GET", f"/{entity}/many/edit", Sent(query={"ids": theirs}), silent)
    for ending in ("csv", "xlsx"):
        yield Try(person, "export", "GET", f"/{entity}/export.{ending}", Sent(query={"ids": f"{theirs}"}))
        yield Try(
            person, "export", "POST", f"/{entity}/many/export", Sent(body={"ids": f"{theirs},{mine}", "form": ending})
        )


def _reads(world: World, person: str, record: Record) -> Iterator[Try]:
    """Foreign ids and names in what is asked for: filters, sorts, groups, options, what comes along."""
    entity = record.entity
    mine = world.rows[entity, person, OWN]
    yield Try(person, "words", "GET", f"{API}/{entity}", Sent(query={"q": mark(STRANGER)}), empty)
    for name, to in pointing(record):
        theirs = world.row(to, person, FOREIGN)
        value: Any = f"{to}/{theirs}" if isinstance(record.field(name), f.About) else theirs
        condition = json.dumps({"field": name, "op": "is", "value": value})
        for place in (
            f"/{entity}",
            f"/{entity}/filter",
            f"/{entity}/export.csv",
            f"/{entity}/many/count",
            f"{API}/{entity}",
        ):
            yield Try(person, "filter", "GET", place, Sent(query={"filter": condition}))
        if not isinstance(record.field(name), f.Link):
            continue
        title = f"{name}.{registry.get(to).title}"
        if registry.get(to).field(registry.get(to).title).kind == "text":
            hidden = json.dumps({"field": title, "op": "contains", "value": mark(STRANGER)})
            yield Try(person, "filter by name", "GET", f"{API}/{entity}", Sent(query={"filter": hidden}), empty)
        yield Try(person, "fields", "GET", f"{API}/{entity}", Sent(query={"fields": f"{name},{title}", "sort": title}))
        yield Try(person, "fields", "GET", f"/{entity}/export.csv", Sent(query={"fields": f"{name},{title}"}))
        yield Try(person, "group", "GET", f"/{entity}", Sent(query={"group": name}))
        yield Try(person, "group", "GET", f"{API}/{entity}/totals", Sent(query={"group": name}))
        yield Try(person, "include", "GET", f"{API}/{entity}/{mine}", Sent(query={"include": name}))
        within = Sent(query={"within": name, "of": theirs})
        yield Try(person, "options", "GET", f"/{entity}/options", within, silent)
    for other, _link in record.links_here():
        yield Try(person, "include", "GET", f"{API}/{entity}/{mine}", Sent(query={"include": other.entity}))


def _others(world: World, person: str) -> Iterator[Try]:
    """Views, notices, uploads, mentions, calendars, answers of an import."""
    view = world.things["view", STRANGER, OWN]
    for place in ("/people", "/people/filter", "/people/fields", "/people/board"):
        yield Try(person, "view", "GET", place, Sent(query={"view": str(view)}), silent)
    notice = world.things["notice", STRANGER, OWN]
    yield Try(person, "notice", "POST", "/notifications/read", Sent(body={"id": notice}), silent)
    for kind in ("file", "upload"):
        theirs = world.things[kind, STRANGER, OWN]
        body = {"title": "Mine now", "file": theirs}
        yield Try(person, kind, "POST", f"{API}/attachments", Sent(body=body), refused)
        yield Try(
            person,
            kind,
            "PATCH",
            f"{API}/people/{world.rows['people', person, OWN]}",
            Sent(body={"photo": theirs}),
            refused,
        )
    yield Try(person, "colleague's upload", "POST", f"{API}/attachments",
              Sent(body={"title": "Mine now", "file": world.things["upload", COLLEAGUE, OWN]}), refused)  # fmt: skip
    zed = world.users[STRANGER].pk
    for span in ("month", "week", "agenda"):
        yield Try(person, "calendar", "GET", "/calendar", Sent(query={"who": str(zed), "span": span}), silent)
    yield Try(person, "home", "GET", "/", Sent(query={"who": "team"}))
    yield Try(person, "search", "GET", f"{API}/search", Sent(query={"q": mark(STRANGER)}), empty)
    told = {"title": "Told", "body": f"@[Zed](users/{zed})", "about": [f"people/{world.rows['people', person, OWN]}"]}
    yield Try(person, "mention", "POST", f"{API}/notes", Sent(body=told), untouched("records_mention"))
    owner = {**world.fresh["people", person], "owner": zed}
    yield Try(person, "owner", "POST", f"{API}/people", Sent(body=owner), _forbidden)
    mine = world.rows["people", person, OWN]
    yield Try(person, "owner", "PATCH", f"{API}/people/{mine}", Sent(body={"owner": zed}), _forbidden)
    bulk = {"action": "edit", "ids": [mine], "values": {"owner": zed}}
    yield Try(person, "owner", "POST", f"{API}/people/bulk", Sent(body=bulk), _forbidden)
    many = {"do": "edit", "ids": mine, "field": "owner", "owner": zed}
    yield Try(person, "owner", "POST", "/people/many", Sent(body=many), untouched("customers_person"))
    twin = {"emails": world.fresh["people", person]["emails"], "last_name": mark(STRANGER)}
    yield Try(person, "duplicates", "POST", f"{API}/people/duplicates", Sent(body=twin), empty)
    run = world.things["import", STRANGER, OWN]
    yield Try(person, "import", "POST", f"/imports/{run}/answers", Sent(body={"1|organisation|x": "1"}), refused)
    own = world.things["import", person, OWN]
    answer = {"1|organisation|x": str(world.row("organisations", person, FOREIGN))}
    yield Try(
        person, "import answer", "POST", f"/imports/{own}/answers", Sent(body=answer), untouched("customers_person")
    )


def _keys(person: str) -> Iterator[Try]:
    """Keys that let nobody in any more."""
    revoked = Sent(headers={"Authorization": f"Bearer revoked-{person}"})
    yield Try(
        person, "revoked token", "GET", f"{API}/people", revoked, lambda made: "" if made.status == 401 else "let in"
    )
    for state in ("used", "old"):
        yield Try("nobody", f"{state} link", "POST", f"/sign-in/link/{state}-{person}", Sent(), refused)


def _forbidden(made: Outcome) -> str:
    return f"expected 403, got {made.status}" if made.status != 403 else silent(made)
