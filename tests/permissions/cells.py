"""The cells: each route and method with each person and each relation, asked as a browser or a program would ask."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.test import Client

from rapport.platform.access import gate
from rapport.platform.setup import company
from tests.permissions import bodies, offers
from tests.permissions.declared import DECLARED
from tests.permissions.people import DELETED, OWN, PEOPLE, SHARED, SHARED_DELETED, Person
from tests.permissions.routes import API, METHODS, Route, routes
from tests.permissions.rules import Rule, signed_in
from tests.permissions.undone import undone
from tests.permissions.untouched import Untouched
from tests.permissions.world import World, mark

WHERE = "tests/permissions/declared.py"
# Of these an answer shows nothing: whom one does not reach.
HIDDEN = {
    "rita": ("zed", "mia", "adam"), "ana": ("zed", "mia", "adam"), "mia": ("zed", "adam"), "adam": (), "olga": (),
    "nils": ("zed", "mia", "adam", "ana", "ben", "rita"), "bela": ("zed", "mia", "adam", "ana", "rita"),
    "clara": ("zed", "mia", "adam", "ana", "rita", "house"),
}  # fmt: skip
SIGN_IN, NOT_ALLOWED = 401, 405
# Clara may do nothing with tiers, by which people's board is parted, and so has no column to put anybody into.
NO_COLUMN = {("clara", "<entity:record>/board/add"), ("clara", "<entity:record>/<int:id>/move")}
# With htmx the same is asked by all but these.
BESIDE_HTMX = {"bela", "clara"}
# Who tries the methods that are not declared.
TRY_EVERY_METHOD = {"nobody", "rita", "adam"}


@dataclass(frozen=True)
class Cell:
    """One question. `method` may have a variant after it, which `rule` was declared for."""

    route: Route
    method: str
    rule: Rule
    person: Person
    relation: str = ""
    htmx: bool = False
    declared: bool = True

    @property
    def expected(self) -> int:
        """200, 401 for "sign in first", 403, 404, or 405."""
        if not self.declared:
            return NOT_ALLOWED
        if not self.person.is_in and not self.rule.open:
            return 404 if self.rule.hidden else SIGN_IN
        return self.rule.says(self.person, self.route.entity, self.relation)

    def __str__(self) -> str:
        name = self.route.name.replace("<entity:record>", self.route.entity).replace("<entity>", self.route.entity)
        how = f"{self.method}{' htmx' if self.htmx else ''} /{name}"
        return f"{how} by {self.person.name} ({self.person.says}){', ' + self.relation if self.relation else ''}"


@dataclass
class Outcome:
    """What came of it."""

    status: int
    location: str = ""
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    crash: str = ""

    @property
    def kind(self) -> int:
        """The status, where the page's way to say it is another: a redirect to sign in, a refusal that htmx shows."""
        if self.location.startswith("/sign-in?") or self.location == "/sign-in?next=/":
            return SIGN_IN
        if self.headers.get("HX-Redirect", "").startswith("/sign-in?"):
            return SIGN_IN
        if self.headers.get("HX-Reswap") == "none" and b"r-toast error" in self.content:
            return 403 if self.status == 200 else self.status
        return self.status


