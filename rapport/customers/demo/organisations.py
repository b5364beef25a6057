"""Simulated organisations: names in their country's form, sizes with a long tail, some with a parent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

from rapport.customers.demo.countries import City, Country, Word, latin, mail_point, markets, phone_point, pick
from rapport.kit.simulation.chance import Deck, Roll, rolls, weighted
from rapport.kit.simulation.clock import Clock
from rapport.kit.simulation.lines import NULL, Rows, Table

ORGANISATIONS = Table(
    "customers_organisation",
    "id created_at created_by_id updated_at owner_id name domain industry size revenue revenue_currency founded "
    "parent_id emails phones addresses tier_id tags description",
)
# Industry, how common it is, and its revenue per employee and year in thousands.
INDUSTRIES = (
    ("Manufacturing", 18, 190), ("Logistics", 8, 150), ("Software", 12, 140), ("Healthcare", 10, 95),
    ("Construction", 10, 160), ("Retail", 11, 210), ("Finance", 8, 320), ("Education", 6, 60),
    ("Hospitality", 5, 70), ("Energy", 4, 420), ("Media", 4, 130), ("Food", 6, 180),
)  # fmt: skip
_PART = re.compile(r"\{(\w+)\}")
_INDUSTRIES = weighted((name, weight) for name, weight, _ in INDUSTRIES)
_PER_HEAD = {name: revenue for name, _, revenue in INDUSTRIES}
_KNOWN_BY = ("a trade fair", "a recommendation", "our website", "a mailing", "an architect", "a dealer", "a cold call")
_NOTES = (
    "Found us through {by}. Plans by the calendar year.", "Orders are placed centrally; invoices go to head office.",
    "Long-standing customer, prefers to be visited.", "Has a framework contract with a discount on seating.",
    "Found us through {by}.", "Works with an external planner for larger projects.", "Asks for two offers each time.",
    "Moved into a new building recently; the upper floors are still empty.", "Pays within ten days.",
)  # fmt: skip


@dataclass(slots=True)
class Organisation:
    """One organisation of a batch, as far as other rooms and the people of the batch need it."""

    id: int
    country: Country
    city: City
    name: str
    core: str
    domain: str
    industry: str
    size: int
    owner: str
    maker: str
    since: int
    style: int
    parent: str = NULL
    address: str = ""
    switchboard: str = ""
    won: float = 0.0
    won_count: int = 0
    head: str = NULL
    locals: set[str] = field(default_factory=set)


class Namer:
    """Gives each organisation of a run a name and a domain of its own; knows only how many it gave of each form."""

    def __init__(self, seed: object) -> None:
        self._seed = seed
        self._decks: dict[tuple[str, str, int], Deck] = {}

    def name(self, roll: Roll, country: Country, city: City, industry: str) -> tuple[str, str, str]:
        """Returns the full name, the name without its legal form, and the domain."""
        form = int(roll() * len(country.companies))
        if "{family}" not in country.companies[form] and roll() < 0.6:
            # There are far fewer brands and cities than families.
            form = 0
        text, trades = country.companies[form], country.trades[industry]
        pools: dict[str, Sequence[Word]] = {"family": country.family, "brand": country.brands, "trade": trades}
        pools["family2"] = country.family
        parts = _PART.findall(text)
        drawn = [part for part in parts if part in pools]
        key = (country.code, industry, form)
        if key not in self._decks:
            self._decks[key] = Deck(rolls(self._seed, *key), prod(len(pools[part]) for part in drawn))
        number, round_ = self._decks[key].deal()
        words: dict[str, Word] = {"city": (city.name, city.spelt)}
        for part in drawn:
            number, index = divmod(number, len(pools[part]))
            words[part] = pools[part][index]
        name = text.format(**{part: word[0] for part, word in words.items()})
        legal = legal_form(text)
        core = name[: len(name) - len(legal)]
        if round_ or "family" not in words:
            # Everybody has an Aurora or a city bakery: the place tells namesakes apart.
            core = core if "city" in parts else f"{core} {city.name}"
            name = core + legal
        spelt = [words[part][1] for part in parts]
        if "family" not in words and "city" not in parts:
            spelt.append(words["city"][1])
        if _namesake(country.companies, form):
            spelt.append(latin(legal) or str(form + 1))
        return name, core, f"{'-'.join(spelt)[:180]}{round_ + 1 if round_ else ''}.example"


def _namesake(forms: Sequence[str], number: int) -> bool:
    """Whether an earlier form would spell the same domain."""
    parts = _PART.findall(forms[number])
    return any(_PART.findall(form) == parts for form in forms[:number])


def legal_form(text: str) -> str:
    """What follows the last name in a company's form: " GmbH"."""
    return text.rpartition("}")[2]


