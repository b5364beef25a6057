"""Tries that no field and no route makes by itself: what is not there, what others have, what one may only half do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.utils import timezone

from rapport.customers.models import Person
from rapport.platform.identity.models import OneTimeLink, Session
from rapport.records.models import BulkRun, Draft, Notification, ViewUse
from tests.permissions.bodies import Sent
from tests.permissions.cells import Outcome
from tests.permissions.figures import FAR
from tests.permissions.people import OWN
from tests.permissions.trying import Try, empty, refused, silent
from tests.permissions.world import COLLEAGUE, STRANGER, World, mark

API = "/api/v1"
# Nothing has this number.
NOTHING = 999_999_998


def besides(world: World) -> Iterator[Try]:
    """All of them."""
    yield from _nowhere(world)
    yield from _others_things(world)
    yield from _half(world)
    yield from _house(world)
    yield from _views(world)


def status(*wanted: int) -> Callable[[Outcome], str]:
    """Exactly that answer, and where it refuses nothing written."""

    def check(made: Outcome) -> str:
        if made.kind not in wanted:
            return f"expected {wanted}, got {made.kind}"
        return silent(made) if made.kind >= 400 else ""

    return check


def without(*texts: str) -> Callable[[Outcome], str]:
    """Allowed, and nothing of this is shown."""

    def check(made: Outcome) -> str:
        shown = [text for text in texts if text.encode() in made.content]
        return f"got {made.kind}" if made.kind != 200 else f"shows {shown}" if shown else ""

    return check


def _nowhere(world: World) -> Iterator[Try]:
    """What there is not: 404 for everybody, and never an error."""
    person = world.rows["people", "ana", OWN]
    own = world.things["import", "ana", OWN]
    for place in (
        f"/people/{person}/cells/nothing", f"/people/{person}/cells/created_at/edit", f"/people/{person}/grid/nothing",
        f"/people/{person}/grid/created_at", f"/people/{person}/do/nothing", "/calendar/people/1/move",
        f"/imports/{own}/refused.pdf", "/api/v1/docs/nothing",
    ):  # fmt: skip
        yield Try("ana", "nowhere", "GET", place, check=status(404))
    for place in ("/people/board?column=999", "/deals/board?column=999"):
        address, _mark, query = place.partition("?")
        yield Try("ana", "nowhere", "GET", address, Sent(query=dict([query.split("=")])), status(404))
    yield Try("adam", "nowhere", "GET", "/settings/roles/nowhere", check=status(404))
    yield Try("ana", "nowhere", "POST", "/calendar/people/1", Sent(body={"day": "2026-01-01"}), status(404))
    yield Try(
        "ana", "nowhere", "POST", f"/people/{person}/cells/created_at", Sent(body={"created_at": "1"}), status(404)
    )
    yield Try("ana", "nowhere", "POST", f"/undo/{world.things['bare action', 'ana', OWN]}", check=status(404))
    yield Try(
        "ana", "nowhere", "POST", f"{API}/actions/{world.things['bare action', 'ana', OWN]}/undo", check=status(404)
    )
    odd = world.things["odd action", "ana", OWN]
    yield Try("ana", "nowhere", "POST", f"{API}/actions/{odd}/undo", check=status(403))
    deal = world.rows["deals", "ana", OWN]
    yield Try(
        "ana", "no such column", "POST", f"/deals/{deal}/move", Sent(body={"by": "stage", "to": str(NOTHING)}), _stays
    )
    future = Sent(body={"job_title": "x"}, headers={"If-Match": '"999"'})
    yield Try("ana", "future version", "PATCH", f"{API}/people/{person}", future, refused)
    for words in ("quill", "@quill", "#quill", ">create", "@5", "#5", "5"):
        for who in ("nobody", "nils", "clara"):
            yield Try(who, "palette", "GET", "/palette", Sent(query={"q": words}), status(200))


def _stays(made: Outcome) -> str:
    return "sales_deal changed" if "sales_deal" in made.changed else ""


def _others_things(world: World) -> Iterator[Try]:
    """What is done to all of one's own leaves what others have of the same."""
    ana = world.users["ana"].pk

    def left(model: type, column: str = "user", **more: object) -> Callable[[], str]:
        others = model.objects.exclude(**{column: ana}).filter(**more)  # type: ignore[attr-defined]
        wanted = others.count()
        assert wanted, f"nobody else has a {model.__name__}"

        def then() -> str:
            now = others.count()
            return "" if now == wanted else f"of others' {model.__name__}s {wanted - now} are otherwise"

        return then

    person = world.rows["people", "ana", OWN]
    ended = "/settings/security/sessions/end"
    yield Try("ana", "others' sessions", "POST", ended, then=left(Session))
    fresh = {"used_at": None, "expires_at__gt": timezone.now() + timedelta(hours=1)}
    yield Try("ana", "others' links", "POST", ended, then=left(OneTimeLink, **fresh))
    yield Try(
        "ana", "others' drafts", "POST", f"/people/{person}/draft/notes", Sent(body={"discard": "1"}), then=left(Draft)
    )
    unread = left(Notification, read_at=None)
    yield Try("ana", "others' notices", "POST", "/notifications/read", then=unread)
    yield Try("ana", "others' notices", "GET", f"/people/{person}", then=unread)
    yield Try("ana", "others' runs", "POST", "/bulk/news", then=left(BulkRun, "created_by", told=False))
    shared = world.things["view", COLLEAGUE, OWN]
    use = Sent(body={"first": "1"})
    yield Try("ana", "others' first view", "POST", f"/people/views/{shared}/use", use, then=left(ViewUse, first=True))
    spent = world.things["revoked token", "ana", OWN]
    yield Try("ana", "revoked token", "GET", "/settings/tokens", check=without("gone ana"))
    yield Try(
        "ana", "undone already", "POST", f"/undo/{world.things['undone action', COLLEAGUE, OWN]}", check=status(404)
    )
    yield Try("ana", "revoked token", "POST", f"/settings/tokens/{spent}/revoke", check=status(404))
    for who in ("dora", "greg"):
        yield Try(
            "nobody",
            "password",
            "POST",
            "/sign-in",
            Sent(body={"email": f"{who}@example.test", "password": "Sesame 123456"}),
            _stays_out,
        )
    yield Try(
        "nobody",
        "password",
        "POST",
        "/sign-in",
        Sent(body={"email": "ana@example.test", "password": "Sesame 123456"}),
        _comes_in,
    )


