"""Lists of contact points on the row: e-mails, phones and postal addresses. The first of a list is the primary one."""

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.types.json import Jsonb

from rapport.kit.condition import OPPOSITES
from rapport.kit.email_address import normalise_email
from rapport.kit.folding import fold_text
from rapport.kit.phones import parse_phone, search_digits
from rapport.kit.places import Address, address_lines, countries, country_name, parse_country
from rapport.kit.problem import Problem
from rapport.platform.access.gate import Rule
from rapport.platform.ui.markup import joined, markup
from rapport.platform.ui.templatetags.ui import locale
from rapport.records.errors import Invalid
from rapport.records.fields.base import Context, Field, json_of, row_id
from rapport.records.fields.text import plain_text
from rapport.records.operators import compare

MOST = 50


def country_of(value: Any) -> str:
    """The ISO code of a country given by code or name. Raises Invalid."""
    try:
        return parse_country(str(value))
    except Problem as problem:
        raise Invalid.of(problem, value) from None


class Points(Field):
    """A JSON list on the row. `main` is the key of each element's value; `column` of the first is also generated."""

    kind, widget, sortable = "text", "points", True
    main = "address"
    kinds: tuple[tuple[str, Any], ...] = ()
    parts: tuple[str, ...] = ()

    def __init__(self, name: str, label: Any = None, *, first: str, **more: Any) -> None:
        super().__init__(name, label, **more)
        self.first = first

    def load(self, raw: Any) -> Any:
        return [{**point, "primary": i == 0} for i, point in enumerate(json_of(raw[0]) or [])]

    def order(self, alias: str) -> str:
        return f'{alias}."{self.first}"'

    def where(self, alias: str, op: str, value: Any, context: Context) -> Rule:
        """A condition holds if one element of the list meets it; its opposite, if none does."""
        if op in ("is_empty", "is_filled"):
            return Rule(f"""{alias}."{self.column}" {"=" if op == "is_empty" else "<>"} '[]'::jsonb""")
        positive = OPPOSITES.get(op, op)
        element, wanted = self.asked(value)
        one = compare("text", element, positive, wanted, context)
        rule = f'EXISTS (SELECT 1 FROM jsonb_array_elements({alias}."{self.column}") p WHERE {one.sql})'  # noqa: S608
        return Rule(rule if positive == op else f"NOT {rule}", one.params)

    def asked(self, value: Any) -> tuple[str, Any]:
        """What of an element `p` a condition compares, as SQL, and with what."""
        return f"(p ->> '{self.main}')", value

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if self.empty(value):
            return {self.column: Jsonb([])}
        given = value if isinstance(value, list | tuple) else [value]
        if len(given) > MOST:
            raise Invalid(_("At most %(n)s are possible.") % {"n": MOST}, value)
        made: list[dict[str, Any]] = []
        for item in given:
            point = item if isinstance(item, dict) else {self.main: item}
            if unknown := set(point) - {*self.parts, "type", "primary", "verified", "label"}:
                raise Invalid(_("Unknown part: %(name)s.") % {"name": sorted(unknown)[0]}, value)
            if not any(point.get(part) not in (None, "") for part in self.parts):
                continue
            cleaned = self.clean_one(point, context)
            if any(self.same(cleaned, other) for other in made):
                continue
            cleaned["type"] = self.type_of(point.get("type"))
            cleaned["verified"] = point.get("verified") in (True, "true", "on", "1")
            (made.insert(0, cleaned) if point.get("primary") in (True, "true", "on", "1") else made.append(cleaned))
        return {self.column: Jsonb(made)}

    def same(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        """Whether two elements mean the same point."""
        return one[self.main] == other[self.main]

    def clean_one(self, point: dict[str, Any], context: Context) -> dict[str, Any]:
        """Checks one element. Raises Invalid."""
        raise NotImplementedError

    def type_of(self, value: Any) -> str:
        """The key of a type given by key or label; the first type when none is given. Raises Invalid."""
        text = str(value or "").strip().casefold()
        if not text:
            return self.kinds[0][0]
        # Keys first: a label is translated each time that it is looked at.
        for key, _label in self.kinds:
            if text == key:
                return key
        for key, label in self.kinds:
            if text == str(label).casefold():
                return key
        raise Invalid(_("“%(value)s” is not a type here.") % {"value": value}, value)

    def from_form(self, data: Any, name: str) -> Any:
        """Reads name-0-part, name-1-part, ... ; rows left empty are dropped by clean."""
        rows: list[dict[str, Any]] = []
        indexes = sorted(
            {at for key in data if key.startswith(f"{name}-") and (at := row_id(key.split("-")[1])) is not None}
        )
        for i in indexes[: MOST + 1]:
            rows.append({part: data.get(f"{name}-{i}-{part}", "") for part in (*self.parts, "type", "verified")})
            rows[-1]["primary"] = data.get(f"{name}-primary") == str(i)
        return rows

    def parse(self, text: str, context: Context) -> Any:
        return [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]

    def text(self, value: Any) -> str:
        return "; ".join(self.one_text(point) for point in value or [])

    def export(self, value: Any) -> Any:
        return "; ".join(str(point[self.main]) for point in value or [])

    def exported(self, raw: Sequence[Any]) -> Any:
        # Without the marks that `load` adds, of which a file says nothing.
        return self.export(json_of(raw[0]))

    def one_text(self, point: dict[str, Any]) -> str:
        """One element as plain text."""
        return str(point.get(self.main, ""))

    def one_html(self, point: dict[str, Any]) -> SafeString:
        """One element as HTML, with what a click on it does."""
        return markup("{}", self.one_text(point))

    def detail(self, value: Any) -> SafeString:
        """Every element on a line of its own; its type is told where they differ."""
        kinds = dict(self.kinds) if len({point.get("type") for point in value or []}) > 1 else {}
        return joined(
            "",
            '<span class="r-point-line">{}{}</span>',
            ((self.one_html(point), _kind(kinds.get(point.get("type")))) for point in value or []),
        )

    def schema(self) -> dict[str, Any]:
        properties: dict[str, Any] = {part: {"type": ["string", "null"]} for part in self.parts}
        properties |= {"type": {"type": "string"}, "primary": {"type": "boolean"}, "verified": {"type": "boolean"}}
        return {"type": "array", "items": {"type": "object", "properties": properties}}

    def input_schema(self) -> dict[str, Any]:
        return {"type": ["array", "string", "null"], "items": {"type": ["string", "object", "null"]}}


def _kind(label: Any) -> SafeString:
    return markup('<span class="kind">{}</span>', label) if label else SafeString("")


def _first(shown: SafeString, value: Any) -> SafeString:
    """The first of a list, with the number of those behind it, which stays when a narrow column cuts the first."""
    if len(value) < 2:
        return shown
    return markup(
        '<span class="with-more"><span>{}</span><span class="more-count">+{}</span></span>', shown, len(value) - 1
    )


class Emails(Points):
    """E-mail addresses."""

    main, parts, widget = "address", ("address",), "points"
    kinds = (("work", gettext_lazy("Work")), ("home", gettext_lazy("Home")), ("other", gettext_lazy("Other")))

    def __init__(self, name: str = "emails", label: Any = None, **more: Any) -> None:
        super().__init__(name, label, first="email", **more)

    def clean_one(self, point: dict[str, Any], context: Context) -> dict[str, Any]:
        try:
            return {"address": normalise_email(plain_text(point["address"], 400))}
        except Problem as problem:
            raise Invalid.of(problem, point["address"]) from None

    def same(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        return one["address"].casefold() == other["address"].casefold()

    def cell(self, value: Any) -> SafeString:
        if not value:
            return SafeString("")
        return _first(self.one_html(value[0]), value)

    def one_html(self, point: dict[str, Any]) -> SafeString:
        local, at, domain = point["address"].rpartition("@")
        # Where the line is too short for it, an address breaks after its sign.
        return markup('<a href="mailto:{}">{}{}<wbr>{}</a>', point["address"], local, at, domain)


class Phones(Points):
    """Phone numbers, kept as E.164 where one can be made, else as they came; `raw` is what was given."""

    main, parts = "number", ("number", "raw")
    kinds = (
        ("work", gettext_lazy("Work")),
        ("mobile", gettext_lazy("Mobile")),
        ("home", gettext_lazy("Home")),
        ("fax", gettext_lazy("Fax")),
        ("other", gettext_lazy("Other")),
    )

    def __init__(self, name: str = "phones", label: Any = None, **more: Any) -> None:
        super().__init__(name, label, first="phone", **more)

    def clean_one(self, point: dict[str, Any], context: Context) -> dict[str, Any]:
        given = plain_text(point.get("number") or point.get("raw"), 60)
        phone = parse_phone(given, context.country)
        if not any(c.isdigit() for c in given):
            raise Invalid(_("“%(value)s” is not a phone number.") % {"value": given}, given)
        return {"number": phone.stored, "raw": plain_text(point.get("raw") or given, 60), "valid": phone.valid}

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if isinstance(value, list | tuple):
            # What an answer of the API carries may be sent back unchanged.
            value = [{k: v for k, v in p.items() if k != "valid"} if isinstance(p, dict) else p for p in value]
        return super().clean(value, context)

    def asked(self, value: Any) -> tuple[str, Any]:
        """Digits are compared with digits, however they were typed."""
        digits = [search_digits(str(v)) for v in (value if isinstance(value, list) else [value])]
        if not all(digits):
            return super().asked(value)
        return "regexp_replace(p ->> 'number', '[^0-9]', '', 'g')", digits if isinstance(value, list) else digits[0]

    def one_text(self, point: dict[str, Any]) -> str:
        return parse_phone(point["number"]).format()

    def cell(self, value: Any) -> SafeString:
        if not value:
            return SafeString("")
        return _first(self.one_html(value[0]), value)

    def one_html(self, point: dict[str, Any]) -> SafeString:
        return markup('<a href="tel:{}" class="num">{}</a>', point["number"], self.one_text(point))


class Addresses(Points):
    """Postal addresses. `country` is an ISO code; a name in a known language is turned into one."""

    main, parts = "city", ("street", "postal_code", "city", "region", "country")
    kinds = (
        ("work", gettext_lazy("Work")),
        ("home", gettext_lazy("Home")),
        ("billing", gettext_lazy("Billing")),
        ("delivery", gettext_lazy("Delivery")),
        ("other", gettext_lazy("Other")),
    )

    def __init__(self, name: str = "addresses", label: Any = None, **more: Any) -> None:
        super().__init__(name, label, first="city", **more)

    def clean_one(self, point: dict[str, Any], context: Context) -> dict[str, Any]:
        made = {part: plain_text(point.get(part), 300) for part in self.parts}
        if made["country"]:
            made["country"] = country_of(made["country"])
        return made

    def same(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        return all(one[part] == other[part] for part in self.parts)

    def asked(self, value: Any) -> tuple[str, Any]:
        return "concat_ws(' ', " + ", ".join(f"p ->> '{part}'" for part in self.parts) + ")", value

    def one_text(self, point: dict[str, Any]) -> str:
        return ", ".join(self.lines(point))

    def one_html(self, point: dict[str, Any]) -> SafeString:
        return joined("", "<span>{}</span>", ((line,) for line in self.lines(point)))

    def lines(self, point: dict[str, Any]) -> list[str]:
        """The address as it stands on an envelope in its country."""
        return address_lines(Address(**{part: point.get(part) or "" for part in self.parts}), str(locale()))

    def export(self, value: Any) -> Any:
        return "; ".join(self.one_text(point) for point in value or [])

    def parse(self, text: str, context: Context) -> Any:
        return [{"street": text.strip()}] if text.strip() else []

    def cell(self, value: Any) -> SafeString:
        if not value:
            return SafeString("")
        first = value[0]
        shown = ", ".join(
            p
            for p in (first.get("city"), country_name(first["country"], str(locale())) if first.get("country") else "")
            if p
        )
        return _first(markup("{}", shown or self.one_text(first)), value)


class Country(Field):
    """The country of the primary address, made by the database."""

    kind, importable = "choice", False

    def __init__(self, name: str = "country", label: Any = None, **more: Any) -> None:
        super().__init__(name, label, readonly=True, **more)

    @property
    def options(self) -> list[tuple[str, str]]:
        """Every country as (code, name), by name."""
        where = str(locale())
        return sorted(((code, country_name(code, where)) for code in countries()), key=lambda one: fold_text(one[1]))

    def filter_value(self, op: str, value: Any, context: Context) -> Any:
        if op in ("is_empty", "is_filled"):
            return None
        return [country_of(v) for v in value] if isinstance(value, list | tuple) else country_of(value)

    def text(self, value: Any) -> str:
        return country_name(value, str(locale())) if value else ""
