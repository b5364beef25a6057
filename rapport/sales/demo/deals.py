"""Simulated deals: what is wanted, how far they came, when they moved, and how they ended."""

from dataclasses import dataclass, field
from typing import Any

from rapport.catalogue.demo import Article
from rapport.kit.simulation.chance import Roll, pick, weighted
from rapport.kit.simulation.clock import DAY, Clock
from rapport.kit.simulation.lines import NULL
from rapport.sales.demo.pipelines import Road

# What people want, by the category that it is mostly made of; "{n}" is a number of places.
TOPICS = {
    "Desks": (
        "{n} desks for the new floor",
        "Sit-stand desks, {n} places",
        "Reception area",
        "Desks for the {city} office",
    ),
    "Seating": ("{n} task chairs", "Canteen seating", "Lounge and waiting area", "Chairs, replacement of {n}"),
    "Meeting rooms": ("Meeting rooms, second floor", "Board room", "Training room for {n}", "Hybrid meeting rooms"),
    "Acoustics": ("Phone booths", "Quiet zone", "Acoustics of the open-plan office", "Panels and desk screens"),
    "Storage": ("Lockers for {n} people", "Archive shelves", "Storage for the {city} site"),
    "Lighting": ("Lighting refit", "Pendants for the studio", "Daylight control, phase 2"),
    "Coffee": ("Coffee points", "Barista machines", "Coffee supply for {n} people"),
    "Services": ("Space planning", "Relocation to {city}", "Ergonomics programme"),
}
_CONTRACTS = (
    "Maintenance contract, seating",
    "Coffee supply and service",
    "Maintenance renewal",
    "Service contract, three years",
)
_DEALERS = ("Dealer agreement", "Showroom partnership", "Regional dealership {city}")
_HOME = ("Home office", "Sit-stand desk at home", "Chair and lamp", "Study for two")
_CATEGORIES = weighted(
    (("Desks", 6), ("Seating", 6), ("Meeting rooms", 4), ("Acoustics", 4), ("Storage", 3), ("Lighting", 2), ("Coffee", 3), ("Services", 2))
)  # fmt: skip
_LEAST = 600
_ROADS = weighted((("project", 15), ("contract", 4), ("dealer", 1)))


@dataclass(slots=True)
class Line:
    article: Article
    quantity: int
    price: int
    discount: int


@dataclass(slots=True)
class Deal:
    """A deal of a batch. `moves` are (moment, stage id), the first one its opening; `value` is in the base currency."""

    id: int
    road: Road
    name: str
    topic: str
    organisation: Any
    person: Any
    contacts: list[tuple[Any, str]]
    owner: str
    currency: str
    moves: list[tuple[int, str]]
    status: str
    closes: int
    lines: list[Line] = field(default_factory=list)
    cents: int = 0
    value: float = 0.0
    competitor: str = NULL
    reason: str = NULL

    @property
    def since(self) -> int:
        return self.moves[0][0]


@dataclass(frozen=True)
class Market:
    """What deals are made of, the same for a whole run."""

    roads: dict[str, list[Road]]
    products: dict[str, tuple[Article, ...]]
    rates: dict[str, float]
    base: str
    competitors: list[str]
    reasons: tuple[tuple[str, bool], ...]


def make_deal(
    roll: Roll, clock: Clock, market: Market, id_: int, organisation: Any, people: list[Any], topicality: float
) -> Deal:
    """Makes a deal with these people of an organisation, or with one private person when it is None."""
    kind = pick(roll, _ROADS) if organisation else "project"
    road = pick(roll, market.roads.get(kind) or next(iter(market.roads.values())))
    person = people[int(len(people) * roll() ** 1.5)]
    party = organisation or person
    category = "Services" if road.kind == "contract" else pick(roll, _CATEGORIES)
    size = organisation.size if organisation else 1
    places = max(1, min(400, int(size * (0.05 + 0.5 * roll() * roll())))) if organisation else 1
    wanted = {"contract": _CONTRACTS, "dealer": _DEALERS}.get(road.kind) or (
        TOPICS[category] if organisation else _HOME
    )
    topic = pick(roll, wanted).format(n=max(4, places), city=party.city.name)
    since = max(one.since for one in (party, person))
    moves, status, closes = _journey(roll, clock, road, since, party.maker, topicality)
    currency = party.country.currency if party.country.currency in market.rates else market.base
    deal = Deal(
        id_, road, f"{organisation.core if organisation else person.name}: {topic}", topic, organisation, person,
        [(person, person.part if person.part != "blocks" else "contact")],
        party.owner if party.owner != NULL else party.maker, currency, moves, status, closes,
    )  # fmt: skip
    for other in people[: 1 + int(roll() * 3)]:
        if other is not person and roll() < 0.6:
            deal.contacts.append((other, other.part))
    _price(roll, market, deal, category, places)
    if roll() < 0.25 and market.competitors and organisation:
        deal.competitor = pick(roll, market.competitors)
    if status == "lost" and market.reasons:
        deal.reason, by_competitor = pick(roll, market.reasons)
        if by_competitor and market.competitors:
            deal.competitor = pick(roll, market.competitors)
    if status == "won":
        person.won += deal.value
        if organisation:
            organisation.won += deal.value
            organisation.won_count += 1
    return deal


