"""The sample company's own people: users in teams under managers, with the roles that there are."""

from dataclasses import dataclass, field
from datetime import datetime

from rapport.kit.simulation.chance import pick, rolls
from rapport.platform.access.models import Role
from rapport.platform.identity.models import Team, User

DOMAIN = "aldermoor.example"
# Team, manager, members, the countries that it looks after.
TEAMS = (
    ("Central Europe", "Jonas Petersen", ("Katharina Vogel", "Marek Zielinski", "Lukas Steiner"), "DE AT CH PL"),
    ("Western and Southern Europe", "Camille Renard", ("Marco Bellini", "Lucía Ortega", "Hugo Lefèvre"), "FR ES IT"),
    ("UK, Benelux and Nordics", "Harriet Blake", ("Tom Whitfield", "Sanne de Wit", "Elin Lindqvist"), "GB NL SE"),
    ("Americas, Asia and Gulf", "Marcus Reed", ("Priya Raman", "Rafael Almeida", "Layla Haddad"), "US BR IN JP AE"),
)
ADMINISTRATOR = "Ana Martins"
HEAD = "Victor Lindholm"
READER = "Ines Keller"
_FIRST = [
    "Nora",
    "Felix",
    "Amelie",
    "Oscar",
    "Greta",
    "Milan",
    "Freya",
    "Leo",
    "Ida",
    "Adam",
    "Clara",
    "Noah",
    "Elsa",
    "Ben",
    "Maya",
    "Theo",
    "Alma",
    "Ivan",
    "Rosa",
    "Emil",
]
_LAST = [
    "Abbott",
    "Brandt",
    "Castell",
    "Dorn",
    "Ekberg",
    "Fontaine",
    "Grant",
    "Hollis",
    "Irving",
    "Jansen",
    "Kessler",
    "Lowe",
    "Marsh",
    "Nolan",
    "Orsini",
    "Pace",
    "Quist",
    "Rowe",
    "Sander",
    "Thorne",
    "Ulrich",
    "Vance",
    "Wynn",
    "Young",
    "Zeller",
    "Arden",
    "Bishop",
    "Crane",
    "Dale",
    "Ellis",
]


@dataclass
class Staff:
    """Who works here. `owners`: user ids as text by country code, to pick from. `mails` and `names` by user id."""

    administrator: User
    owners: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mails: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def make_staff(*, since: datetime, members: int) -> Staff:
    """Makes the users and teams that are not there yet, with `members` in each regional team, and returns them all.

    An administrator who is there already takes the part of the sample company's one.
    """
    roles = {role.key: role for role in Role.objects.all()}
    known = {(user.email or "").lower(): user for user in User.objects.exclude(email=None)}
    teams = {team.name: team for team in Team.objects.filter(deleted_at=None)}

    def user(name: str, role: str, team: Team | None = None) -> User:
        mail = f"{_latin(name)}@{DOMAIN}"
        if mail not in known:
            known[mail] = User.objects.create(
                email=mail, name=name, role=roles[role], team=team, created_at=since, updated_at=since
            )
        return known[mail]

    def team(name: str, parent: Team | None) -> Team:
        if name not in teams:
            teams[name] = Team.objects.create(name=name, parent=parent, created_at=since, updated_at=since)
        return teams[name]

    def lead(group: Team, manager: User) -> None:
        if group.manager_id is None:
            Team.objects.filter(pk=group.pk).update(manager=manager)

    sales = team("Sales", None)
    present = User.objects.filter(role=roles["administrator"], is_active=True, deleted_at=None).order_by("pk").first()
    administrator = present or user(ADMINISTRATOR, "administrator", sales)
    lead(sales, user(HEAD, "manager", sales))
    user(READER, "read_only", sales)
    staff = Staff(administrator)
    everybody = [administrator]
    for number, (name, manager, sellers, countries) in enumerate(TEAMS):
        group = team(name, sales)
        boss = user(manager, "manager", group)
        lead(group, boss)
        names = [*sellers, *_more(number, members - len(sellers))][:members]
        here = [user(one, "member", group) for one in names]
        everybody += [boss, *here]
        # Managers sell less than their people; the administrator, who is the one looking, has customers everywhere.
        pool = [str(one.pk) for one in here] * 4 + [str(boss.pk)] * 2
        pool += [str(administrator.pk)] * 3
        staff.owners |= dict.fromkeys(countries.split(), tuple(pool))
    for one in everybody:
        staff.mails[str(one.pk)] = one.email or ""
        staff.names[str(one.pk)] = one.name
    return staff


def _more(team: int, count: int) -> list[str]:
    roll = rolls("staff", team)
    made: dict[str, None] = {}
    while len(made) < count:
        made[f"{pick(roll, _FIRST)} {pick(roll, _LAST)} {chr(65 + team)}."] = None
    return list(made)


def _latin(name: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return plain.replace(".", "").replace(" ", ".") if name != ADMINISTRATOR else "ana"
