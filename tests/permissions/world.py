"""One set-up for all cells: everybody, and for each of them a record of every entity that is theirs, live and in the bin.

Each text carries its owner's mark, so that an answer which shows more than it may gives itself away.
"""

from __future__ import annotations

import copy
import importlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from rapport.platform.access.models import Grant, Role
from rapport.platform.identity.models import ApiToken, OneTimeLink, Session, Team, User
from rapport.platform.identity.tokens import digest
from rapport.platform.identity.viewer import Viewer, viewer_for
from rapport.records import fields as f
from rapport.records import registry, write
from rapport.records.access import Shared
from rapport.records.models import Notification
from rapport.records.testing import RecordCase
from tests.permissions.figures import make_figures
from tests.permissions.people import DELETED, FOREIGN, OWN, PEOPLE, SHARED, SHARED_DELETED, TEAM
from tests.permissions.rules import LOCKED
from tests.permissions.things import make_things

PASSWORD = "Sesame 123456"
BACKEND = "rapport.platform.identity.backends.EmailBackend"
# Ben is on the team of all who ask; nobody who asks has anything to do with Zed's.
COLLEAGUE, STRANGER = "ben", "zed"
TEAMS = {"A": "Region", "Region": None, "Elsewhere": None, "Alone": None}
PLACES = {"zed": "Elsewhere", "mia": "Region", "adam": None, "ivy": "Alone"}
# Bela leads a team without seeing what is theirs.
LEADERS = {"Region": "mia", "A": "bela", "Alone": "ivy"}
ROLES = {one.name: one.role for one in PEOPLE.values() if one.role} | dict.fromkeys(
    ("dora", "greg", "ben", "zed"), "member"
)
# Lets others in, and has halves of rights that mean nothing without the other half.
ROLES["hope"] = "warden"
# Leads a team of nobody but herself, and sees her own.
ROLES["ivy"] = "blind"
# Who has records: Greg's are Dora's.
OWNERLESS = ("greg", "hope", "ivy")


def mark(owner: str) -> str:
    """What stands in every text of that person's records."""
    return f"zq{owner}qz"


def cases() -> dict[str, type[RecordCase]]:
    """The inherited tests of each entity, which know the values that it needs."""
    for path in sorted(settings.ROOT.glob("rapport/**/tests/test_*.py")):
        if "RecordCase" in path.read_text():
            importlib.import_module(".".join(path.relative_to(settings.ROOT).with_suffix("").parts))
    return {case.entity: case for case in RecordCase.__subclasses__() if case.__module__.startswith("rapport.")}


class _Able:
    """A cast in which everybody is this one person, who for the moment may do everything."""

    def __init__(self, world: World, name: str) -> None:
        self._world, self._name = world, name

    def viewer(self, _name: str) -> Viewer:
        return self._world.able(self._name)

    def __getattr__(self, name: str) -> User:
        return self._world.users[name]


