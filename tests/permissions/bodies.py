"""What a call sends that could succeed: a denied one must be denied for who asks, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from rapport.platform.setup.company import company
from rapport.records import registry
from rapport.records.fields.points import Points
from tests.permissions.people import DELETED, OWN, SHARED, SHARED_DELETED, Person
from tests.permissions.rules import LOCKED
from tests.permissions.world import COLLEAGUE, PASSWORD, World

TODAY = timezone.localdate().isoformat()
TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()


@dataclass
class Asked:
    """Everything that a body may depend on. `target` is what the id in the address names."""

    world: World
    person: Person
    entity: str
    relation: str
    target: Any = 1

    @property
    def owner(self) -> str:
        """Whose values are sent: those of the one who asks, or of anybody for whom nobody lets in."""
        return self.person.name if self.person.is_in else "dora"

    @property
    def edit(self) -> tuple[str, Any]:
        return next(iter(self.world.known[self.entity].edit.items()))

    def mine(self, *, binned: bool = False) -> int:
        """A record of the entity that is one's own."""
        shared = (self.entity, "", SHARED) in self.world.rows
        relation = (SHARED_DELETED if shared else DELETED) if binned else (SHARED if shared else OWN)
        return self.world.row(self.entity, self.person.name, relation)


@dataclass
class Sent:
    """Parts of the address, its query, and the body: a form, or JSON below /api."""

    parts: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def form(entity: str, values: dict[str, Any]) -> dict[str, Any]:
    """Values as a form sends them."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        one = registry.get(entity).field(name)
        if isinstance(one, Points):
            made |= {f"{name}-{i}-{one.main}": str(item) for i, item in enumerate(value)}
        elif isinstance(value, bool):
            made |= {name: "on"} if value else {}
        else:
            made[name] = str(value)
    return made


def _edit(ask: Asked) -> dict[str, Any]:
    name, value = ask.edit
    return form(ask.entity, {name: value})


def _many(ask: Asked, do: str) -> dict[str, Any]:
    more = {"field": ask.edit[0], **_edit(ask)} if do == "edit" else {}
    return {"do": do, "ids": ask.mine(binned=do == "restore"), **more}


def _bulk(ask: Asked, do: str) -> dict[str, Any]:
    more = {"values": dict([ask.edit])} if do == "edit" else {}
    return {"action": do, "ids": [ask.mine(binned=do == "restore")], **more}


def _board(ask: Asked) -> dict[str, str]:
    """Where a card is moved to."""
    record = registry.get(ask.entity)
    if record.board is None:
        return {"by": "stage", "to": "1"}
    if ask.entity == "deals":
        from rapport.sales.models import Stage

        return {"by": "stage", "to": str(Stage.objects.filter(kind="open").order_by("position")[1].pk)}
    if ask.entity == "tasks":
        return {"by": "priority", "to": "high"}
    return {"by": "tier", "to": str(ask.world.rows["tiers", "", SHARED])}


def _verb(ask: Asked) -> str:
    verbs = registry.get(ask.entity).verbs
    return verbs[0].name if verbs else "nothing"


def _upload(name: str = "file") -> dict[str, Any]:
    return {name: SimpleUploadedFile("page.txt", b"Some words", "text/plain")}


COMPANY = {
    "name": "Quill", "country": "GB",  "time_zone": "Europe/London", "language": "en-gb",
    "fiscal_year_starts": "1",
}  # fmt: skip
# (route, method) -> what is sent; what is not here is sent without anything.
BODIES: dict[tuple[str, str], Callable[[Asked], Sent]] = {}


def _put(route: str, method: str, make: Callable[[Asked], Sent]) -> None:
    BODIES[route, method] = make


def _body(route: str, make: Callable[[Asked], dict[str, Any]], method: str = "POST") -> None:
    _put(route, method, lambda ask: Sent(body=make(ask)))


RECORD, ONE, ENTITY = "<entity:record>", "<entity:record>/<int:id>", "api/v1/<entity>"

_body("sign-in", lambda ask: {"email": "ana@example.test", "password": "guess"})
_body("settings/you", lambda ask: {"name": "Another Name", "language": "de", "time_zone": "Europe/Berlin"})
_body("settings/you/password", lambda ask: dict.fromkeys(("new", "again"), "a long new secret") | {"present": PASSWORD})
_body("settings/notifications", lambda ask: {"wanted": "nothing"})
_body("settings/tokens", lambda ask: {"name": "Scripts"})
_body("appearance", lambda ask: {"theme": "dark"})
_body("settings/company", lambda ask: COMPANY | {"currency": company().currency})
_body("settings/roles", lambda ask: {"people.delete": "all"})
_put("settings/roles/<slug:key>", "POST", lambda ask: Sent({"key": "member"}, body={"people.delete": "all"}))
_put("settings/roles/<slug:key>", "GET", lambda ask: Sent({"key": "member"}))
_body("users/new", lambda ask: {"name": "New One", "email": "new@quill.test", "role": "member"})
_put(
    "imports/new",
    "POST",
    lambda ask: Sent(body={"entity": "people", "file": SimpleUploadedFile("a.csv", b"Name\nIda\n")}),
)
_body("imports/<int:id>/columns", lambda ask: {"do": "check"}, "POST check")
_body("imports/<int:id>/reading", lambda ask: {"header": "yes"})
for _method in ("GET", "POST"):
    _put("imports/<int:id>/refused.<slug:ending>", _method, lambda ask: Sent({"ending": "csv"}))
    _put("files/<int:id>/<path:name>", _method, lambda ask: Sent({"name": "x.txt"}))
_put("files/<int:id>/<path:name>", "GET upload", lambda ask: Sent({"name": "x.txt"}))
_put("api/v1/docs/<slug:entity>", "GET", lambda ask: Sent({"entity": "people"}))
_put("api/v1/search", "GET", lambda ask: Sent(query={"q": "quill"}))
_put("palette", "GET", lambda ask: Sent(query={"q": "quill"}))
_put("about/options", "GET", lambda ask: Sent(query={"q": "quill"}))
_put("calendar", "GET", lambda ask: Sent(query={"who": "all", "span": "month"}))
_put("live", "GET", lambda ask: Sent(query={"topics": "deals"}))
_put("calendar/<slug:kind>/<int:id>", "POST", lambda ask: Sent(body={"day": TOMORROW, "time": "11:00"}))
for _kind in ("tasks", "meetings", "calls"):
    _body(f"{_kind}/<int:id>/day", lambda ask: {"day": TOMORROW})
_put("deals/<int:id>/stages/<int:stage>", "POST", lambda ask: Sent({"stage": _board(ask)["to"]}))
_put(f"{RECORD}/board/add", "POST", lambda ask: Sent(body={**_board(ask), "name": "New card", "last_name": "New"}))
_body(f"{RECORD}/board/fold", lambda ask: {**_board(ask), "key": "x", "folded": "1"})
_body(f"{RECORD}/new", lambda ask: form(ask.entity, ask.world.fresh[ask.entity, ask.owner]) | {"anyway": "1"})
_body(f"{RECORD}/duplicates", lambda ask: form(ask.entity, dict([ask.edit])))
for _do in ("edit", "delete", "restore"):
    _put(f"{RECORD}/many", f"POST {_do}", lambda ask, do=_do: Sent(body=_many(ask, do)))  # type: ignore[misc]
    _put(f"{ENTITY}/bulk", f"POST {_do}", lambda ask, do=_do: Sent(body=_bulk(ask, do)))  # type: ignore[misc]
_put(f"{RECORD}/many/edit", "GET", lambda ask: Sent(query={"ids": ask.mine()}))
_body(f"{RECORD}/many/edit", lambda ask: {"ids": ask.mine()})
_body(f"{RECORD}/many/export", lambda ask: {"ids": ask.mine()})
_put(f"{RECORD}/grid", "GET", lambda ask: Sent(query={"fields": ask.edit[0]}))
_body(f"{RECORD}/views", lambda ask: {"name": "Mine"})
_body(f"{RECORD}/views/<int:id>", lambda ask: {"name": "Another name"})
_body(f"{RECORD}/views/<slug:name>/use", lambda ask: {"favourite": "1"})
_body(f"{RECORD}/views/<slug:name>/place", lambda ask: {"to": "earlier"})
_body(f"{RECORD}/views/<slug:name>/widths", lambda ask: {registry.get(ask.entity).lists.names[0]: "240"})
for _method in ("GET", "POST"):
    _put(
        f"{ONE}/log/<entity:activity>",
        _method,
        lambda ask: Sent({"activity": "notes"}, body={"body": "They like blue"}),
    )
    _put(f"{ONE}/draft/<entity:activity>", _method, lambda ask: Sent({"activity": "notes"}, body={"body": "They like"}))
    for _place in (f"{ONE}/cells/<slug:name>", f"{ONE}/cells/<slug:name>/edit", f"{ONE}/grid/<slug:name>"):
        _put(_place, _method, lambda ask: Sent({"name": ask.edit[0]}, body=_edit(ask)))
    _put(f"{ONE}/do/<slug:name>", _method, lambda ask: Sent({"name": _verb(ask)}))
_body(f"{ONE}/files", lambda ask: _upload())
_body(f"{ONE}/move", _board)
_body(f"{ONE}/next", lambda ask: {"title": "Call them", "due_on": TOMORROW})
_body("api/v1/files", lambda ask: _upload())
_body(ENTITY, lambda ask: ask.world.fresh[ask.entity, ask.owner])
_body(f"{ENTITY}/duplicates", lambda ask: dict([ask.edit]))
_body(f"{ENTITY}/<int:id>", lambda ask: dict([ask.edit]), "PATCH")


def sent(route: str, method: str, ask: Asked) -> Sent:
    """What is sent."""
    if make := BODIES.get((route, method)):
        return make(ask)
    # A method that is not declared: the same address as another's.
    other = next((make for (name, _method), make in BODIES.items() if name == route), None)
    return Sent(other(ask).parts if other else {})


def target(ask: Asked, about: str) -> Any:
    """What the id in the address names."""
    if about == "record":
        return ask.world.row(ask.entity, ask.person.name, ask.relation)
    if about == "job":
        return ask.world.things["job", "", OWN] if ask.relation == OWN else 999_999_999
    if ask.relation == LOCKED:
        return ask.world.things["locked view", COLLEAGUE, OWN]
    state = DELETED if ask.relation == DELETED else OWN
    return ask.world.things[about, ask.world.whose(ask.person.name, ask.relation), state]
