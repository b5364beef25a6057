"""Simulated people: staff of the organisations of a batch, and private customers, some of them couples."""

from dataclasses import dataclass

from rapport.customers.demo import careers
from rapport.customers.demo.countries import City, Country, Word, mail_point, markets, phone_point, pick
from rapport.customers.demo.organisations import Organisation
from rapport.kit.simulation.chance import Roll
from rapport.kit.simulation.clock import Clock
from rapport.kit.simulation.lines import NULL, Rows, Table

PEOPLE = Table(
    "customers_person",
    "id created_at created_by_id updated_at owner_id first_name last_name emails phones addresses organisation_id "
    "job_title birth_date gender language education marital_status income_band tier_id tags description",
)
PRIVATE = 0.2
_NOTES = (
    "Prefers to be called in the morning.", "Met at the spring trade fair.", "Likes to decide quickly.",
    "Speaks English and German.", "Reads every line of an offer.", "Only by e-mail, please.", "Knows our showroom.",
    "Moved from a competitor and compares.", "Deputy for purchasing.", "Asked to be spared mailings.",
)  # fmt: skip


@dataclass(slots=True)
class Person:
    """One person of a batch, as far as other rooms need it."""

    id: int
    country: Country
    city: City
    first: Word
    family: Word
    gender: str
    age: int
    owner: str
    maker: str
    since: int
    organisation: Organisation | None = None
    title: str = ""
    department: str = ""
    level: int = 2
    part: str = "contact"
    mail: str = ""
    phone: str = ""
    language: str = ""
    address: str = ""
    spouse: "Person | None" = None
    won: float = 0.0

    @property
    def name(self) -> str:
        return f"{self.first[0]} {self.family[0]}"


def make_people(
    roll: Roll,
    clock: Clock,
    *,
    first_id: int,
    count: int,
    days: tuple[int, int],
    organisations: list[Organisation],
    owners: dict[str, tuple[str, ...]],
) -> list[Person]:
    """Makes a batch, first met between the two days. `owners` are user ids as text by country code."""
    made: list[Person] = []
    for n in range(count):
        if organisations and roll() >= PRIVATE:
            made.append(
                _employee(roll, clock, first_id + n, organisations[int(len(organisations) * roll() ** 1.7)], days)
            )
            continue
        last = made[-1] if made else None
        if last and last.organisation is None and last.spouse is None and last.age > 24 and roll() < 0.3:
            made.append(_spouse(roll, first_id + n, last))
        else:
            made.append(_private(roll, clock, first_id + n, days, owners))
    return made


def _named(roll: Roll, country: Country, female: bool) -> tuple[Word, Word]:
    first = pick(roll, country.women if female else country.men)
    family = pick(roll, country.family)
    drawn = roll()
    if country.double_family and drawn < 0.8:
        second = pick(roll, country.family)
        family = (f"{family[0]} {second[0]}", family[1])
    elif drawn < 0.03 and country.code != "JP" and "-" not in family[0]:
        second = pick(roll, country.family)
        family = (f"{family[0]}-{second[0]}", f"{family[1]}-{second[1]}")
    elif drawn > 0.95 and country.code in ("US", "GB"):
        first = (f"{first[0]} {chr(65 + int(roll() * 20))}.", first[1])
    return first, _family(country, family, female)


def _family(country: Country, family: Word, female: bool) -> Word:
    if female and country.feminine_family and family[0].endswith("ki"):
        return f"{family[0][:-1]}a", f"{family[1][:-1]}a"
    return family


def _employee(roll: Roll, clock: Clock, id_: int, at: Organisation, days: tuple[int, int]) -> Person:
    female = roll() < 0.5
    # Most work where the organisation is; some in another city of the country.
    city = at.city if roll() < 0.8 else pick(roll, at.country.cities)
    first, family = _named(roll, at.country, female)
    title, department, level, part = pick(roll, careers.POOL)
    if at.head == NULL:
        title, department, level, part = at.country.heads[female], "Management", 5, "decides"
        at.head = str(id_)
    age = 20 + level * 4 + int(roll() * (40 - level * 2))
    owner = at.owner
    since = max(at.since, clock.at_work(roll, days[0] + int(roll() * (days[1] - days[0]))))
    one = Person(id_, at.country, city, first, family, "female" if female else "male", age, owner, at.maker, since, at)
    one.title, one.department, one.level, one.part = title, department, level, part
    local = (f"{first[1]}.{family[1]}", f"{first[1][:1]}.{family[1]}", first[1])[at.style]
    while local in at.locals:
        local = f"{first[1]}.{family[1]}{int(roll() * 1000) or ''}"
    at.locals.add(local)
    one.mail = f"{local}@{at.domain}"
    one.phone = at.country.mobile(roll, city) if roll() < 0.6 else at.country.landline(roll, city)
    one.language = pick(roll, at.country.languages)
    return one


