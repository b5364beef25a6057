"""What names, places and companies look like in each country; read from the TOML files beside this one."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapport.kit.simulation.chance import Roll, pick, weighted

FOLDER = Path(__file__).parent / "countries"
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "Ł": "l", "ı": "i", "ø": "o", "đ": "d"})
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})

# A word as it is written and as it is spelt in addresses.
Word = tuple[str, str]


@dataclass(frozen=True, slots=True)
class City:
    name: str
    spelt: str
    codes: tuple[str, ...]
    area: str
    region: str


@dataclass(frozen=True)
class Country:
    """Pools to pick from. `trades` maps industries to the words that companies call themselves by."""

    code: str
    weight: int
    languages: tuple[str, ...]
    currency: str
    phone: str
    trunk: str
    mobiles: tuple[str, ...]
    landlines: tuple[str, ...]
    area_in_mobile: bool
    double_family: bool
    feminine_family: bool
    women: tuple[Word, ...]
    men: tuple[Word, ...]
    family: tuple[Word, ...]
    cities: tuple[City, ...]
    street: str
    streets: tuple[str, ...]
    companies: tuple[str, ...]
    brands: tuple[Word, ...]
    heads: tuple[str, str]
    mail: tuple[str, ...]
    trades: dict[str, tuple[Word, ...]]

    def address(self, roll: Roll, city: City, kind: str) -> str:
        """A postal address there, as JSON text."""
        street = self.street.replace("{street}", pick(roll, self.streets))
        street = street.replace("{number}", str(1 + int(roll() * roll() * 180)))
        return (
            f'{{"street": "{street}", "postal_code": "{_code(roll, city.codes)}", "city": "{city.name}", '
            f'"region": "{city.region}", "country": "{self.code}", "type": "{kind}", "verified": {_yes(roll, 0.4)}}}'
        )

    def mobile(self, roll: Roll, city: City) -> str:
        """A mobile number in E.164."""
        if not self.mobiles:
            return self.landline(roll, city)
        area = city.area if self.area_in_mobile else ""
        return f"{self.phone}{area}{_digits(roll, pick(roll, self.mobiles))}"

    def landline(self, roll: Roll, city: City) -> str:
        """A fixed number in E.164."""
        return f"{self.phone}{self.trunk}{city.area}{_digits(roll, pick(roll, self.landlines))}"


def phone_point(roll: Roll, number: str, kind: str) -> str:
    """A phone number as JSON text."""
    return (
        f'{{"number": "{number}", "raw": "{number}", "valid": true, "type": "{kind}", "verified": {_yes(roll, 0.5)}}}'
    )


def mail_point(roll: Roll, address: str, kind: str) -> str:
    """An e-mail address as JSON text."""
    return f'{{"address": "{address}", "type": "{kind}", "verified": {_yes(roll, 0.6)}}}'


def latin(text: str, language: str = "") -> str:
    """A word in the letters of an e-mail address: "Jürgen" -> "juergen"."""
    if language == "de":
        text = text.translate(_GERMAN)
    text = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9-]+", "", text.lower())


@lru_cache(maxsize=1)
def countries() -> tuple[Country, ...]:
    """All countries, the largest market first."""
    raw = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
    made = [_country(code, {**raw.get(data.get("like", ""), {}), **data}) for code, data in raw.items()]
    return tuple(sorted(made, key=lambda c: (-c.weight, c.code)))


@lru_cache(maxsize=1)
def markets() -> tuple[Country, ...]:
    """A pool in which each country stands as often as the company has customers there."""
    return weighted((country, country.weight) for country in countries())


def _country(code: str, data: dict[str, Any]) -> Country:
    language = data["language"]
    own = data.get("languages", " ".join([language] * 9)).split()

    def words(text: str, separator: str | None = None) -> tuple[Word, ...]:
        return tuple(_word(word, language) for word in text.split(separator))

    return Country(
        code=code.upper(),
        weight=data["weight"],
        languages=(*own, *data["others"].split()[:1]),
        currency=data["currency"],
        phone=data["phone"],
        trunk=data.get("trunk", ""),
        mobiles=tuple(data["mobile"].split()),
        landlines=tuple(data["landline"].split()),
        area_in_mobile=data.get("area_mobile", False),
        double_family=data.get("double", False),
        feminine_family=data.get("feminine", False),
        women=words(data["women"]),
        men=words(data["men"]),
        family=words(data["family"]),
        cities=weighted(_city(text, language) for text in data["cities"]),
        street=data["street"],
        streets=tuple(data["streets"].split("|")),
        companies=tuple(data["companies"]),
        brands=words(data["brands"]),
        heads=_heads(data["heads"]),
        mail=tuple(data["mail"].split()),
        trades={industry: words(text, "|") for industry, text in data["trades"].items()},
    )


def _heads(text: str) -> tuple[str, str]:
    man, woman = text.split()
    return man.replace("_", " "), woman.replace("_", " ")


def _word(text: str, language: str) -> Word:
    shown, _, spelt = text.partition("=")
    shown = shown.replace("_", " ")
    return shown, spelt or latin(shown, language)


def _city(text: str, language: str) -> tuple[City, int]:
    name, codes, area, region, weight = text.split("|")
    return City(*_word(name, language), tuple(codes.split(",")), area, region), int(weight)


def _code(roll: Roll, codes: tuple[str, ...]) -> str:
    code = pick(roll, codes)
    first, dash, last = code.partition("-")
    # "10115-14199" is a range; "00-001" and "100-0001" are codes.
    if not dash or len(first) != len(last) or len(first) < 4:
        return code
    return str(int(first) + int(roll() * (int(last) - int(first) + 1))).zfill(len(first))


def _digits(roll: Roll, pattern: str) -> str:
    filled = pattern
    while "#" in filled:
        length = filled.count("#")
        drawn = str(int(roll() * 10**length)).zfill(length)
        if filled.endswith("#" * length):
            return filled[:-length] + drawn
        for digit in drawn:
            filled = filled.replace("#", digit, 1)
    return filled


def _yes(roll: Roll, share: float) -> str:
    return "true" if roll() < share else "false"
