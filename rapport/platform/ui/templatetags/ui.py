"""Tags and filters that every template may use without {% load %}."""

import copy
import datetime
import logging
import re
import secrets
import zlib
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.numbers import (
    NumberPattern,
    UnknownCurrencyError,
    format_compact_currency,
    format_currency,
    format_decimal,
    get_currency_name,
    get_currency_symbol,
)
from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.kit.money import set_apart
from rapport.platform.ui.assets import icon_names
from rapport.platform.ui.markup import markup

register = template.Library()
log = logging.getLogger(__name__)
ICONS = frozenset(icon_names())
TINTS = 10
LEGAL_FORMS = {
    "ab", "ag", "aps", "as", "asa", "bv", "co", "company", "corp", "corporation", "cv", "ev", "gmbh", "holding", "inc",
    "kg", "kgaa", "kk", "limited", "llc", "llp", "ltd", "lda", "nv", "oy", "oyj", "plc", "pty", "pvt", "sa", "sarl",
    "sas", "sc", "se", "sl", "sp", "spa", "sro", "srl", "the", "and", "und", "z", "o", "j",
}  # fmt: skip
HONORIFICS = {"dr", "mr", "mrs", "ms", "prof", "sir", "the"}


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language or "en-gb", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def locale() -> Locale:
    """The Babel locale of the language that is active for this request."""
    return _locale(get_language() or "en-gb")