def make_organisations(
    roll: Roll,
    clock: Clock,
    namer: Namer,
    *,
    first_id: int,
    count: int,
    days: tuple[int, int],
    owners: dict[str, tuple[str, ...]],
) -> list[Organisation]:
    """Makes a batch, first met between the two days. `owners` are user ids as text by country code."""
    made: list[Organisation] = []
    for n in range(count):
        parent = pick(roll, made[: max(1, len(made) // 4)]) if made and roll() < 0.13 else None
        country = pick(roll, markets())
        if parent and roll() < 0.6:
            country = parent.country
        city = pick(roll, country.cities)
        industry = parent.industry if parent else pick(roll, _INDUSTRIES)
        if parent:
            legal = legal_form(pick(roll, country.companies)) or " Ltd"
            core = f"{parent.core} {city.name if city.name not in parent.core else country.code}"
            name = core + legal
            domain = f"{city.spelt}.{parent.domain}"
            size = max(3, int(parent.size * (0.05 + 0.4 * roll())))
        else:
            name, core, domain = namer.name(roll, country, city, industry)
            size = int(20 + 30 / (0.006 + roll() ** 1.3))
        since = clock.at_work(roll, days[0] + int(roll() * (days[1] - days[0])))
        owner = NULL if roll() < 0.04 else pick(roll, owners[country.code])
        one = Organisation(
            first_id + n, country, city, name, core, domain, industry, size, owner,
            pick(roll, owners[country.code]) if owner == NULL else owner, since, int(roll() * 3),
        )  # fmt: skip
        if parent and parent.id < one.id:
            one.parent = str(parent.id)
            one.since = max(one.since, parent.since)
        one.address = country.address(roll, city, "work")
        one.switchboard = country.landline(roll, city)
        made.append(one)
    return made


def write_organisations(
    roll: Roll, clock: Clock, rows: Rows, made: list[Organisation], *, tiers: list[str], tags: dict[str, str]
) -> None:
    """Adds the lines of a batch; last, because the tier follows from what was won."""
    out = rows.of(ORGANISATIONS)
    for one in made:
        revenue = one.size * _PER_HEAD[one.industry] * (0.5 + roll()) * 1000
        billing = "" if roll() < 0.85 else f", {one.country.address(roll, one.city, 'billing')}"
        tier = NULL
        if tiers and one.won_count:
            tier = tiers[0 if one.won > 60_000 else min(1, len(tiers) - 1) if one.won > 15_000 else len(tiers) - 1]
        words = []
        if one.won > 100_000:
            words.append("Key account")
        if not one.won_count:
            words.append("Prospect")
        if roll() < 0.12:
            words.append(pick(roll, ("Newsletter", "Trade fair", "Architect project")))
        note = pick(roll, _NOTES).format(by=pick(roll, _KNOWN_BY)) if roll() < 0.4 else ""
        number = phone_point(roll, one.switchboard, "work")
        office = pick(roll, ("info", "office", "contact"))
        founded = clock.start.year - 1 - int(roll() * roll() * 120)
        filled = roll()
        since = clock.text(one.since)
        out.append(
            "\t".join((
                str(one.id), since, one.maker, since, one.owner, one.name, one.domain, one.industry,
                str(one.size) if filled < 0.93 else NULL, f"{round(revenue, -4):.2f}" if filled < 0.7 else NULL,
                one.country.currency if filled < 0.7 else "", str(founded) if filled < 0.8 else NULL, one.parent,
                f"[{mail_point(roll, f'{office}@{one.domain}', 'work')}]", f"[{number}]", f"[{one.address}{billing}]",
                tier, "{" + ",".join(tags[word] for word in words) + "}", note,
            ))
        )  # fmt: skip