class Matrix:
    """Asks cells in a world that is committed; every cell is rolled back."""

    def __init__(self, world: World) -> None:
        self.world, self.untouched = world, Untouched()

    def judge(self, cell: Cell) -> str:
        """What is wrong with the answer to a cell, or ""."""
        made = self.ask(cell)
        return complaint(cell, made) or self._offers(cell, made)

    def _offers(self, cell: Cell, made: Outcome) -> str:
        if made.kind != 200 or not made.headers.get("Content-Type", "").startswith("text/html"):
            return ""
        refused = offers.refused(self.world, cell.person, made.content)
        return f"{cell}: the page offers {'; '.join(refused[:5])}" if refused else ""

    def ask(self, cell: Cell, **how: Any) -> Outcome:
        """Asks, and says whether anything in the database is otherwise. `how` as in `call`."""
        ask = bodies.Asked(self.world, cell.person, cell.route.entity, cell.relation)
        if cell.rule.about:
            ask.target = bodies.target(ask, cell.rule.about)

        def send() -> Outcome:
            made = self._send(cell, ask, **how)
            made.changed = self.untouched.changed()
            return made

        made = undone(send, lambda problem: Outcome(500, crash=problem))
        if made.changed:
            # What is kept in memory of rows that are no more.
            gate._kept.clear()
            company.forget()
        return made

    def request(self, cell: Cell, ask: bodies.Asked) -> tuple[bodies.Sent, str]:
        """What is sent for a cell, and to which address."""
        sent = bodies.sent(cell.route.name, cell.method, ask)
        ids = {"id": ask.target, "job_id": ask.target, "token": ask.target, "name": ask.target, "stage": 1,
               "activity": "notes", "key": "member", "ending": "csv"}  # fmt: skip
        return sent, cell.route.address(**ids | sent.parts)

    def _send(self, cell: Cell, ask: bodies.Asked, **how: Any) -> Outcome:
        sent, address = self.request(cell, ask)
        return read(self.call(cell.person.name, cell.method.split()[0], address, sent, htmx=cell.htmx, **how))

    def call(
        self,
        person: str,
        method: str,
        address: str,
        sent: bodies.Sent,
        *,
        htmx: bool = False,
        by_session: bool = False,
        csrf: str | None = None,
    ) -> Any:
        """Sends one request: below /api with a token and JSON, else with a session and a form.

        `by_session` also below /api. With `csrf` as a browser of this house would, or with "" of another site's.
        """
        client, headers = Client(enforce_csrf_checks=csrf is not None), dict(sent.headers)
        if csrf:
            client.cookies["csrftoken"] = headers["X-CSRFToken"] = csrf
        known = person in self.world.users
        program = address.startswith(f"/{API}") and not address.startswith(f"/{API}docs")
        if program and known and not by_session:
            headers.setdefault("Authorization", f"Bearer {self.world.token(person)}")
        elif known:
            client.cookies["sessionid"] = self.world.sessions[person]
        if htmx:
            headers |= {"HX-Request": "true", "HX-Current-URL": "http://testserver/people"}
        if program and method not in ("GET", "HEAD") and not address.endswith("/files"):
            content = orjson.dumps(sent.body)
            return client.generic(
                method, address, content, "application/json", headers=headers, query_params=sent.query
            )
        if method == "POST":
            return client.post(address, sent.body, headers=headers, query_params=sent.query)
        return client.generic(method, address, headers=headers, query_params=sent.query)


def read(answer: Any) -> Outcome:
    """The answer with everything that it streams; a live stream has no end, and no content."""
    content = b""
    if "text/event-stream" not in answer.headers.get("Content-Type", ""):
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return Outcome(answer.status_code, answer.headers.get("Location", ""), content, dict(answer.headers))


def complaint(cell: Cell, made: Outcome) -> str:
    """What is wrong with an outcome, or ""."""
    wanted = cell.expected
    if made.crash or (made.status >= 500 and cell.route.name != "readyz"):
        return f"{cell}: it broke: {made.crash or made.status}"
    hidden = HIDDEN.get(cell.person.name, ("zed", "mia", "adam", "ana", "ben", "rita"))
    if shown := [name for name in hidden if mark(name).encode() in made.content]:
        return f"{cell}: the answer shows what is {' and '.join(shown)}'s alone"
    if wanted == 200:
        return _allowed(cell, made)
    if wanted == NOT_ALLOWED and cell.person.role != "administrator" and made.kind in (SIGN_IN, 403, 404):
        wanted = made.kind  # who may do nothing there need not be told which methods there are
    if made.kind != wanted:
        said = {SIGN_IN: "sign in first", NOT_ALLOWED: "405, as that method is not declared in " + WHERE}.get(
            wanted, wanted
        )
        return f"{cell}: expected {said}, got {made.kind}"
    if made.changed:
        return f"{cell}: refused with {made.kind}, and yet {', '.join(sorted(made.changed))} changed"
    return ""