@lru_cache(maxsize=512)
def _icon(name: str, css: str) -> SafeString:
    """Kept, because a page has dozens: the sprite's address is the same until the process ends."""
    address = static("vendor/icons.svg")
    return markup('<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, address, name)


# They point to where one reads on or came from, so they are mirrored from right to left.
FLIPS = frozenset(
    {
        "arrow-left", "arrow-right", "chevron-left", "chevron-right", "corner-down-left", "external-link", "kanban",
        "list", "list-checks", "log-in", "log-out", "panel-left", "panel-right", "send", "undo-2",
    }
)  # fmt: skip


@register.simple_tag
def once() -> SafeString:
    """For a form that must not be done twice: names this drawing of it, so that a double click is found out."""
    return markup('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(12))


@register.simple_tag
def new_id() -> str:
    """An id that nothing on any page has: htmx's morph then puts the element in, instead of turning another into it."""
    return f"id-{secrets.token_hex(8)}"


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A Lucide icon named in icons.txt; decorative, so the element around it needs a text or an aria-label."""
    if name not in ICONS:
        log.warning("icons.txt does not name the icon %r", name)
        name = "circle"
    if name in FLIPS and "flips" not in css:
        css = f"{css} flips".strip()
    return _icon(name, f" {css}" if css else "")


Entry = tuple[str, str, str, str, bool, tuple["Entry", ...]]


@register.simple_tag
def nav(sections: list[dict[str, Any]]) -> SafeString:
    """The sidebar's links. They are the same on page after page, so what they look like is kept."""
    return _nav(tuple((str(one["label"]), tuple(map(_entry, one["entries"]))) for one in sections), get_language())


def _entry(entry: dict[str, Any]) -> Entry:
    below = tuple(_entry(one) for one in entry.get("below", ()))
    return entry["url"], str(entry["label"]), entry["icon"], entry.get("keys", ""), bool(entry["current"]), below


@lru_cache(maxsize=1024)
def _nav(sections: tuple[tuple[str, tuple[Entry, ...]], ...], language: str) -> SafeString:
    def named(entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
        names = ("url", "label", "icon", "keys", "current", "below")
        return [{**dict(zip(names, entry, strict=True)), "below": named(entry[5])} for entry in entries]

    found = [{"label": label, "entries": named(entries)} for label, entries in sections]
    return SafeString(render_to_string("ui/nav.html", {"sections": found}))


@register.filter
def initials(name: object) -> str:
    """ "Ana María de Souza" -> "AS": the first letters of the first and the last word that begin with a letter."""
    words = [w for w in str(name or "").replace(".", " ").split() if w[:1].isalpha() and w.lower() not in HONORIFICS]
    if not words:
        return (str(name or "").strip()[:1] or "?").upper()
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def emblem(name: object) -> str:
    """ "Stuhlwerk Nord GmbH" -> "SN": for organisations the first two words count, and legal forms do not."""
    words = re.findall(r"[^\W_]+", str(name or ""))
    telling = [w for w in words if w.lower() not in LEGAL_FORMS] or words
    return "".join(w[0] for w in telling[:2]).upper() or "?"


@register.filter
def tint(name: object) -> str:
    """A class "tint-0" to "tint-9" that stays the same for the same name, everywhere and after a restart."""
    return f"tint-{zlib.crc32(str(name or '').encode()) % TINTS}"


@register.simple_tag
def face(name: object, shape: str = "round", size: str = "", picture: str = "") -> SafeString:
    """A picture, else initials on the name's tint: "round" people, "square" organisations; without a shape nothing."""
    return _face(str(name or ""), shape, size, picture) if shape else SafeString("")


@lru_cache(maxsize=4096)
def _face(name: str, shape: str, size: str, picture: str) -> SafeString:
    """The same, kept: owners and customers come again, on one page and on the next."""
    return markup(
        '<span class="avatar {}"{}{} aria-hidden="true">{}</span>',
        tint(name),
        markup(' data-size="{}"', size) if size else "",
        SafeString(' data-shape="square"') if shape == "square" else "",
        markup('<img src="{}" alt="" loading="lazy">', picture)
        if picture
        else (emblem if shape == "square" else initials)(name),
    )


@register.simple_tag
def money(amount: Decimal | float | str | None, currency: str = "", short: bool = False) -> str:
    """ "€1,200.00" in the reader's language; short for cards and tiles ("€1.2M"); nothing for None."""
    value = _number(amount)
    return "" if value is None else _money(value, currency, short, locale())


@lru_cache(maxsize=8192)
def _money(value: Decimal, currency: str, short: bool, where: Locale) -> str:
    """The same for a number. A board says a hundred amounts and is fetched anew with each change, so they are kept."""
    if not currency:
        return format_decimal(value, locale=where)
    try:
        if short and abs(value) >= _compact_from(where):
            made = format_compact_currency(_settled(value), currency, locale=where, fraction_digits=1)
            return typeset(made, currency)
        if short:
            pattern = _whole(where)
            made = format_currency(value, currency, locale=where, format=pattern, currency_digits=False)
            return typeset(made, currency)
        return typeset(format_currency(value, currency, locale=where), currency)
    except UnknownCurrencyError:
        return f"{format_decimal(value, locale=where)} {currency}"


def typeset(text: str, currency: str) -> str:
    """An amount with its sign where it belongs: "SEK 33", and "US$" not shown as "$US" from right to left."""
    sign: str = get_currency_symbol(currency, locale=locale())
    text = set_apart(text, sign)
    # The sign holds on to the letters before it.
    turns = locale().text_direction == "rtl" and sign[:1].isascii() and sign[:1].isalpha()
    return text.replace(sign, f"{sign}\u200e") if turns else text


def currency_label(code: str) -> str:
    """ "EUR – Euro", the name in the reader's language."""
    return f"{code} – {get_currency_name(code, locale=locale())}"


@lru_cache(maxsize=64)
def _compact_from(reader: Locale) -> int:
    """From which amount on the language has a short word: German has none for thousands."""
    pattern = reader.compact_currency_formats["short"]["other"]["100000"].pattern
    return 100_000 if any(sign.isalpha() for sign in pattern) else 1_000_000


def _settled(value: Decimal) -> Decimal:
    """999,960 rounds to a million, which is "1.0M" and not "1000.0K"."""
    for edge in (Decimal(10**6), Decimal(10**9), Decimal(10**12)):
        if edge - edge / 20_000 <= abs(value) < edge:
            return edge.copy_sign(value)
    return value


@lru_cache(maxsize=64)
def _whole(reader: Locale) -> NumberPattern:
    """The locale's own currency pattern without decimals."""
    pattern = copy.copy(reader.currency_formats["standard"])
    pattern.frac_prec = (0, 0)
    return pattern


@register.simple_tag
def number(value: Decimal | float | str | None, digits: int | None = None) -> str:
    """ "10,000" in the reader's language, with at most `digits` decimals when given; nothing for None."""
    found = _number(value)
    if found is None:
        return ""
    return _decimal(round(found, digits) if digits is not None else found, locale())


@lru_cache(maxsize=8192)
def _decimal(value: Decimal, where: Locale) -> str:
    return format_decimal(value, locale=where)


def _number(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


@register.simple_tag
def day(value: datetime.date | None, style: str = "medium") -> SafeString | str:
    """ "3 Jun 2026" as a <time> element; a moment is taken to the viewer's time zone first."""
    if not value:
        return ""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value).date()
    return markup('<time datetime="{}">{}</time>', value.isoformat(), format_date(value, style, locale=locale()))


@register.simple_tag
def moment(value: datetime.datetime | None, style: str = "short") -> SafeString | str:
    """Date and time in the viewer's zone as a <time> element."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return markup(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        _full(local),
        format_datetime(local, f"d MMM y, {'HH:mm' if style == 'short' else 'HH:mm:ss'}", locale=locale()),
    )


@register.simple_tag
def ago(value: datetime.datetime | None) -> SafeString | str:
    """ "3 hours ago" or "in 2 days", the exact moment on hover, in the viewer's zone; after 30 days the date."""
    if not value:
        return ""
    local = timezone.localtime(value)
    delta = local - timezone.now()
    if abs(delta) < datetime.timedelta(days=30):
        text = format_timedelta(delta, add_direction=True, locale=locale(), threshold=1)
    else:
        text = format_date(local.date(), "medium", locale=locale())
    return markup('<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), _full(local), text)


def _full(local: datetime.datetime) -> str:
    """ "Monday 3 November 2026, 09:15:00 CET"; a page says it of dozens of moments, so its parts are kept."""
    where = locale()
    return f"{_day(local.date(), where)}, {local:%H:%M:%S} {_zone(local.tzinfo, local.dst(), where)}"


@lru_cache(maxsize=4096)
def _day(date: datetime.date, where: Locale) -> str:
    return format_date(date, "EEEE d MMMM y", locale=where)


@lru_cache(maxsize=512)
def _zone(zone: datetime.tzinfo, dst: datetime.timedelta, where: Locale) -> str:
    moment = datetime.datetime(2026, 7 if dst else 1, 1, tzinfo=zone)
    if moment.dst() != dst:
        moment = datetime.datetime(2026, 1 if dst else 7, 1, tzinfo=zone)
    return format_datetime(moment, "zzz", locale=where)


@register.simple_tag
def when(value: datetime.date | None) -> SafeString | str:
    """A day as people say it: "yesterday", "Friday", "12 Dec", with the year only when it is another one."""
    if not value:
        return ""
    return _when(value, timezone.localdate(), locale(), get_language() or "")


@lru_cache(maxsize=4096)
def _when(value: datetime.date, today: datetime.date, where: Locale, _language: str) -> SafeString:
    """The same, kept: the days of a board are few, and each is written in two ways."""
    away = (value - today).days
    if abs(away) <= 1:
        text = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[away]
    elif 1 < away < 7:
        text = format_date(value, "EEEE", locale=where)
    elif -7 < away < 0:
        text = format_timedelta(datetime.timedelta(days=away), add_direction=True, locale=where)
    elif value.year == today.year:
        text = format_skeleton("MMMd", value, locale=where)
    else:
        text = format_date(value, "medium", locale=where)
    full = format_date(value, "full", locale=where)
    return markup('<time datetime="{}" title="{}">{}</time>', value.isoformat(), full, text)


@register.filter
def in_text(name: object) -> str:
    """The name of a kind of thing as it stands within a sentence: small, but for German, where nouns are tall."""
    text = str(name)
    as_it_is = (get_language() or "").startswith("de") or text[1:2].isupper()
    return text if as_it_is else text[:1].lower() + text[1:]


@register.filter
def percent_of(part: float | None, whole: float | None) -> int:
    """How many whole percent `part` is of `whole`, 0 to 100; 0 when there is no whole."""
    return max(0, min(100, round(100 * (part or 0) / whole))) if whole else 0


def _tagged(extra_tags: str | None, name: str) -> str:
    return next((t.removeprefix(f"{name}:") for t in (extra_tags or "").split() if t.startswith(f"{name}:")), "")


def _own_path(extra_tags: str | None, name: str) -> str:
    path = _tagged(extra_tags, name)
    return path if path.startswith("/") and not path.startswith("//") else ""


@register.filter
def undo_address(extra_tags: str | None) -> str:
    """The address after "undo:" in a message's extra_tags, only if it is one of our own paths."""
    return _own_path(extra_tags, "undo")


@register.filter
def redo_address(extra_tags: str | None) -> str:
    """The address after "redo:", where what was undone is done again; one of our own paths."""
    return _own_path(extra_tags, "redo")


@register.filter
def once_key(extra_tags: str | None) -> str:
    """What stands after "once:": a later notice with the same key takes the place of this one."""
    return _tagged(extra_tags, "once")


@register.filter
def more_address(extra_tags: str | None) -> str:
    """The address after "see:" in a message's extra_tags, where more of what it says stands; one of our own paths."""
    return _own_path(extra_tags, "see")
