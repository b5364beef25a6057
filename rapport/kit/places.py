"""Countries and postal addresses."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from rapport.kit.names import fold
from rapport.kit.problem import Problem, _

LANGUAGES = ("en", "de", "fr", "es")

# Names in daily use that the Unicode tables do not have, folded.
_ALIASES = {
    "uk": "GB", "u k": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "grossbritannien": "GB", "grande bretagne": "GB", "gran bretana": "GB",
    "usa": "US", "u s a": "US", "u s": "US", "united states of america": "US", "america": "US", "eeuu": "US",
    "vereinigte staaten von amerika": "US", "etats unis d amerique": "US", "etats unis": "US", "ee uu": "US",
    "korea": "KR", "republic of korea": "KR", "korea republic of": "KR", "korea south": "KR", "corea": "KR",
    "coree": "KR",
    "north korea": "KP", "dprk": "KP", "holland": "NL", "the netherlands": "NL", "czech republic": "CZ",
    "tschechische republik": "CZ", "republique tcheque": "CZ", "republica checa": "CZ", "russian federation": "RU",
    "burma": "MM", "macedonia": "MK", "turkey": "TR", "swaziland": "SZ", "ivory coast": "CI", "viet nam": "VN",
    "uae": "AE", "emirates": "AE", "prc": "CN", "peoples republic of china": "CN", "hong kong": "HK", "macau": "MO",
    "taiwan": "TW", "republic of ireland": "IE", "eire": "IE", "iran islamic republic of": "IR", "cape verde": "CV",
    "syrian arab republic": "SY", "tanzania united republic of": "TZ", "bolivia plurinational state of": "BO",
    "venezuela bolivarian republic of": "VE", "moldova republic of": "MD", "lao peoples democratic republic": "LA",
    "brasil": "BR", "italia": "IT", "espana": "ES", "deutschland": "DE", "osterreich": "AT", "schweiz": "CH",
    "polska": "PL", "sverige": "SE", "norge": "NO", "danmark": "DK", "suomi": "FI", "nederland": "NL", "belgie": "BE",
}  # fmt: skip
# The territories of Babel that are no countries: groupings, and what the tables keep for testing.
_NO_COUNTRY = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"}


class UnknownCountry(Problem):
    """`suggestion` is the code of the country whose name is nearly the text ("Philipines" -> "PH"), or ""."""

    def __init__(self, text: str, suggestion: str) -> None:
        shown = text.strip()[:60]
        if suggestion:
            message = _("“{text}” is not a country; is {suggestion} meant?")
            super().__init__(message, text=shown, suggestion=country_name(suggestion))
        else:
            super().__init__(_("“{text}” is not a country"), text=shown)
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address. `street` may have several lines; `country` is an ISO code or ""; the rest is text as written
    (postal codes keep their leading zeros)."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """All ISO 3166 codes of countries and their territories."""
    codes = get_global("territory_currencies")
    names = Locale("en").territories
    return frozenset(code for code in codes if len(code) == 2 and code in names and code not in _NO_COUNTRY)


def country_name(code: str, locale: str = "en") -> str:
    """The name for readers of `locale`; the code itself when it is none."""
    return _territories(locale).get(code, code)


def find_country(text: str) -> str | None:
    """The ISO code for a code, or a name in English, German, French or Spanish, or a usual other name; else None."""
    text = text.strip()
    if len(text) == 2 and text.upper() in countries():
        return text.upper()
    if len(text) == 3 and (code := _alpha3().get(text.upper())):
        return code
    return _by_name().get(fold(text[:100]))


def parse_country(text: str) -> str:
    """Like `find_country`; raises UnknownCountry (a ValueError) for what is no country."""
    code = find_country(text)
    if code is None:
        raise UnknownCountry(text, _nearest(fold(text[:60])))
    return code


@lru_cache(maxsize=1000)
def _nearest(folded: str) -> str:
    near = get_close_matches(folded, _by_name(), n=1, cutoff=0.85)
    return _by_name()[near[0]] if near else ""


def default_currency(country: str) -> str:
    """The ISO 4217 code of the money in use in a country, or ""."""
    entries = get_global("territory_currencies").get(country, ())
    current = [code for code, _start, end, tender in entries if end is None and tender]
    return current[0] if current else ""


def address_lines(address: Address, locale: str = "en", home: str = "") -> list[str]:
    """The lines in the order of the address's own country; its name last unless it is `home`. Empty parts vanish."""
    pattern = _PATTERNS.get(address.country, "{postal_code} {city}\n{region}")
    parts = {
        "city": address.city.strip(),
        "region": address.region.strip(),
        "postal_code": address.postal_code.strip(),
    }
    lines = address.street.splitlines()
    lines += pattern.format(**parts).splitlines()
    if address.country and address.country != home:
        lines.append(country_name(address.country, locale))
    cleaned = (" ".join(line.split()).strip(" ,") for line in lines)
    return [line for line in cleaned if line]


_CITY_REGION_CODE = "{city}, {region} {postal_code}"
_PATTERNS = {
    "US": _CITY_REGION_CODE,
    "CA": "{city} {region} {postal_code}",
    "AU": "{city} {region} {postal_code}",
    "GB": "{city}\n{region}\n{postal_code}",
    "IE": "{city}\n{region}\n{postal_code}",
    "BR": "{city} - {region}\n{postal_code}",
    "IT": "{postal_code} {city} {region}",
    "MX": "{postal_code} {city}, {region}",
    "IN": "{city} {postal_code}\n{region}",
    "NZ": "{city} {postal_code}\n{region}",
    "ZA": "{city}\n{region}\n{postal_code}",
    "JP": "{postal_code}\n{region} {city}",
    "CN": "{postal_code} {region} {city}",
    "KR": "{region} {city}\n{postal_code}",
    "SG": "{city} {postal_code}",
    "VE": "{city} {postal_code}, {region}",
}


@lru_cache(maxsize=50)
def _territories(locale: str) -> dict[str, str]:
    try:
        return dict(Locale.parse(locale.replace("-", "_")).territories)
    except (UnknownLocaleError, ValueError):
        return dict(Locale("en").territories)


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in _territories(language).items():
            if code in countries():
                names.setdefault(fold(name), code)
    names.update(_ALIASES)
    return names


@lru_cache(maxsize=1)
def _alpha3() -> dict[str, str]:
    aliases = get_global("territory_aliases")
    return {old: new[0] for old, new in aliases.items() if len(old) == 3 and old.isalpha() and new[0] in countries()}
