"""No page offers what its reader is refused: each link, form and button of an allowed answer is judged by the declarations.

Nothing is sent for it. What stands behind an address is declared, and whether that is true is asked by its own cells.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.urls import Resolver404, resolve

from rapport.records.record import Record
from tests.permissions.people import DELETED, FOREIGN, OWN, SHARED, SHARED_DELETED, TEAM, Person
from tests.permissions.routes import Route, named
from tests.permissions.rules import LOCKED, Rule

if TYPE_CHECKING:
    from tests.permissions.world import World

OFFER = re.compile(
    rb"""\s(href|action|formaction|hx-get|hx-post|hx-patch|hx-delete|data-move|data-url|data-widths)=(?:"(/[^"]*)"|'(/[^']*)')"""
)
POSTS = {"formaction", "hx-post", "data-move", "data-widths"}
# The bar of a list sends all to one address.
MANY = re.compile(rb"""name="do" value="(edit|delete|restore)\"""")
# A row of a grid, and a card of a board, that are not said to be locked can be changed in place.
ROWS = re.compile(rb"""<tr id="row-(\d+)" data-row="\d+" data-version="\d+"><td.{0,900}?href="/([\w-]+)/""", re.DOTALL)
CARDS = re.compile(rb"""data-peek="/([\w-]+)/(\d+)" tabindex""")
# Also where nobody is let in, one is told so and sent on; the page of a record offers its JSON to programs.
NOT_JUDGED = {"sign-out", "sign-in"}


@dataclass(frozen=True)
class Offer:
    """An address with the method that it would be asked with."""

    method: str
    path: str


def offers(content: bytes) -> Iterator[Offer]:
    """What a page offers, each once."""
    found: set[Offer] = set()
    for one in OFFER.finditer(content):
        name, address = one[1].decode(), html.unescape((one[2] or one[3]).decode())
        # The form around a list does nothing by itself, only its buttons do; a field whose choices one may not look at has none.
        if address.startswith("//") or (name == "action" and address.endswith("/many")) or "/options" in address:
            continue
        method = name.removeprefix("hx-").upper() if name in ("hx-patch", "hx-delete") else "GET"
        tag = content[content.rfind(b"<", 0, one.start()) : one.start() + 600].partition(b">")[0]
        if name in POSTS or (name == "action" and b'method="post"' in tag) or (name == "data-url" and _sends(tag)):
            method = "POST"
        found.add(Offer(method, unquote(address.partition("?")[0].partition("#")[0])))
    found |= {Offer("POST", f"/{row[2].decode()}/{row[1].decode()}/cells/x") for row in ROWS.finditer(content)}
    found |= {Offer("POST", f"/{card[1].decode()}/{card[2].decode()}/move") for card in CARDS.finditer(content)}
    entity = re.search(rb'action="/([\w-]+)/many"', content)
    if entity:
        found |= {Offer(f"POST {do[1].decode()}", f"/{entity[1].decode()}/many") for do in MANY.finditer(content)}
    return iter(sorted(found, key=str))


def _sends(tag: bytes) -> bool:
    """Whether a script posts to the address: a zone of a board, the place where files are dropped."""
    return b"data-zone" in tag or b'data-behaviour="files"' in tag


@cache
def _route(path: str) -> tuple[Route, dict[str, Any]] | None:
    try:
        match = resolve(path)
    except Resolver404:
        return None
    entity = next(
        (v.entity if isinstance(v, Record) else v for k, v in match.kwargs.items() if k in ("record", "kind")), ""
    )
    found = [one for one in named(match.route) if one.entity == entity or not entity]
    return (found[0], match.kwargs) if found else None


def refused(world: World, person: Person, content: bytes) -> list[str]:
    """The offers that this person would be refused, in words."""
    return [said for one in offers(content) if (said := _judged(world, person, one))]


def _judged(world: World, person: Person, one: Offer) -> str:
    from tests.permissions.declared import DECLARED

    found = _route(one.path)
    if found is None:
        return "" if one.path.startswith(("/static/", "/media/")) else f"{one.method} {one.path}, which is nowhere"
    route, parts = found
    if route.name in NOT_JUDGED or not person.is_in:
        return ""
    name, method = route.name, one.method
    rules = DECLARED.get(name, {})
    rule = rules.get(method) or next((r for m, r in rules.items() if m.split()[0] == method), None)
    if rule is None:
        return f"{one.method} {one.path}, which is refused with 405"
    says = {rule.says(person, route.entity, relation) for relation in _relations(world, person, route, rule, parts)}
    if not says or 200 in says:
        return ""
    return f"{one.method} {one.path}, which is refused with {min(says)}"


def _relations(world: World, person: Person, route: Route, rule: Rule, parts: dict[str, Any]) -> list[str]:
    """Whose the thing behind an address is; every possibility where it is open, none where it is not known."""
    if not rule.about:
        return [""]
    if parts.get("id") == 0:
        return list(rule.relations(route.entity))
    pk = parts.get("id", parts.get("token", parts.get("job_id", parts.get("name"))))
    owner, state = world.whose_is(route.entity if rule.about == "record" else rule.about, pk)
    if not state:
        return []
    if state in (SHARED, SHARED_DELETED, LOCKED):
        return [state]
    if owner == person.name:
        return [state]
    if state == DELETED:
        return []
    return [FOREIGN if owner in _hidden(person) else TEAM] if state == OWN else []


def _hidden(person: Person) -> tuple[str, ...]:
    from tests.permissions.cells import HIDDEN

    return HIDDEN.get(person.name, ())