def _stays_out(made: Outcome) -> str:
    return (
        f"got {made.status}"
        if made.status not in (422, 429)
        else "a session began"
        if "django_session" in made.changed
        else ""
    )


def _comes_in(made: Outcome) -> str:
    return "" if "django_session" in made.changed else f"the control is refused: {made.status}"


def _half(world: World) -> Iterator[Try]:
    """Who may look at one kind of record only is told nothing of the others."""
    person = world.rows["people", "clara", OWN]
    for name in ("deals", "organisation", "employments", "relationships", "timeline"):
        yield Try("clara", "include", "GET", f"{API}/people/{person}", Sent(query={"include": name}), _nothing_of(name))
    yield Try("bela", "team", "GET", "/", Sent(query={"who": "team"}))
    yield Try("ivy", "team of one", "GET", "/", Sent(query={"who": "team"}), without("Zed", "Ben"))
    yield Try("clara", "mentionable", "GET", f"/people/{person}/mentionable", check=without("Zed", "Ben", "Ana"))
    yield Try("clara", "fields to choose", "GET", "/people/fields", check=without('"organisation.'))
    yield Try("clara", "fields to choose", "GET", "/people/filter", check=without('"organisation.'))
    yield Try("clara", "calendar", "GET", "/calendar", Sent(query={"who": "all"}), without("Zed", "Ben"))
    told = lambda made: "shows a task" if mark("nils").encode() in made.content else ""  # noqa: E731
    yield Try("nils", "reminders", "POST", "/tasks/reminders", Sent(headers={"HX-Target": "body"}), told)
    # Hope sees deals and stages, but no pipelines; she may import people but neither create nor change any.
    yield Try("hope", "names of groups", "GET", "/deals", Sent(query={"group": "stage"}), without(FAR))
    yield Try("hope", "half a right", "GET", "/imports/new", check=status(403))
    deal = world.rows["deals", "ana", OWN]
    for who in ("ana", "mia"):
        yield Try(who, "board by link", "GET", "/deals/board", Sent(query={"by": "organisation"}))
    yield Try("ana", "plans", "GET", f"/deals/{deal}/next")
    zed = world.rows["people", STRANGER, OWN]
    theirs = Person.objects.get(pk=zed)
    values = {"first_name": theirs.first_name, "last_name": theirs.last_name, "emails": [theirs.email]}
    for who in ("ana", "mia", "bela"):
        yield Try(who, "duplicates", "POST", f"{API}/people/duplicates", Sent(body=values), empty)
    yield Try("adam", "duplicates", "POST", f"{API}/people/duplicates", Sent(body=values), _found)


def _found(made: Outcome) -> str:
    return "" if mark(STRANGER).encode() in made.content else "the control finds no duplicate"


def _nothing_of(name: str) -> Callable[[Outcome], str]:
    def check(made: Outcome) -> str:
        if made.status != 200:
            return f"expected 200, got {made.status}"
        found = json.loads(made.content)["included"][name]
        return "" if name == "timeline" or not found else f"shows {found}"

    return check


def _house(world: World) -> Iterator[Try]:
    """Roles, and who lets whom in."""
    widest = {"people.delete": "own"}
    yield Try("adam", "administrators' role", "POST", "/settings/roles/administrator", Sent(body=widest), status(403))
    dora, adam = world.users["dora"].pk, world.users["adam"].pk
    yield Try("adam", "link for whom nobody lets in", "POST", f"/users/{dora}/link", check=status(403))
    yield Try("hope", "link for an administrator", "POST", f"/users/{adam}/link", check=status(403))
    yield Try(
        "hope",
        "another administrator",
        "PATCH",
        f"{API}/users/{world.users['hope'].pk}",
        Sent(body={"role": "administrator"}),
        refused,
    )
    yield Try("hope", "link", "POST", f"/users/{world.users['ana'].pk}/link", check=status(200))


def _views(world: World) -> Iterator[Try]:
    """Views of others: which may be looked at, changed, given away, offered to all."""
    shared, own = world.things["view", COLLEAGUE, OWN], world.things["view", "ana", OWN]
    locked, wide = world.things["locked view", COLLEAGUE, OWN], world.things["wide view", COLLEAGUE, OWN]
    for who in ("ana", "rita", "clara"):
        for one in (shared, locked, wide):
            yield Try(who, "view", "GET", "/people", Sent(query={"view": str(one)}), status(200))
    mine = {"name": "Mine now", "who": "1", "shared": "1"}
    yield Try("ana", "who has it", "POST", f"/people/views/{shared}", Sent(body=mine), status(403))
    yield Try("ana", "offered", "POST", f"/people/views/{own}", Sent(body={**mine, "offered": "1"}), status(403))
    query = {"view": str(wide)}
    yield Try("clara", "parts one cannot see", "POST", f"/people/views/{wide}/look", Sent(query=query), status(403))
