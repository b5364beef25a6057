"""A made-up language in which every text of the catalogues stands in ⟦brackets⟧, and what on a page stands in none."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import available_timezones

import django
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings as site

from tests.translations import template

# A language that nobody needs, with English dates and numbers.
LANGUAGE = "en-au"
OPEN, CLOSE = "⟦", "⟧"
# What a program reads, and what Babel writes, is no text of ours.
SKIPPED = {"script", "style", "time", "code", "kbd", "pre", "samp", "svg"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SHOWN = ("title", "aria-label", "placeholder", "alt", "aria-description", "aria-valuetext", "aria-roledescription")
SAME_EVERYWHERE = {
    *Locale.parse("en").currencies,
    "Rapport",
    "CSV",
    "XLSX",
    "API",
    "JSON",
    "REST",
    "OpenAPI",
    "UTC",
    "HTTP",
    "Excel",
    "PostgreSQL",
    "ID",
}
# An address, a file, an amount with its currency, an address of a machine, a key of the keyboard, a code name.
NO_WORDS = re.compile(
    r"\S+@\S*|https?://\S+|\b[\w-]+(\.[\w-]+)+\b|/\S+|[A-Z]{1,3}\$?[\s\u00a0]?-?\d[\d.,\u00a0\u202f]*\s?[KMB]?\b|[\d.,]+\s?[KMBGk]?B?\b"
    r"|\b\w+_\w+\b|\b(Ctrl|Esc|Enter|Tab|Shift|Alt|Cmd)\b"
)
# Babel's, where no <time> is around it.
DATE = re.compile(
    r"\b\d+:\d\d\s[ap]m\b|\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(\d+ )?"
    r"(January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b( \d{4})?"
)
WORD = re.compile(r"[A-Za-z]{2,}")


def write_catalogue(folder: Path) -> None:
    """Makes the language below `folder`, from our texts and Django's."""
    made = Catalog(locale="en_AU")
    sources = [template()]
    for path in Path(django.__file__).parent.glob("**/locale/en/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            sources.append(read_po(file))
    for source in sources:
        for message in source:
            if message.id and made.get(message.id, message.context) is None:
                forms = message.id if message.pluralizable else (message.id,)
                wrapped = tuple(f"{OPEN}{form}{CLOSE}" for form in forms)
                made.add(message.id, wrapped if message.pluralizable else wrapped[0], context=message.context)
    target = folder / "en_AU" / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, made)


def known_names() -> frozenset[str]:
    """What Babel and the settings name by themselves: countries, languages, currencies, months, zones."""
    locale, plain = Locale.parse("en_AU"), Locale.parse("en")
    names = {
        *plain.territories.values(),
        *plain.languages.values(),
        *locale.territories.values(),
        *locale.languages.values(),
        *locale.currencies.values(),
    }
    names |= {f"{code} – {name}" for code, name in locale.currencies.items()} | set(locale.currencies)
    names |= set(locale.months["stand-alone"]["wide"].values()) | set(locale.days["stand-alone"]["wide"].values())
    names |= set(locale.days["stand-alone"]["abbreviated"].values()) | set(
        locale.months["stand-alone"]["abbreviated"].values()
    )
    zones = {zone.replace("_", " ") for zone in available_timezones()}
    return frozenset({*names, *zones, "English (Australia)", *(name for _code, name in site.LANGUAGES)})


class Reader(HTMLParser):
    """Walks through a page and keeps what people can read outside of any brackets, and where it leads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, bool]] = []
        self.depth = 0
        self.found: list[str] = []
        self.links: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith(("/", "?")) and "download" not in given:
            self.links.append((given["href"], False))
        if given.get("hx-get", "").startswith(("/", "?")):
            self.links.append((given["hx-get"], True))
        skipped = tag in SKIPPED or "data-as-is" in given
        if not skipped:
            self.found += [f"{name}={value!r}" for name, value in self._words_in(tag, given)]
        if tag not in VOID:
            self.stack.append((tag, skipped))

    def _words_in(self, tag: str, given: dict[str, str]) -> Iterator[tuple[str, str]]:
        for name, value in given.items():
            said = name in SHOWN or (name.startswith("data-") and " " in value and not value.startswith(("{", "[")))
            if name == "value" and tag == "input" and given.get("type") in ("submit", "button", "reset"):
                said = True
            if said and not name.startswith(("data-behaviour", "data-shortcut")) and escaped(outside(value)):
                yield name, value

    def handle_endtag(self, tag: str) -> None:
        while self.stack:
            if self.stack.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        text, self.depth = cut(data, self.depth)
        if not any(skipped for _tag, skipped in self.stack) and escaped(text):
            self.found.append(" ".join(data.split()))


def cut(text: str, depth: int) -> tuple[str, int]:
    """What of `text` stands outside of brackets, and how many are open at its end."""
    kept = []
    for character in text:
        if character == OPEN:
            depth += 1
        elif character == CLOSE:
            depth -= 1
        elif depth == 0:
            kept.append(character)
    return "".join(kept), depth


def outside(text: str) -> str:
    return cut(text, 0)[0]


KNOWN = known_names()


def escaped(text: str) -> bool:
    """Whether it has words that no catalogue knows."""
    plain = " ".join(text.split())
    if not plain or plain in KNOWN:
        return False
    return any(word not in SAME_EVERYWHERE for word in WORD.findall(NO_WORDS.sub(" ", DATE.sub(" ", plain))))


def escapes(html: str) -> tuple[list[str], Iterable[tuple[str, bool]]]:
    """The texts of a page that went through no catalogue, and its links as (address, whether htmx follows it)."""
    reader = Reader()
    reader.feed(html)
    return reader.found, reader.links
