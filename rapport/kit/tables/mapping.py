"""Which field each column of a file most likely is, by its name and by what stands in it.

The proposal is for a person to look at. One target is proposed once; a column about which there is no good guess gets
none. 2,000 columns against 60 targets take about a second.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from rapport.kit.dates import infer_date_format
from rapport.kit.email_address import parse_email
from rapport.kit.money import currencies, parse_amount
from rapport.kit.names import compact, fold, likeness
from rapport.kit.phones import digits
from rapport.kit.places import find_country
from rapport.kit.problem import Problem, _

# From here on a guess is worth showing as chosen.
THRESHOLD = 0.55
SAMPLES = 50
LONGEST = 1000

# Words of other tongues and other programs for the same thing, folded; a column's words are replaced before comparing.
_SAME = {
    "mail": "email", "emailadresse": "email", "courriel": "email", "correo": "email", "tel": "phone",
    "telephone": "phone", "telefon": "phone", "telefono": "phone", "rufnummer": "phone", "cell": "mobile",
    "handy": "mobile", "mobil": "mobile", "mobiltelefon": "mobile", "portable": "mobile", "zip": "postal code",
    "plz": "postal code", "postcode": "postal code", "postleitzahl": "postal code", "zipcode": "postal code",
    "town": "city", "ort": "city", "stadt": "city", "ville": "city", "ciudad": "city", "land": "country",
    "pays": "country", "pais": "country", "state": "region", "province": "region", "county": "region",
    "bundesland": "region", "vorname": "first name", "prenom": "first name", "firstname": "first name",
    "givenname": "first name", "given": "first", "forename": "first name", "nachname": "last name",
    "surname": "last name", "lastname": "last name", "familyname": "last name", "family": "last",
    "apellido": "last name", "apellidos": "last name", "firma": "organisation", "company": "organisation",
    "organization": "organisation", "account": "organisation", "unternehmen": "organisation",
    "empresa": "organisation", "societe": "organisation", "employer": "organisation", "strasse": "street",
    "rue": "street", "calle": "street", "geburtstag": "birth date", "geburtsdatum": "birth date",
    "birthday": "birth date", "dob": "birth date", "birthdate": "birth date", "sector": "industry",
    "branche": "industry", "betrag": "amount", "montant": "amount", "importe": "amount", "waehrung": "currency",
    "wahrung": "currency", "webseite": "website", "homepage": "website", "web": "website", "url": "website",
    "notiz": "note", "notes": "note", "bemerkung": "note", "comments": "note", "comment": "note",
    "titel": "title", "position": "job title",
}  # fmt: skip
_URL = re.compile(r"^(https?://|www\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(/\S*)?$", re.IGNORECASE)
_PHONE = re.compile(r"^\+?[\d\s().\-/]{6,25}(\s*(x|ext\.?)\s*\d+)?$", re.IGNORECASE)
_DAY = re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$")
_BOOLS = {"true", "false", "yes", "no", "1", "0", "ja", "nein", "oui", "non", "si", "x", "y", "n"}


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can fill.

    label: as users see it; aliases: other names. kind: text, email, phone, date, datetime, number, money, currency,
    country, bool, url, postal_code, choice, link, user or tags. choices: the allowed texts where there are few.
    looks_like: answers for one text whether it can be a value; for kinds that this module does not know.
    """

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    kind: str = "text"
    choices: tuple[str, ...] = ()
    looks_like: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """For one column: the target's key, or None; how sure (0..1); and why, as a template of the catalogues with
    {name} (the target's label)."""

    column: str
    target: str | None
    confidence: float
    reason: str = ""


def propose(columns: Sequence[tuple[str, Sequence[str]]], targets: Sequence[Target]) -> list[Proposal]:
    """For each (name, samples) the best target, every target at most once; the surest pair chooses first."""
    pairs: list[tuple[float, int, int, str]] = []
    for index, (name, samples) in enumerate(columns):
        # What a value is shows in its beginning, and some cells hold millions of characters.
        texts = [text.strip() for text in (sample[:LONGEST] for sample in samples) if text.strip()][:SAMPLES]
        shares: dict[str, float] = {}
        for rank, target in enumerate(targets):
            by_name = _by_name(name, target)
            score, reason = by_name, _("its name is like “{name}”")
            if by_name > 0.3 or target.kind in ("email", "phone", "country", "currency") or target.choices:
                share = _fit(texts, target, shares)
                score, reason = _weigh(by_name, share, target)
            if score >= THRESHOLD:
                pairs.append((score, index, rank, reason))
    pairs.sort(key=lambda pair: (-pair[0], pair[2], pair[1]))
    chosen: dict[int, Proposal] = {}
    taken: set[int] = set()
    for score, index, rank, reason in pairs:
        if index not in chosen and rank not in taken:
            taken.add(rank)
            chosen[index] = Proposal(columns[index][0], targets[rank].key, round(min(score, 1.0), 2), reason)
    return [chosen.get(index, Proposal(name, None, 0.0)) for index, (name, _samples) in enumerate(columns)]


