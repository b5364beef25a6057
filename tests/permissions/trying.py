"""A try: one call with what must not come of it, whatever else is asked of every answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from tests.permissions import offers
from tests.permissions.bodies import Sent
from tests.permissions.cells import HIDDEN, Matrix, Outcome, read
from tests.permissions.people import PEOPLE
from tests.permissions.undone import undone
from tests.permissions.world import mark


@dataclass(frozen=True)
class Try:
    """One call. `check` says what is wrong with its outcome beside what always is: a shown text, a crash."""

    person: str
    what: str
    method: str
    address: str
    sent: Sent = field(default_factory=Sent)
    check: Callable[[Outcome], str] = lambda made: ""
    # Asked while what was written still stands.
    then: Callable[[], str] = lambda: ""

    def __str__(self) -> str:
        return f"{self.what}: {self.method} {self.address} by {self.person}"


def judge(matrix: Matrix, one: Try) -> str:
    """What is wrong with the answer, or ""."""

    def ask() -> tuple[Outcome, str]:
        htmx = "HX-Target" in one.sent.headers
        made = read(matrix.call(one.person, one.method, one.address, one.sent, htmx=htmx))
        made.changed = matrix.untouched.changed()
        return made, one.then()

    made, afterwards = undone(ask, lambda problem: (Outcome(500, crash=problem), ""))
    if made.crash or made.status >= 500:
        return f"{one}: it broke: {made.crash or made.status}"
    if shown := [name for name in HIDDEN.get(one.person, ()) if mark(name).encode() in made.content]:
        return f"{one}: the answer shows what is {' and '.join(shown)}'s alone"
    said = one.check(made) or afterwards or _offers(matrix, one, made)
    return f"{one}: {said}" if said else ""


def _offers(matrix: Matrix, one: Try, made: Outcome) -> str:
    if one.person not in PEOPLE or not made.headers.get("Content-Type", "").startswith("text/html"):
        return ""
    wrong = offers.refused(matrix.world, PEOPLE[one.person], made.content)
    return f"the page offers {'; '.join(wrong[:5])}" if wrong else ""


def refused(made: Outcome) -> str:
    """Nothing was written, and it was said so."""
    if made.status not in (204, 400, 404, 409, 422):
        return f"expected a refusal, got {made.status}"
    return f"{sorted(made.changed)} changed" if made.changed else ""


def silent(made: Outcome) -> str:
    """Nothing was written."""
    return f"{sorted(made.changed)} changed" if made.changed else ""


def untouched(table: str) -> Callable[[Outcome], str]:
    return lambda made: f"{table} changed" if table in made.changed else ""


def taken(name: str) -> Callable[[Outcome], str]:
    """The control: whatever else may be wrong with it, one's own id names a record."""

    def check(made: Outcome) -> str:
        if made.status < 300:
            return ""
        errors = orjson.loads(made.content).get("errors", []) if made.status == 422 else []
        missing = [one for one in errors if one["field"] == name and "no such record" in one["message"]]
        return f"one's own id is refused as well: {made.status} {made.content[:200]!r}" if missing or not errors else ""

    return check


def empty(made: Outcome) -> str:
    """A list without anything in it."""
    found = orjson.loads(made.content)
    return f"expected nothing, got {made.status} {made.content[:200]!r}" if found.get("items") != [] else silent(made)
