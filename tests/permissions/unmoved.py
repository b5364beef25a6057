"""What one does not reach moves nothing that one is shown: each answer is asked for with it and without it.

No text of somebody else is shown: the marks see to that (world.py). But a sum, a count, an order or a "more" gives away
what no text does. So everything that is hidden from somebody is taken away, and their pages must stay as they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from rapport.platform.identity.models import ApiToken, Session
from rapport.records import registry
from rapport.records.models import BulkRun, Draft, ExportMade, ImportRun, Notification, View, ViewUse
from tests.permissions import bodies
from tests.permissions.bodies import Sent
from tests.permissions.cells import HIDDEN, Cell, Matrix, read
from tests.permissions.people import DELETED, SHARED_DELETED
from tests.permissions.trying import Try

# Who has something hidden from them. Whoever sees nothing at all is not even shown what is their own.
WHO = ("rita", "ana", "mia", "nils", "olga", "adam", "bela", "clara")
SEES_NOTHING = ("nils",)
# What is somebody's alone, whoever asks; of the second kind some may see everybody's.
ALONE = ((Session, "user"), (ApiToken, "user"), (BulkRun, "created_by"), (Notification, "user"), (Draft, "user"),
         (ViewUse, "user"))  # fmt: skip
WATCHED = ((ImportRun, "created_by"), (ExportMade, "created_by"))
WATCHERS = ("olga", "adam")
# What differs between two askings without meaning anything: tokens of forms, moments.
NOISE = re.compile(
    rb"\b[A-Za-z0-9]{64}\b|(?<=name=.once. value=.)[\w-]*|\d+ (?:second|minute)s? ago|20\d\d-\d\d-\d\dT[\d:.+%A-Z]+"
)
# Answers that say nothing of records, or say something else each time.
BESIDE = {"healthz", "readyz", "sign-in", "api/v1/openapi.json", "live", "settings/health", "settings/jobs"}


@dataclass(frozen=True)
class Page:
    """An answer that is compared."""

    person: str
    method: str
    address: str
    sent: Sent = field(default_factory=Sent, compare=False)
    says: str = ""

    def __str__(self) -> str:
        return f"unmoved: {self.says}"


def page_of(matrix: Matrix, cell: Cell) -> Page:
    """What a cell asks for."""
    ask = bodies.Asked(matrix.world, cell.person, cell.route.entity, cell.relation)
    if cell.rule.about:
        ask.target = bodies.target(ask, cell.rule.about)
    sent, address = matrix.request(cell, ask)
    return Page(cell.person.name, cell.method.split()[0], address, sent, str(cell))


def pages(matrix: Matrix, cells: list[Cell], tries: list[Try]) -> Iterator[Page]:
    """Those of the cells and tries that show something and may be compared."""
    for cell in cells:
        shows = cell.declared and cell.method.startswith("GET") and cell.expected == 200 and not cell.htmx
        shows = shows and cell.relation not in (DELETED, SHARED_DELETED)
        if shows and cell.person.name in WHO and cell.route.name not in BESIDE:
            yield page_of(matrix, cell)
    for one in tries:
        if one.method == "GET" and one.person in WHO:
            yield Page(one.person, one.method, one.address, one.sent, str(one))


def judge(matrix: Matrix, one: Page) -> str:
    """What is wrong, or "": the first place where the two answers differ."""
    for _attempt in range(2):
        before = _answer(matrix, one)
        with transaction.atomic():
            take_away(matrix, one.person)
            after = _answer(matrix, one)
            transaction.set_rollback(True)
        # The clock may have moved between the two.
        if before == after:
            return ""
    return f"{one}: is another when what {one.person} does not reach is gone: {_difference(before, after)}"


def judge_all(matrix: Matrix, asked: list[Page]) -> list[str]:
    """The same for many, for which what is hidden from somebody is taken away once."""
    wrong = []
    for person in dict.fromkeys(one.person for one in asked):
        mine = [one for one in asked if one.person == person]
        with transaction.atomic():
            take_away(matrix, person)
            after = [hash(_answer(matrix, one)) for one in mine]
            transaction.set_rollback(True)
        differing = [one for one, kept in zip(mine, after, strict=True) if hash(_answer(matrix, one)) != kept]
        wrong += [said for one in differing if (said := judge(matrix, one))]
    return wrong


def take_away(matrix: Matrix, person: str) -> None:
    """Puts what is hidden from somebody into the bin, and deletes what is of others alone. Inside a transaction."""
    users = matrix.world.users
    others = [user.pk for name, user in users.items() if name != person]
    hidden = [users[name].pk for name in HIDDEN[person] if name in users] + [users[person].pk] * (
        person in SEES_NOTHING
    )
    for model, column in (*ALONE, *(() if person in WATCHERS else WATCHED)):
        found = model.objects.filter(**{f"{column}__in": others})
        found._raw_delete(found.db) if model not in (ImportRun, BulkRun) else found.delete()
    if not hidden:
        return
    View.objects.filter(owner__in=hidden, shared=False).update(deleted_at="2026-01-01T00:00:00Z")
    with connection.cursor() as cursor:
        for record in registry.all_records():
            if record.has_owner:
                cursor.execute(
                    f"UPDATE {record.table} SET deleted_at = now() WHERE owner_id = ANY(%s) AND deleted_at IS NULL",
                    [hidden],
                )
        strangers = [pk for pk in hidden if pk != users[person].pk]
        cursor.execute("UPDATE journal_action SET verb = 'simulate' WHERE actor_id = ANY(%s)", [strangers])


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _answer(matrix: Matrix, one: Page) -> bytes:
    with _rolled_back():
        answer = matrix.call(one.person, one.method, one.address, one.sent, htmx="HX-Target" in one.sent.headers)
        made = read(answer)
    return b"%d\n" % made.status + NOISE.sub(b"", made.content)


def _difference(before: bytes, after: bytes) -> str:
    place = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    return f"{before[max(0, place - 60) : place + 60]!r} and {after[max(0, place - 60) : place + 60]!r}"
