"""Simulated employments and relationships of a batch."""

from rapport.customers.demo import careers
from rapport.customers.demo.organisations import Organisation
from rapport.customers.demo.people import Person
from rapport.kit.simulation.chance import Roll, pick
from rapport.kit.simulation.clock import DAY, Clock
from rapport.kit.simulation.lines import NULL, Rows, Table

EMPLOYMENTS = Table(
    "customers_employment",
    "created_at created_by_id updated_at person_id organisation_id job_title department starts_on ends_on is_primary",
)
RELATIONSHIPS = Table(
    "customers_relationship",
    "created_at created_by_id updated_at person_id organisation_id kind other_person_id other_organisation_id starts_on "
    "ends_on description",
)
_SECOND = (("Member of the board", "Management"), ("Adviser", "Management"), ("Partner", "Management"))


def write_employments(roll: Roll, clock: Clock, rows: Rows, people: list[Person], *, known: range) -> None:
    """Adds each person's present job, for some a former one and a second one in the organisations of the ids `known`.

    The present one is what the triggers would make of the person's own organisation, with its department and dates.
    """
    out = rows.of(EMPLOYMENTS)
    for one in people:
        if one.organisation is None:
            continue
        made, id_, here = clock.text(one.since), str(one.id), one.organisation.id
        begun = one.since // DAY - int(roll() * roll() * min(20, one.age - 19) * 365)
        start = clock.day(begun) if roll() < 0.8 else NULL
        head = f"{made}\t{one.maker}\t{made}\t{id_}\t"
        out.append(f"{head}{here}\t{one.title}\t{one.department}\t{start}\t{NULL}\tt")
        drawn = roll()
        if drawn < 0.17 and len(known) > 2:
            other = known[int(roll() * len(known))]
            if other == here:
                continue
            if drawn < 0.05:
                title, department = pick(roll, _SECOND)
                out.append(f"{head}{other}\t{title}\t{department}\t{start}\t{NULL}\tf")
            else:
                job = pick(roll, careers.POOL)
                left = begun - int(roll() * 60)
                first = clock.day(left - 200 - int(roll() * 2500))
                out.append(f"{head}{other}\t{job[0]}\t{job[1]}\t{first}\t{clock.day(left)}\tf")


def write_relationships(
    roll: Roll, clock: Clock, rows: Rows, people: list[Person], organisations: list[Organisation], *, known: range
) -> None:
    """Adds who is married to whom, reports to whom and was referred by whom, and how organisations stand."""
    out = rows.of(RELATIONSHIPS)

    def add(maker: str, since: int, one: tuple[str, str], kind: str, other: tuple[str, str], text: str = "") -> None:
        made = clock.text(since)
        out.append("\t".join((made, maker, made, *one, kind, *other, NULL, NULL, text)))

    for one in people:
        here, drawn = (str(one.id), NULL), roll()
        if one.spouse and one.spouse.id < one.id:
            add(one.maker, one.since, here, "spouse", (str(one.spouse.id), NULL))
        if one.organisation and drawn < 0.14 and one.organisation.head != str(one.id):
            kind = "assistant" if one.title.startswith("Assistant") else "reports_to"
            add(one.maker, one.since, here, kind, (one.organisation.head, NULL))
        elif drawn > 0.96:
            other = pick(roll, people)
            if other is not one and other is not one.spouse:
                since = max(one.since, other.since)
                text = pick(roll, ("", "Recommended us after the fit-out.", "Former colleagues.", ""))
                add(one.maker, since, here, "referred", (str(other.id), NULL), text)
    for org in organisations:
        if roll() < 0.16:
            other_id = known[int(roll() * len(known))]
            if other_id != org.id:
                kind = pick(roll, ("supplier", "supplier", "partner", "competitor", "dealer", "investor"))
                add(org.maker, org.since, (NULL, str(org.id)), kind, (NULL, str(other_id)))