@dataclass
class World:
    """Who and what there is."""

    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    rows: dict[tuple[str, str, str], int] = field(default_factory=dict)
    things: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    # Values of one more record, by entity and person.
    fresh: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    known: dict[str, type[RecordCase]] = field(default_factory=cases)
    # What was sold besides (figures.py): the owner's id by the deal's.
    sold: dict[int, int] = field(default_factory=dict)
    _linked: dict[str, dict[Any, list[int]]] = field(default_factory=dict)
    _whose: dict[tuple[str, Any], tuple[str, str]] = field(default_factory=dict)
    _count: int = 500

    # --- who ---------------------------------------------------------------------------------------------------------

    def able(self, name: str) -> Viewer:
        """That person as if they were an administrator, to write what is theirs."""
        user = copy.copy(self.users[name])
        user.role = Role.objects.get(key="administrator")
        return viewer_for(user)

    def whose(self, person: str, relation: str) -> str:
        """Whose record it is for whoever asks."""
        if relation == TEAM:
            return COLLEAGUE
        return STRANGER if relation == FOREIGN else "dora" if person == "nobody" else person

    def token(self, name: str) -> str:
        return f"rap_matrix_{name}"

    # --- what --------------------------------------------------------------------------------------------------------

    def row(self, entity: str, person: str, relation: str) -> int:
        """The id of a record in that relation to that person."""
        if relation in (SHARED, SHARED_DELETED):
            return self.rows[entity, "", relation]
        return self.rows[entity, self.whose(person, relation), DELETED if relation == DELETED else OWN]

    def whose_is(self, kind: str, pk: Any) -> tuple[str, str]:
        """Whose a record or thing is, and own, deleted, shared or locked; ("", "") for what is not known."""
        if not self._whose:
            for (kind_of, owner, state), one in (self.things | self.rows).items():
                if owner != "greg":
                    self._whose.setdefault((kind_of.removeprefix("locked "), one), (owner, state))
            self._whose["view", self.things["locked view", COLLEAGUE, OWN]] = (COLLEAGUE, LOCKED)
            names = {user.pk: name for name, user in self.users.items()}
            self._whose |= {("deals", deal): (names[owner], OWN) for deal, owner in self.sold.items()}
        return self._whose.get((kind, pk), ("", ""))

    def values(self, entity: str, owner: str) -> dict[str, Any]:
        """Values for a new record of that person's, each time others."""
        whose = "house" if isinstance(registry.get(entity).access, Shared) else owner
        self._count += 1
        case = self.case(entity, owner)
        if entity == "attachments":
            given = {"title": "File", "file": self.upload(owner)}
        else:
            given = case.values(self._count)
        record = registry.get(entity)
        text = (f.Text, f.LongText)
        return {
            name: f"{value} {mark(whose)}" if type(record.field(name)) in text and isinstance(value, str) else value
            for name, value in given.items()
        }

    def case(self, entity: str, owner: str) -> RecordCase:
        """The inherited tests of an entity with that person as everybody."""
        case = self.known[entity]()
        case.cast = _Able(self, owner)  # type: ignore[assignment]
        case._linked = self._linked.setdefault(owner, {})
        return case

    def upload(self, owner: str) -> int:
        """A file of that person's which nothing holds yet."""
        from rapport.platform.files.store import keep

        return keep([f"The file of {mark(owner)}".encode()], f"{mark(owner)}.txt", viewer=self.able(owner)).pk

    def make(self, entity: str, owner: str) -> int:
        """Writes a record of that person's."""
        return write.create(registry.get(entity), self.values(entity, owner), viewer=self.able(owner))


def build() -> World:
    """Writes everything; the caller decides whether it is committed."""
    world = World()
    _people(world)
    owners = [name for name in ROLES if name not in OWNERLESS]
    for record in registry.all_records():
        if isinstance(record.access, Shared):
            world.rows[record.entity, "", SHARED] = world.make(record.entity, "adam")
            world.rows[record.entity, "", SHARED_DELETED] = gone = world.make(record.entity, "adam")
            _bin(record.table, [gone])
            values = world.values(record.entity, "adam")
            world.fresh |= {(record.entity, owner): values for owner in owners}
            continue
        binned = []
        for owner in owners:
            world.rows[record.entity, owner, OWN] = world.make(record.entity, owner)
            world.rows[record.entity, owner, DELETED] = gone = world.make(record.entity, owner)
            binned.append(gone)
            world.fresh[record.entity, owner] = world.values(record.entity, owner)
        for kind in (OWN, DELETED):
            world.rows[record.entity, "greg", kind] = world.rows[record.entity, "dora", kind]
        _bin(record.table, binned)
    _point_away(world, owners)
    _write_about(world, owners)
    make_things(world, owners)
    make_figures(world, owners)
    world.fresh |= {(entity, "greg"): values for (entity, owner), values in world.fresh.items() if owner == "dora"}
    return world