def _journey(
    roll: Roll, clock: Clock, road: Road, since: int, seller: str, topicality: float
) -> tuple[list[tuple[int, str]], str, int]:
    """When the deal was in which stage; its status; the day on which it was or is expected to close."""
    first = since // DAY
    opened = first + int((clock.today - first) * roll() ** topicality)
    if clock.month(opened) in (8, 12) and roll() < 0.5:
        opened = max(first, opened - 35)
    took = max(6, int(road.days * (0.25 + 1.6 * roll() * roll() + 0.3 * roll())))
    end = opened + took
    if end <= clock.today and roll() < 0.35:
        # Books close with the quarter.
        month = clock.month(end)
        end = min(clock.today, end + (2 - (month - 1) % 3) * 30 + 8)
    stages = road.stages
    forgotten = end <= clock.today < end + 150 and roll() < 0.12
    if end > clock.today or forgotten:
        status = "open"
        share = min(0.999, (clock.today - opened) / max(took, 1))
        reached = 1 + int(share * len(stages) * (0.85 + 0.4 * roll()))
        last = opened + int((clock.today - opened) * (0.35 if forgotten else 0.7 + 0.3 * roll()))
        closes = end if forgotten else _expected(roll, clock, end, reached / len(stages))
    else:
        skill = 0.36 + 0.03 * (int(seller) % 7) if seller != NULL else 0.4
        status = "won" if roll() < skill + (0.25 if road.kind == "contract" else 0) else "lost"
        reached = len(stages) if status == "won" or roll() < 0.3 else 1 + int(roll() * len(stages))
        last = closes = end
    route = [stage for n, stage in enumerate(stages[: min(reached, len(stages))]) if n == 0 or roll() < 0.88]
    if status != "open":
        route.append(road.won if status == "won" else road.lost)
    return _moves(roll, clock, route, max(since, clock.at_work(roll, opened)), last), status, closes


def _moves(roll: Roll, clock: Clock, route: list[str], first: int, last: int) -> list[tuple[int, str]]:
    cuts = sorted(roll() for _ in route[2:])
    days = [first // DAY + int((last - first // DAY) * cut) for cut in (*cuts, 1.0)]
    moves = [(first, route[0])]
    for stage, day in zip(route[1:], days, strict=False):
        moment = min(clock.at_work(roll, min(day, clock.today)), clock.now)
        moves.append((max(moment, moves[-1][0] + 7), stage))
    # A history ends now: whoever was opened this morning moved a few minutes apart.
    late = moves[-1][0] - clock.now
    return [(moment - late, stage) for moment, stage in moves] if late > 0 else moves


def _expected(roll: Roll, clock: Clock, end: int, progress: float) -> int:
    drawn = roll()
    if drawn < 0.1:
        return clock.today - 1 - int(roll() * 18)
    if drawn < 0.1 + 0.3 * progress:
        return clock.today + int(roll() * 5)
    return min(max(end, clock.today + 6) + int(roll() * 20), clock.today + 400)


def _price(roll: Roll, market: Market, deal: Deal, category: str, places: int) -> None:
    rate = market.rates[deal.currency]
    if deal.road.kind == "dealer" or roll() < 0.25:
        # Only an estimate so far.
        deal.value = round((2000 + places * 260) * (0.5 + roll()), -2)
        deal.cents = int(float(f"{deal.value * rate:.2g}")) * 100
        return
    for n in range(1 + int(roll() * roll() * 5)):
        article = pick(roll, market.products[category if n == 0 or roll() < 0.6 else pick(roll, _CATEGORIES)])
        if any(line.article is article for line in deal.lines):
            continue
        # One chair and one desk for each place, but a booth for fifty, and contracts and hours by the floor.
        each = 0.06 if article.category == "Services" else min(1.0, (600 / article.price) ** 2)
        quantity = max(1, int(places * (0.6 + 0.6 * roll()) * each))
        price = max(1, round(article.price * rate))
        discount = 0 if quantity < 10 or roll() < 0.5 else 5 * int(1 + roll() * 4)
        deal.lines.append(Line(article, quantity, price, discount))
        deal.cents += quantity * price * (100 - discount)
    if deal.organisation and deal.cents < _LEAST * 100 * rate:
        # No company writes an offer for one lamp.
        line = deal.lines[0]
        more = 1 + int((_LEAST * 100 * rate - deal.cents) / (line.price * (100 - line.discount)))
        line.quantity += more
        deal.cents += more * line.price * (100 - line.discount)
    deal.value = deal.cents / 100 / rate