def _weigh(by_name: float, share: float | None, target: Target) -> tuple[float, str]:
    """The score from both likenesses. Values that do not fit outweigh the name; values alone convince only for kinds
    that are unmistakable."""
    if share is None:
        return by_name, _("its name is like “{name}”")
    if by_name >= 0.75:
        factor = 0.5 + 0.5 * share if target.kind in ("text", "choice", "link", "user", "tags") else 0.25 + 0.75 * share
        both = _("its name and its values are like “{name}”")
        return by_name * factor, both if share > 0.5 else _("its name is like “{name}”")
    if share >= 0.8 and target.kind in ("email", "phone", "country", "currency"):
        weight = 0.85 if target.kind == "email" else 0.6
        return max(weight * share, 0.5 * by_name + 0.45 * share), _("its values look like “{name}”")
    if share >= 0.8 and target.choices:
        return 0.65 * share + 0.2 * by_name, _("its values are those of “{name}”")
    return by_name * (0.6 + 0.4 * share), _("its name is like “{name}”")


def _by_name(column: str, target: Target) -> float:
    """How like the column's name is to the target's key, label or an alias."""
    return max(_names_alike(column, name) for name in (target.key, target.label, *target.aliases))


@lru_cache(maxsize=65_536)
def _names_alike(column: str, name: str) -> float:
    if compact(column) == compact(name):
        return 1.0
    left, right = _words(column), _words(name)
    if not left or not right:
        return 0.0
    if left == right:
        return 0.97
    if set(left) == set(right):
        return 0.93
    # "contact_phone" says "phone" with more around it; the last word counts most in every naming habit.
    if set(right) < set(left):
        return 0.78 if left[-len(right) :] == right else 0.66
    if set(left) < set(right):
        return 0.7 if right[-len(left) :] == left else 0.58
    one, other = " ".join(left), " ".join(right)
    # Each is an upper bound of the next, and spares most pairs the slower comparison.
    total = len(one) + len(other)
    if 2 * min(len(one), len(other)) < 0.8 * total or (_letters(one) ^ _letters(other)).bit_count() > 0.2 * total:
        return 0.0
    if SequenceMatcher(None, one, other).quick_ratio() < 0.8:
        return 0.0
    alike = likeness(one, other)
    return alike * 0.9 if alike >= 0.8 else 0.0


@lru_cache(maxsize=65_536)
def _letters(text: str) -> int:
    """Which letters it has, as bits; two letters may share one."""
    mask = 0
    for letter in text:
        mask |= 1 << (ord(letter) & 63)
    return mask


@lru_cache(maxsize=65_536)
def _words(name: str) -> tuple[str, ...]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    whole = fold(spaced).replace("e mail", "email")
    words = [word for part in whole.split() for word in _SAME.get(part, part).split()]
    return tuple(word for word in words if word not in ("the", "of", "de", "der"))


def _fit(texts: Sequence[str], target: Target, shares: dict[str, float]) -> float | None:
    """The share of samples that can be values of the target; None when nothing can be said."""
    if not texts:
        return None
    if target.choices:
        known = {compact(choice) for choice in target.choices}
        return sum(compact(text) in known for text in texts) / len(texts)
    if target.looks_like:
        return sum(map(target.looks_like, texts)) / len(texts)
    test = _TESTS.get(target.kind)
    if target.kind in ("date", "datetime"):
        guess = infer_date_format(texts)
        return guess.fits / guess.total if guess.total else None
    if test is None:
        return None
    if target.kind not in shares:
        shares[target.kind] = sum(map(test, texts)) / len(texts)
    return shares[target.kind]


def _is_email(text: str) -> bool:
    try:
        return bool(parse_email(text))
    except Problem:
        return False


def _is_phone(text: str) -> bool:
    """Digits in a phone's dress; bare digits alone may be any number."""
    if _DAY.match(text) or not _PHONE.match(text):
        return False
    return 6 <= len(digits(text)) <= 17 and not text.replace(".", "", 1).isdigit()


def _is_number(text: str) -> bool:
    try:
        parse_amount(text, decimal=".")
    except Problem:
        return False
    return True


_TESTS: dict[str, Callable[[str], bool]] = {
    "email": _is_email,
    "phone": _is_phone,
    "number": _is_number,
    "money": _is_number,
    "country": lambda text: find_country(text) is not None,
    "currency": lambda text: text.upper() in currencies(),
    "bool": lambda text: text.lower() in _BOOLS,
    "url": lambda text: bool(_URL.match(text)),
}
