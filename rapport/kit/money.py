"""Amounts of money and the many ways in which people write numbers."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
    get_territory_currencies,
)

from rapport.kit.problem import Problem, _

MAX_DIGITS = 30

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\t"), " ")
_SIGNS = {ord("\u2212"): "-", ord("\u2013"): "-", ord("\u2019"): "'", ord("\u066b"): ".", ord("\u066c"): ","}
_DIGITS = {ord(c): str(i) for zero in ("\u0660", "\u06f0") for i, c in enumerate(chr(ord(zero) + n) for n in range(10))}
_TRANSLATE = {**_SPACES, **_SIGNS, **_DIGITS}

# Signs that name exactly one currency, and those that only say "money". "$" and "kr" belong to many countries.
_SYMBOLS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₪": "ILS", "₫": "VND",
    "₴": "UAH", "₦": "NGN", "฿": "THB", "zł": "PLN", "r$": "BRL", "us$": "USD", "a$": "AUD", "c$": "CAD", "kč": "CZK",
    "$": "", "kr": "", "kr.": "", "fr.": "", "fr": "", "rs": "", "rs.": "",
}  # fmt: skip
_AFFIX = re.compile(r"^(?P<before>[^\d.,'()+\- ]{1,4}\.?)? *(?P<body>.*?) *(?P<after>[^\d.,'()+\- ]{1,4}\.?)?$")
_SCIENTIFIC = re.compile(r"^\d{1,20}(\.\d{1,20})?[eE][+-]?\d{1,2}$")
_BODY = re.compile(r"^\d[\d.,' ]*$|^[.,]\d+$")


class AmbiguousNumber(Problem):
    """The text can be read as two different numbers ("1,234") and nothing decides."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its ISO 4217 currency. Adding two currencies raises ValueError; nothing is converted here."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        check_currency(self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(self.amount * factor, self.currency)

    def rounded(self) -> "Money":
        """The amount at the currency's minor units (EUR 2, JPY 0, KWD 3), half away from zero."""
        return Money(round_amount(self.amount, self.currency), self.currency)

    def format(self, locale: str = "en_GB") -> str:
        """The amount as a reader of `locale` expects it; the currency's own number of decimals."""
        where = _locale(locale)
        made = format_currency(self.amount, self.currency, locale=where)
        return set_apart(made, get_currency_symbol(self.currency, locale=where))

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise Problem(_("{a} and {b} cannot be added without a rate"), a=self.currency, b=other.currency)
        return other


def set_apart(text: str, sign: str) -> str:
    """ "SEK33" becomes "SEK 33", with a space that does not break; "US$33" stays.

    A currency's sign whose edge is a letter keeps apart from a digit beside it: currencySpacing of Unicode's CLDR
    (TR 35, part 3), which Babel leaves out.
    """
    before, found, after = text.partition(sign)
    if not found:
        return text
    if before[-1:].isdigit() and unicodedata.category(sign[0])[0] not in "SZ":
        before += "\u00a0"
    if after[:1].isdigit() and unicodedata.category(sign[-1])[0] not in "SZ":
        after = f"\u00a0{after}"
    return f"{before}{sign}{after}"


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Every ISO 4217 code that Babel knows, historical ones included."""
    return frozenset(get_global("all_currencies"))


@lru_cache(maxsize=1)
def current_currencies() -> tuple[str, ...]:
    """The codes of the currencies that some country pays with today, sorted."""
    territories = get_global("territory_currencies")
    return tuple(sorted({code for territory in territories for code in get_territory_currencies(territory)}))


def check_currency(code: str) -> str:
    """`code` itself when it is a known upper-case ISO 4217 code; else ValueError."""
    if code not in currencies():
        raise Problem(_("“{code}” is not a currency code such as EUR"), code=code)
    return code


def minor_units(currency: str) -> int:
    """Digits after the decimal separator: 2 for EUR, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """`amount` at the currency's minor units, half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=ROUND_HALF_UP)


def format_amount(amount: Decimal, locale: str = "en_GB") -> str:
    """The number with the grouping and decimal signs of `locale`, no currency."""
    return format_decimal(amount, locale=_locale(locale), decimal_quantization=False)


def parse_amount(text: str, decimal: str | None = None) -> Decimal:
    """The number in `text`; currency signs and codes around it are ignored.

    `decimal` ("." or ",") is the column's decimal sign and is asked only where one text has two readings: a single
    sign followed by exactly three digits after one to three others ("1,234"). Without it that is AmbiguousNumber.
    Everything else decides itself: two different signs (the last is the decimal one), a repeated sign (grouping),
    another count of digits after it, a leading zero ("0,125"). Raises Problem (a ValueError) for anything else.
    """
    return _split(text, decimal)[0]


def parse_money(text: str, currency: str | None = None, decimal: str | None = None) -> Money:
    """Like `parse_amount`, with the currency written in the text, else `currency`; Problem when neither names one."""
    amount, written = _split(text, decimal)
    code = written or currency
    if not code:
        raise Problem(_("“{text}” names no currency"), text=text.strip()[:60])
    return Money(amount, code)


def infer_number_format(samples: Iterable[str]) -> str | None:
    """The decimal sign of a column, "." or ",", from those samples that decide it; None if none does or they disagree.

    Texts that are no numbers are passed over: the caller reports them when it parses the column.
    """
    seen: set[str] = set()
    for sample in samples:
        try:
            body = _strip(sample)[1]
        except ValueError:
            continue
        sign = _decimal_sign(body)
        if sign in (".", ","):
            seen.add(sign)
        elif sign is None and (grouping := _grouping_sign(body)):
            seen.add("," if grouping == "." else ".")
    return seen.pop() if len(seen) == 1 else None


def _split(text: str, decimal: str | None) -> tuple[Decimal, str]:
    negative, body, currency = _strip(text)
    if _SCIENTIFIC.match(body):
        value = Decimal(body)
        return (-value if negative else value), currency
    sign = _decimal_sign(body)
    if sign == "?":
        if decimal is None:
            raise AmbiguousNumber(_("“{text}” can be read in two ways; say which sign is decimal"), text=text.strip())
        sign = decimal if decimal in body else None
    whole, _sep, fraction = body.rpartition(sign) if sign else (body, "", "")
    if fraction and not fraction.isdecimal():
        raise Problem(_("“{text}” is not a number"), text=text.strip())
    plain = _ungroup(whole, text)
    if len(plain) + len(fraction) > MAX_DIGITS:
        raise Problem(_("“{text}…” has more than {count} digits"), text=text.strip()[:20], count=MAX_DIGITS)
    value = Decimal(f"{plain or '0'}.{fraction}" if fraction else plain)
    return (-value if negative else value), currency


def _strip(text: str) -> tuple[bool, str, str]:
    """(negative, the digits with their signs, currency code or "")."""
    rest = text.translate(_TRANSLATE).strip()
    if len(rest) > 100:
        raise Problem(_("“{text}…” is not a number"), text=rest[:20])
    if not rest:
        raise Problem(_("there is no number"))
    if _SCIENTIFIC.match(rest.lstrip("+-")):
        return rest.startswith("-"), rest.lstrip("+-"), ""
    negative = signed = False
    currency = ""
    # Sign, brackets and currency come in any order: "-€ 5", "€ -5", "(€5)", "5 EUR-".
    for _round in range(3):
        before = rest
        if not signed:
            if rest.startswith("(") and rest.endswith(")"):
                signed, negative, rest = True, True, rest[1:-1].strip()
            elif rest[:1] in ("-", "+"):
                signed, negative, rest = True, rest[0] == "-", rest[1:].strip()
            elif rest[-1:] == "-":
                signed, negative, rest = True, True, rest[:-1].strip()
        match = _AFFIX.match(rest)
        if match and (found := match["before"] or match["after"]):
            code = _currency_of(found)
            if code is None or (match["before"] and match["after"]):
                raise Problem(_("“{text}” is not a number"), text=text.strip())
            currency, rest = code, match["body"].strip()
        if rest == before:
            break
    if not _BODY.match(rest):
        raise Problem(_("“{text}” is not a number"), text=text.strip())
    return negative, rest.strip(), currency


def _currency_of(sign: str) -> str | None:
    if sign.upper() in currencies():
        return sign.upper()
    return _SYMBOLS.get(sign.lower())


def _decimal_sign(body: str) -> str | None:
    """The decimal sign in the body, None when there is none, "?" when one text has two readings."""
    dot, comma = body.count("."), body.count(",")
    if dot and comma:
        last = "." if body.rindex(".") > body.rindex(",") else ","
        if body.count(last) > 1:
            raise Problem(_("“{text}” is not a number"), text=body)
        return last
    if dot + comma == 0 or dot + comma > 1:
        return None
    sign = "." if dot else ","
    before, after = body.split(sign)
    if len(after) != 3 or not 1 <= len(before) <= 3 or before.startswith("0") or "'" in before or " " in before:
        return sign
    return "?"


def _grouping_sign(body: str) -> str | None:
    return next((sign for sign in ".," if body.count(sign) > 1), None)


def _ungroup(whole: str, text: str) -> str:
    """The digits of the whole part; groups must be of three, or of two before a last three as written in India."""
    if whole.isdigit() or not whole:
        return whole
    signs = {c for c in whole if not c.isdigit()}
    groups = re.split(r"[.,' ]", whole)
    middle = {len(g) for g in groups[1:-1]}
    if len(signs) != 1 or len(groups[-1]) != 3 or not 1 <= len(groups[0]) <= 3 or not (middle <= {3} or middle <= {2}):
        raise Problem(_("“{text}” is not a number: its digits are grouped in no known way"), text=text.strip())
    return "".join(groups)


def _locale(locale: str) -> str:
    return locale.replace("-", "_")
