"""Who asks, and what each may do: said by hand, from docs/administrators/people.md, and never read from the gate."""

from dataclasses import dataclass, field

# Whose a record is, seen from the one who asks. "deleted" is one's own in the bin. Records that belong to everybody are
# "shared". "named" is a foreign text that names the one who asks.
OWN, TEAM, FOREIGN, DELETED, SHARED, SHARED_DELETED = RELATIONS = (
    "own", "team", "foreign", "deleted", "shared", "shared deleted",
)  # fmt: skip
REACH = frozenset({OWN, TEAM, DELETED})
ALL = REACH | {FOREIGN}
MINE = frozenset({OWN, DELETED})
NOTHING: frozenset[str] = frozenset()

# Lists that belong to everybody: read by all who may read at all, written by these roles.
LISTS = {"products", "product-categories", "pipelines", "stages", "tags", "tiers", "lost-reasons", "rates"}
HOUSE = {"users", "teams"}


@dataclass(frozen=True)
class Rights:
    """What a role may do: with owned records by action, with the lists of everybody, and with the house."""

    owned: dict[str, frozenset[str]] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    house: frozenset[str] = frozenset()
    # What belongs to no record, as "entity.action".
    beside: frozenset[str] = frozenset()
    # If not empty, the only entities that it may do anything with.
    only: frozenset[str] = frozenset()


EVERY = ("view", "create", "edit", "delete", "export", "import")
RIGHTS = {
    "read_only": Rights({"view": REACH}, frozenset({"view"}), frozenset({"view"})),
    "member": Rights(
        {
            **dict.fromkeys(("view", "create", "edit", "export"), REACH),
            "delete": MINE,
            "import": MINE,
        },
        frozenset({"view"}),
        frozenset({"view"}),
        frozenset({"files.create"}),
    ),
    "manager": Rights(
        dict.fromkeys(EVERY, REACH),
        frozenset(EVERY),
        frozenset({"view"}),
        frozenset({"files.create", "access.view"}),
    ),
    "administrator": Rights(
        dict.fromkeys(EVERY, ALL),
        frozenset(EVERY),
        frozenset(EVERY),
        frozenset(
            {"files.create", "access.view", "roles.view", "roles.edit", "settings.edit", "imports.view", "system.view"}
        ),
    ),
    # Two roles that an administrator could make: they tell apart what the four that Rapport comes with do not.
    "onlooker": Rights(
        {"view": ALL},
        frozenset({"view"}),
        frozenset({"view"}),
        frozenset({"access.view", "roles.view", "imports.view", "system.view"}),
    ),
    "nothing": Rights(),
    # Two that no house would have, for what the others may only together: to change more than one sees, and to be a
    # clerk of one list.
    "blind": Rights(
        {"view": MINE, **dict.fromkeys(("create", "edit", "delete", "export", "import"), ALL)},
        frozenset({"view"}),
        frozenset({"view"}),
        frozenset({"files.create"}),
    ),
    "clerk": Rights(dict.fromkeys(EVERY, MINE), only=frozenset({"people"})),
}


@dataclass(frozen=True)
class Person:
    """Somebody who asks. `role` is "" for whom nobody lets in: not signed in, switched off, in the bin."""

    name: str
    role: str
    says: str

    @property
    def is_in(self) -> bool:
        return bool(self.role)

    @property
    def rights(self) -> Rights:
        return RIGHTS[self.role]


PEOPLE = {
    one.name: one
    for one in (
        Person("nobody", "", "not signed in"),
        Person("dora", "", "deactivated"),
        Person("greg", "", "in the bin"),
        Person("rita", "read_only", "Read-only"),
        Person("ana", "member", "Member"),
        Person("mia", "manager", "Manager"),
        Person("adam", "administrator", "Administrator"),
        Person("olga", "onlooker", "a role that sees everything and changes nothing"),
        Person("nils", "nothing", "a role without any right"),
        Person("bela", "blind", "a role that changes everything and sees its own"),
        Person("clara", "clerk", "a role that has its own people and nothing else"),
    )
}


def may(person: Person, entity: str, action: str, relation: str = "") -> bool:
    """Whether the person may do the action with such a record; without a relation, with any record at all."""
    rights = person.rights
    if f"{entity}.{action}" in rights.beside:
        return True
    if rights.only and entity and entity not in rights.only:
        return False
    if entity in HOUSE:
        return action in rights.house
    if entity in LISTS:
        return action in rights.lists or (entity == "tags" and action == "create" and person.role == "member")
    reached = rights.owned.get(action, NOTHING) if entity not in BESIDE else NOTHING
    return relation in reached if relation else bool(reached)


def of_part(action: str) -> str:
    """What is asked of the whole when this is asked of a part, such as a line of a deal: to add one is to edit it."""
    return action if action in ("view", "export", "import") else "edit"


BESIDE = {"files", "access", "roles", "settings", "imports", "system"}