def _allowed(cell: Cell, made: Outcome) -> str:
    fine = made.kind < 400 or (cell.rule.open and made.kind in (422, 429)) or cell.route.name == "readyz"
    if not fine:
        text = re.sub(rb"<[^>]+>|\s+", b" ", made.content)[-300:].decode(errors="replace")
        return f"{cell}: expected to be allowed, got {made.kind}: {text}"
    if cell.rule.writes is True and not made.changed:
        return f"{cell}: allowed, and yet nothing changed, so that a refusal would prove nothing"
    if cell.rule.writes is False and made.changed:
        return f"{cell}: is declared to change nothing, and yet {', '.join(sorted(made.changed))} changed"
    return ""


def all_cells() -> Iterator[Cell]:
    """Every cell. Routes that are not declared have none; see `undeclared`."""
    for route in routes():
        rules = DECLARED.get(route.name, {})
        taken = {method.split()[0] for method in rules}
        for person in PEOPLE.values():
            for method, rule in rules.items() if (person.name, route.name) not in NO_COLUMN else ():
                relations = rule.relations(route.entity)
                for relation in relations if person.role or rule.open or person.name == "nobody" else relations[:1]:
                    yield Cell(route, method, rule, person, relation)
                    if not route.name.startswith(API) and route.name != "live" and person.name not in BESIDE_HTMX:
                        yield Cell(route, method, rule, person, relation, htmx=True)
            for method in METHODS if person.name in TRY_EVERY_METHOD else ():
                if method not in taken:
                    about = next(iter(rules.values())).about if rules else ""
                    rule = Rule(signed_in().judge, about)
                    relation = rule.relations(route.entity)[0]
                    yield Cell(route, method, rule, person, relation, declared=False)


def undeclared() -> list[str]:
    """What the declaration lacks, and what it has that is gone."""
    known = {route.name for route in routes()}
    return [
        *(f"/{name} is not declared: say in {WHERE} who may do what there" for name in sorted(known - set(DECLARED))),
        *(
            f"/{name} is declared in {WHERE}, but there is no such route any more"
            for name in sorted(set(DECLARED) - known)
        ),
    ]


def some_cells(cells: list[Cell], picks: int, *, by_everybody: bool = False) -> list[Cell]:
    """A share for every run of the tests, of a few entities in turn: what is refused for its reach or its action is asked by
    everybody; what is allowed, in the bin, or another method, by somebody. What htmx asks is left to the whole.
    """
    groups: dict[tuple[Any, ...], list[Cell]] = {}
    for cell in cells:
        if cell.htmx or not (cell.declared or cell.person.role == "administrator"):
            continue
        # Of the methods that a route does not have one is tried, and who is not signed in asks for one thing.
        if not cell.declared and cell.method != METHODS[len(cell.route.name) % len(METHODS)]:
            continue
        if cell.expected == SIGN_IN and cell.relation not in ("", OWN, SHARED):
            continue
        by_all = by_everybody or (
            cell.expected not in (200, NOT_ALLOWED) and cell.relation not in (DELETED, SHARED_DELETED)
        )
        method = cell.method if cell.declared else ""
        key = (cell.route.name, method, cell.person.name if by_all else "", cell.relation, cell.expected)
        groups.setdefault(key, []).append(cell)
    chosen = []
    for number, group in enumerate(groups.values()):
        step = max(1, len(group) // picks)
        # A prime stride, so that neighbours do not all ask the same entity.
        chosen += [group[(number * 7 + i * step) % len(group)] for i in range(min(picks, len(group)))]
    return chosen