def _bin(table: str, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET deleted_at = now() WHERE id = ANY(%s)", [ids])


def _point_away(world: World, owners: list[str]) -> None:
    """Gives everybody a deal of a foreign organisation and person, as when these were handed on since."""
    with connection.cursor() as cursor:
        for owner in owners:
            cursor.execute(
                "UPDATE sales_deal SET organisation_id = %s, person_id = %s WHERE id = %s",
                [
                    world.rows["organisations", STRANGER, OWN],
                    world.rows["people", STRANGER, OWN],
                    world.rows["deals", owner, OWN],
                ],
            )


def _write_about(world: World, owners: list[str]) -> None:
    """Lets Zed write about everybody's records, and tells everybody of Zed's: where these are shown, his are not."""
    about = [
        {"entity": entity, "id": world.rows[entity, owner, OWN]}
        for entity in ("people", "organisations", "deals")
        for owner in owners
    ]
    Notification.objects.bulk_create(
        Notification(
            user=world.users[owner], kind="mention", entity="people", row=world.rows["people", owner, OWN], source="notes",
            source_row=world.rows["notes", STRANGER, OWN],
        )
        for owner in owners if owner != STRANGER
    )  # fmt: skip
    with connection.cursor() as cursor:
        for owner in owners:
            # What is about something of one's own and something of Zed's: his has no name there.
            both = [{"entity": "people", "id": world.rows["people", whose, OWN]} for whose in (owner, STRANGER)]
            for entity in ("notes", "tasks", "meetings") if owner != STRANGER else ():
                cursor.execute(
                    f"UPDATE {registry.get(entity).table} SET about = %s WHERE id = %s",
                    [json.dumps(both), world.rows[entity, owner, OWN]],
                )
        # Clara may not look at lists of everybody, not even where one of her people stands in them.
        cursor.execute(
            "UPDATE customers_person SET tier_id = %s, tags = ARRAY[%s]::bigint[] WHERE id = %s",
            [world.rows["tiers", "", SHARED], world.rows["tags", "", SHARED], world.rows["people", "clara", OWN]],
        )
        for record in registry.all_records():
            if record.is_activity:
                cursor.execute(
                    f"UPDATE {record.table} SET about = %s WHERE id = %s",
                    [json.dumps(about), world.rows[record.entity, STRANGER, OWN]],
                )
    Notification.objects.bulk_create(
        Notification(user=world.users[owner], kind="change", entity="people", row=world.rows["people", STRANGER, OWN])
        for owner in owners
        if owner != STRANGER
    )


def _grants() -> dict[str, list[tuple[str, str, str]]]:
    """What the roles of the matrix alone may do: (entity, action, scope)."""
    blind = [("files", "create", "all")]
    for record in registry.all_records():
        if isinstance(record.access, Shared):
            blind.append((record.entity, "view", "all"))
        elif record.has_owner:
            blind += [(record.entity, "view", "own"), (record.entity, "*", "all")]
    house = [(entity, action, "all") for entity in ("users", "teams") for action in ("view", "edit")]
    house += [
        ("deals", "view", "all"),
        ("stages", "view", "all"),
        ("people", "import", "own"),
        ("notes", "create", "own"),
    ]
    clerk = [("people", "*", "own")]
    return {"onlooker": [("*", "view", "all")], "nothing": [], "blind": blind, "clerk": clerk, "warden": house}


def _people(world: World) -> None:
    teams: dict[str, Team] = {}
    for name, parent in sorted(TEAMS.items(), key=lambda pair: pair[1] is not None):
        teams[name] = Team.objects.create(name=name, parent=teams[parent] if parent else None)
    for key, grants in _grants().items():
        role = Role.objects.create(key=key, name=key.title())
        Grant.objects.bulk_create(Grant(role=role, entity=e, action=a, scope=scope) for e, a, scope in grants)
    roles = {role.key: role for role in Role.objects.all()}
    for name, role in ROLES.items():
        place = PLACES.get(name, "A")
        world.users[name] = User.objects.create(
            name=name.title(), email=f"{name}@example.test", role=roles[role], team=teams[place] if place else None,
            password=make_password(PASSWORD),
        )  # fmt: skip
    for name, leader in LEADERS.items():
        Team.objects.filter(pk=teams[name].pk).update(manager=world.users[leader])
    # That a token was used is written down every few minutes: not while the cells are asked.
    used = timezone.now() + timedelta(days=1)
    for name, user in world.users.items():
        ApiToken.objects.create(
            user=user, name="matrix", digest=digest(world.token(name)), hint="rap_matr", last_used_at=used
        )
        store = SessionStore()
        store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.create()
        world.sessions[name] = store.session_key
        Session.objects.create(user=user, key=store.session_key, agent="this one")
        later = timezone.now() + timedelta(days=1)
        OneTimeLink.objects.create(user=user, digest=digest(f"link-{name}"), expires_at=later)
    User.objects.filter(pk=world.users["dora"].pk).update(is_active=False)
    User.objects.filter(pk=world.users["greg"].pk).update(deleted_at=timezone.now())
