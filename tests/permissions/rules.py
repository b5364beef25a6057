"""The few kinds of rule that a route can have. Each says what somebody gets: 200, 403, or 404 as if there were nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from rapport.records import registry
from rapport.records.access import Shared, Via
from rapport.records.record import Record
from tests.permissions.people import (
    DELETED,
    FOREIGN,
    OWN,
    SHARED,
    SHARED_DELETED,
    TEAM,
    Person,
    may,
    of_part,
)

Judge = Callable[[Person, str, str], int]
# A view that its owner locked, shown to all.
LOCKED = "locked"


@dataclass(frozen=True)
class Rule:
    """What one method of a route asks.

    `about` is what the id in the address names: "record", or a kind of thing (things.py). `open`: also for whom nobody
    lets in. `hidden`: these are told that there is nothing, and not to sign in. `only`: the entities that have it, else
    404. `writes`: whether an allowed call changes something; None where it may or may not.
    """

    judge: Judge
    about: str = ""
    open: bool = False
    hidden: bool = False
    only: Callable[[Record], bool] | None = None
    writes: bool | None = None

    def relations(self, entity: str) -> tuple[str, ...]:
        """Whose the thing can be."""
        if not self.about:
            return ("",)
        if self.about == "record":
            owned = not isinstance(registry.get(entity).access, Shared)
            return (OWN, TEAM, FOREIGN, DELETED) if owned else (SHARED, SHARED_DELETED)
        if self.about == "job":
            return (OWN, DELETED)
        return (OWN, TEAM, FOREIGN, DELETED, *((LOCKED,) if self.about == "view" else ()))

    def says(self, person: Person, entity: str, relation: str) -> int:
        """200, 403 or 404 for somebody who is signed in."""
        if self.only and not self.only(registry.get(entity)):
            return 404
        return self.judge(person, entity, relation)

    def writing(self, does: bool | None = True) -> Rule:
        """The same, for a method that writes, or with None may."""
        return replace(self, writes=does)


def able(person: Person, entity: str, action: str, relation: str = "") -> bool:
    """As `may`, for records and for parts of others."""
    record = registry.find(entity)
    if record is not None and isinstance(record.access, Via):
        action = of_part(action)
    return may(person, entity, action, relation)


def anybody(writes: bool | None = False, *, hidden: bool = False) -> Rule:
    return Rule(lambda *_: 404 if hidden else 200, open=True, writes=writes)


def signed_in(writes: bool | None = False) -> Rule:
    return Rule(lambda *_: 200, writes=writes)


def administrators(about: str = "", writes: bool | None = False) -> Rule:
    """Others are told that there is nothing."""
    return Rule(lambda who, *_: 200 if who.role == "administrator" else 404, about, hidden=True, writes=writes)


def role_may(cell: str, writes: bool | None = False) -> Rule:
    """What belongs to no record, as "settings.edit"."""
    entity, _dot, action = cell.partition(".")
    return Rule(lambda who, *_: 200 if may(who, entity, action) else 403, writes=writes)


def some(action: str, writes: bool | None = False, **more: object) -> Rule:
    """Whoever may do it with any record of the entity at all."""
    return Rule(lambda who, entity, _r: 200 if able(who, entity, action) else 403, writes=writes, **more)  # type: ignore[arg-type]


def row(
    action: str,
    writes: bool | None = False,
    *,
    binned: str = "no",
    also: tuple[str, str, int] | None = None,
    first: str = "",
    must: str = "",
    refusal: int = 403,
    only: Callable[[Record], bool] | None = None,
) -> Rule:
    """One record: 404 for whom it does not exist, 403 for who may look but not do it.

    `binned`: "no", "also" or "only" those in the bin. `also`: (entity, action, status) that is asked besides.
    `first`: "entity.action" that is asked before the record. `must`: an action that the role must have with any record.
    `refusal`: the status where it is not 403.
    """

    def judge(who: Person, entity: str, relation: str) -> int:
        if first and not may(who, *first.split(".")):
            return 403
        if must and not able(who, entity, must):
            return 403
        in_bin = relation in (DELETED, SHARED_DELETED)
        if (in_bin and binned == "no") or (not in_bin and binned == "only"):
            return 404
        if not able(who, entity, "view", relation):
            return 404
        if also and not able(who, *also[:2]):
            return also[2]
        return 200 if able(who, entity, action, relation) else refusal

    return Rule(judge, "record", writes=writes, only=only)


def own(kind: str, writes: bool | None = False, *, unless: str = "") -> Rule:
    """A thing of one's own; `unless` names the right by which one reaches everybody's."""

    def judge(who: Person, _entity: str, relation: str) -> int:
        mine = relation == OWN or bool(unless and relation != DELETED and may(who, *unless.split(".")))
        return 200 if mine else 404

    return Rule(judge, kind, writes=writes)


def importing(kind: str, action: str, writes: bool | None = False) -> Rule:
    """An import: one's own, or anybody's for who sees all; to go on with it asks for the right to import."""

    def judge(who: Person, _entity: str, relation: str) -> int:
        if not (relation == OWN or (relation != DELETED and may(who, "imports", "view"))):
            return 404
        if action == "look" or (action == "cancel" and relation == OWN):
            return 200
        return 200 if able(who, "people", "import") else 403

    return Rule(judge, kind, writes=writes)


def undoing(kind: str = "action", *, unless: str = "") -> Rule:
    """An action on a person: whoever may edit them may take it back; one's own is at least known to one."""

    def judge(who: Person, _entity: str, relation: str) -> int:
        if relation == DELETED:
            return 404
        if unless and relation != OWN and not may(who, *unless.split(".")):
            return 404
        if able(who, "people", "view", relation) and able(who, "people", "edit", relation):
            return 200
        return 403 if relation == OWN else 404

    return Rule(judge, kind, writes=True)


def view(changes: bool, writes: bool | None = False) -> Rule:
    """A saved view of people: one's own and shared ones; to change a locked one is for its owner and administrators."""

    def judge(who: Person, entity: str, relation: str) -> int:
        if not able(who, entity, "view"):
            return 403
        if relation in (FOREIGN, DELETED) or entity != "people":
            return 404
        return 403 if changes and relation == LOCKED and who.role != "administrator" else 200

    return Rule(judge, "view", writes=writes)


def link() -> Rule:
    """A one-time link lets in whoever has it, unless it is one of somebody who is not let in any more."""

    def judge(who: Person, _entity: str, relation: str) -> int:
        return 404 if relation == DELETED or (relation == OWN and not who.is_in) else 200

    return Rule(judge, "link", open=True, writes=None)


def file(kind: str = "file") -> Rule:
    """A file: whoever may see a record that holds it, one in the bin included; an upload is its sender's alone."""

    def judge(who: Person, _entity: str, relation: str) -> int:
        if kind == "upload":
            return 200 if relation == OWN else 404
        return 200 if able(who, "attachments", "view", relation) else 404

    return Rule(judge, kind)


def has_board(record: Record) -> bool:
    return record.board is not None


def has_timeline(record: Record) -> bool:
    return record.has_timeline


def has_plans(record: Record) -> bool:
    return record.has_timeline or record.is_activity


def takes_plans(record: Record) -> bool:
    return record.has_timeline and not record.is_activity


def has_verbs(record: Record) -> bool:
    return bool(record.verbs)
