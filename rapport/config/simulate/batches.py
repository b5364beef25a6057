"""A history as batches of rows, each with a tenth as many organisations as people and a fifth as many deals."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from rapport.config.simulate.story import tell_deal, tell_person
from rapport.customers.demo.links import write_employments, write_relationships
from rapport.customers.demo.organisations import ORGANISATIONS, Namer, make_organisations, write_organisations
from rapport.customers.demo.people import PEOPLE, Person, make_people, write_people
from rapport.kit.simulation.chance import Roll, pick, rolls
from rapport.kit.simulation.clock import Clock
from rapport.kit.simulation.lines import Rows
from rapport.platform.identity.demo import Staff
from rapport.sales.demo.deals import Market, make_deal
from rapport.sales.demo.lines import DEALS, write_deal

_LARGEST = 5_000
_PRIVATE_DEALS = 0.07


@dataclass
class Cast:
    """Who and what a history plays with. `actions`: journal action by user id, `tags`: id by name; ids are texts."""

    staff: Staff
    market: Market
    tags: dict[str, str]
    tiers: list[str]
    actions: dict[str, str]


def batches(clock: Clock, cast: Cast, *, people: int, seed: int, start: dict[str, int]) -> Iterator[Rows]:
    """Yields the rows of the whole history, oldest customers first. `start` has the first free id by table."""
    namer = Namer(seed)
    count = -(-people // max(100, min(_LARGEST, people // 8)))
    done = organisations = deals = 0
    for number in range(count):
        until = people * (number + 1) // count
        wanted = until // 10 - organisations, until // 5 - deals
        days = _day(clock, number / count), _day(clock, (number + 1) / count)
        rows, roll = Rows(), rolls(seed, number)
        staff = cast.staff
        made = make_organisations(
            roll,
            clock,
            namer,
            first_id=start[ORGANISATIONS.name] + organisations,
            count=wanted[0],
            days=days,
            owners=staff.owners,
        )
        first_person = start[PEOPLE.name] + done
        persons = make_people(
            roll, clock, first_id=first_person, count=until - done, days=days, organisations=made, owners=staff.owners
        )
        known = range(start[ORGANISATIONS.name], start[ORGANISATIONS.name] + organisations + wanted[0])
        _write(roll, clock, cast, rows, made, persons, known, start[DEALS.name] + deals, wanted[1])
        done, organisations, deals = until, organisations + wanted[0], deals + wanted[1]
        yield rows


def _day(clock: Clock, share: float) -> int:
    """When that share of all customers was known: the first quarter soon, as the company had them, then evenly."""
    begun = min(30, clock.today // 4)
    return int(begun * share * 4) if share < 0.25 else int(begun + (clock.today - begun) * (share - 0.25) / 0.75)


def _write(
    roll: Roll,
    clock: Clock,
    cast: Cast,
    rows: Rows,
    made: list,
    persons: list[Person],
    known: range,
    first_deal: int,
    count: int,
) -> None:
    for table in (ORGANISATIONS, PEOPLE):
        rows.of(table)
    staff: dict[int, list[Person]] = defaultdict(list)
    private = []
    for person in persons:
        if person.organisation:
            staff[person.organisation.id].append(person)
        else:
            private.append(person)
    for one in made:
        one.size = max(one.size, 2 * len(staff[one.id]))
    buyers = [one for one in made if staff[one.id]]
    write_employments(roll, clock, rows, persons, known=known)
    write_relationships(roll, clock, rows, persons, made, known=known)
    for number in range(count):
        if private and (not buyers or roll() < _PRIVATE_DEALS):
            deal = make_deal(roll, clock, cast.market, first_deal + number, None, [pick(roll, private)], 0.9)
        else:
            one = buyers[int(len(buyers) * roll() ** 1.3)]
            deal = make_deal(roll, clock, cast.market, first_deal + number, one, staff[one.id], 0.9)
        write_deal(roll, clock, rows, deal, tags=cast.tags, actions=cast.actions)
        tell_deal(roll, clock, rows, deal, cast.staff)
    for person in persons:
        tell_person(roll, clock, rows, person, cast.staff)
    write_people(roll, clock, rows, persons, tiers=cast.tiers, tags=cast.tags)
    write_organisations(roll, clock, rows, made, tiers=cast.tiers, tags=cast.tags)