def _private(roll: Roll, clock: Clock, id_: int, days: tuple[int, int], owners: dict[str, tuple[str, ...]]) -> Person:
    country = pick(roll, markets())
    city = pick(roll, country.cities)
    female = roll() < 0.52
    first, family = _named(roll, country, female)
    age = 19 + int((roll() + roll()) * 35)
    maker = pick(roll, owners[country.code])
    since = clock.at_work(roll, days[0] + int(roll() * (days[1] - days[0])))
    one = Person(
        id_, country, city, first, family, "female" if female else "male", age,
        maker if roll() < 0.9 else NULL, maker, since,
    )  # fmt: skip
    one.address = country.address(roll, city, "home")
    return _at_home(roll, one)


def _spouse(roll: Roll, id_: int, of: Person) -> Person:
    female = (of.gender == "male") == (roll() < 0.95)
    first = pick(roll, of.country.women if female else of.country.men)
    family = _family(of.country, of.family, female) if roll() < 0.8 else pick(roll, of.country.family)
    one = Person(
        id_, of.country, of.city, first, family, "female" if female else "male",
        max(19, of.age - 5 + int(roll() * 10)), of.owner, of.maker, of.since,
    )  # fmt: skip
    one.address, one.spouse, of.spouse = of.address, of, one
    return _at_home(roll, one)


def _at_home(roll: Roll, one: Person) -> Person:
    one.level = 1 + int(roll() * 4)
    one.mail = f"{one.first[1]}.{one.family[1]}{one.id % 1000}@{pick(roll, one.country.mail)}"
    one.phone = one.country.mobile(roll, one.city)
    one.language = pick(roll, one.country.languages)
    return one


def write_people(
    roll: Roll, clock: Clock, rows: Rows, made: list[Person], *, tiers: list[str], tags: dict[str, str]
) -> None:
    """Adds the lines of a batch. Staff are less known in private than private customers."""
    out = rows.of(PEOPLE)
    for one in made:
        at = one.organisation
        known = 0.35 if at else 0.8
        mails = mail_point(roll, one.mail, "work" if at else "home") if roll() < 0.96 else ""
        if mails and at and roll() < 0.08:
            private = f"{one.first[1]}{one.family[1]}{one.id % 10000}@{pick(roll, one.country.mail)}"
            mails = f"{mails}, {mail_point(roll, private, 'home')}"
        phones = phone_point(roll, one.phone, "mobile" if not at else "work") if roll() < 0.9 else ""
        if phones and roll() < 0.2:
            phones = f"{phones}, {phone_point(roll, one.country.mobile(roll, one.city), 'mobile')}"
        address = one.address or (
            one.country.address(roll, one.city, "work") if roll() < 0.5 else at.address if at else ""
        )
        tier = NULL
        if tiers and one.won:
            tier = tiers[-1] if one.won < 20_000 else tiers[max(0, len(tiers) - 2)]
        words = []
        if roll() < 0.18:
            words.append(pick(roll, ("Newsletter", "Trade fair", "Newsletter", "VIP", "Architect project")))
        if not at:
            words.append("Home office")
        # Fifteen thousand and odd days spread the birthdays evenly over the year.
        born = clock.today - int((one.age + roll()) * 365.25)
        status = "married" if one.spouse else careers.marital_status(roll, one.age)
        drawn = roll()
        gender = one.gender if drawn < 0.93 else "" if drawn < 0.985 else "undisclosed" if drawn < 0.995 else "diverse"
        since = clock.text(one.since)
        out.append(
            "\t".join((
                str(one.id), since, one.maker, since, one.owner, one.first[0], one.family[0], f"[{mails}]", f"[{phones}]",
                f"[{address}]", str(at.id) if at else NULL, one.title, clock.day(born) if roll() < known else NULL, gender,
                one.language, careers.education(roll, one.level) if roll() < known else "",
                status if roll() < known or one.spouse else "",
                careers.income(roll, one.level, one.country.code, one.age) if roll() < known else "",
                tier, "{" + ",".join(tags[word] for word in words) + "}", pick(roll, _NOTES) if roll() < 0.15 else "",
            ))
        )  # fmt: skip
