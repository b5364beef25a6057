"""The short way for values that are as they should be; everything else goes the long way, with the same result.

Each reads the text of one column as it stands in the file, a hundred thousand times. What comes of it needs no escaping for COPY.
"""

import re
from collections.abc import Callable
from functools import lru_cache, partial

from rapport.kit.email_address import normalise_domain
from rapport.kit.phones import plain_e164
from rapport.kit.problem import Problem
from rapport.kit.tables.neutral import restore
from rapport.records.fields import Addresses, Emails, Field, Phones, Reference, Text
from rapport.records.fields.points import Points, country_of
from rapport.records.importing.cell import Cell, members

_EMAIL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@([a-z0-9.-]+)", re.ASCII)
# What JSON escapes, what a field takes for more than one blank, and what may name a person.
_CHANGED = re.compile(r'["\\]|  |@\[')
_INTERNATIONAL = re.compile(r"\+[1-9][0-9 ./()-]{6,30}", re.ASCII)
# A cell of its five parts in half the time.
_cell = partial(tuple.__new__, Cell)


def quick_reader(one: Points, is_key: bool) -> Callable[[str], Cell | None] | None:
    """Reads one plain e-mail address or one number with its country's prefix; answers None for any other text."""
    column, usual = one.column, one.kinds[0][0]
    if isinstance(one, Emails):

        def email(raw: str) -> Cell | None:
            text = raw.strip()
            match = _EMAIL.fullmatch(text)
            if match is None or len(text) > 100 or match.start(1) > 60 or not _is_domain(match[1]):
                return None
            values = f'"{column}":[{{"address":"{text}","type":"{usual}","verified":false}}]'
            return _cell((values, "", "", False, text.lower() if is_key else ""))

        return email
    if isinstance(one, Phones):

        def phone(raw: str) -> Cell | None:
            text = raw.strip()
            if _INTERNATIONAL.fullmatch(text) is None or "  " in text:
                return None
            number = plain_e164(text)
            if not number:
                return None
            values = (
                f'"{column}":[{{"number":"{number}","raw":"{text}","valid":true,"type":"{usual}","verified":false}}]'
            )
            return _cell((values, "", "", False, number if is_key else ""))

        return phone
    return None


def quick_text(one: Field, is_key: bool) -> Callable[[str], Cell | None] | None:
    """Reads one line of plain text without anything that would have to be changed or escaped; None for any other."""
    # Not what is made of texts, as domains, which has its own rules.
    if type(one) not in (Text, Reference):
        return None
    column, longest = one.column, one.longest  # type: ignore[attr-defined]

    def read(raw: str) -> Cell | None:
        text = (restore(raw) if "'" in raw else raw).strip()
        if not text or len(text) > longest or not text.isprintable() or _CHANGED.search(text):
            return None
        return _cell((f'"{column}":"{text}"', "", "", False, text if is_key else ""))

    return read


@lru_cache(maxsize=65_536)
def _is_domain(text: str) -> bool:
    try:
        return normalise_domain(text) == text
    except Problem:
        return False


def quick_address(one: Addresses, point: dict[str, str]) -> Cell | None:
    """One address of plain texts; None for any other, and for a country that has to be explained."""
    for text in point.values():
        if len(text) > 300 or not text.isprintable():
            return None
    made: dict[str, object] = {part: point.get(part, "") for part in one.parts}
    if made["country"]:
        made["country"] = _country(str(made["country"]))
    made["type"], made["verified"] = one.kinds[0][0], False
    return Cell(members({one.column: [made]}))


@lru_cache(maxsize=4096)
def _country(text: str) -> str:
    return country_of(text)
