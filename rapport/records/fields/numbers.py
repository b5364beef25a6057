from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from babel.numbers import format_decimal
from django.db.models import DecimalField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rapport.kit.money import currencies, parse_amount
from rapport.kit.problem import Problem
from rapport.platform.ui.markup import markup
from rapport.platform.ui.templatetags.ui import locale, money
from rapport.records.errors import Invalid
from rapport.records.fields.base import Context, Field, whole_number

if TYPE_CHECKING:
    from rapport.records.record import Record


class Integer(Field):
    """A whole number, within `least` and `most`."""

    kind, widget, numeric = "number", "number", True

    def __init__(
        self,
        name: str,
        label: Any = None,
        *,
        least: int | None = None,
        most: int | None = None,
        grouped: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(name, label, **more)
        self.least, self.most, self.grouped = least, most, grouped

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if self.empty(value):
            return {self.column: None}
        number = whole_number(value)
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            raise Invalid(_("The number must lie between %(a)s and %(b)s.") % {"a": self.least, "b": self.most}, value)
        return {self.column: number}

    def parse(self, text: str, context: Context) -> Any:
        amount = amount_in(text)
        if amount != amount.to_integral_value():
            raise Invalid(_("“%(value)s” is not a whole number.") % {"value": text}, text)
        return int(amount)

    def filter_value(self, op: str, value: Any, context: Context) -> Any:
        if op in ("is_empty", "is_filled"):
            return None
        return [whole_number(v) for v in value] if isinstance(value, list) else whole_number(value)

    def text(self, value: Any) -> str:
        if value is None:
            return ""
        return format_decimal(value, locale=locale()) if self.grouped else str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": ["integer", "null"]}


def amount_in(text: str) -> Decimal:
    """Reads an amount as people write it. Raises Invalid."""
    try:
        return parse_amount(text)
    except Problem as problem:
        raise Invalid.of(problem, text) from None


def decimal_of(value: Any) -> Decimal:
    """Reads an exact decimal from JSON or text. Raises Invalid."""
    if isinstance(value, bool | dict | list):
        raise Invalid(_("A number is needed."), value)
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        try:
            number = parse_amount(str(value))
        except Problem as problem:
            raise Invalid.of(problem, value) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise Invalid(_("The number is too large."), value)
    return number


class Number(Field):
    """An exact decimal with `places` decimal places."""

    kind, widget, numeric = "number", "number", True

    def __init__(
        self,
        name: str,
        label: Any = None,
        *,
        places: int = 2,
        least: Any = None,
        most: Any = None,
        suffix: str = "",
        **more: Any,
    ) -> None:
        super().__init__(name, label, **more)
        self.places, self.least, self.most, self.suffix = places, least, most, suffix
        # What the column cannot keep any more; known once the field belongs to a record.
        self.beyond = Decimal(10) ** 15

    def bind(self, record: "Record") -> None:
        super().bind(record)
        for column in record.model._meta.concrete_fields:
            if column.column == self.column and isinstance(column, DecimalField):
                self.beyond = Decimal(10) ** (column.max_digits - column.decimal_places)

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if self.empty(value):
            return {self.column: None}
        number = decimal_of(value)
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            raise Invalid(_("The number must lie between %(a)s and %(b)s.") % {"a": self.least, "b": self.most}, value)
        number = round(number, self.places)
        if abs(number) >= self.beyond:
            raise Invalid(_("The number is too large."), value)
        return {self.column: number}

    def filter_value(self, op: str, value: Any, context: Context) -> Any:
        if op in ("is_empty", "is_filled"):
            return None
        return [decimal_of(v) for v in value] if isinstance(value, list) else decimal_of(value)

    def text(self, value: Any) -> str:
        return "" if value is None else format_decimal(value, locale=locale(), decimal_quantization=False) + self.suffix

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "pattern": r"^-?\d+(\.\d+)?$"}

    def input_schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "null"]}


class Money(Field):
    """An amount with its currency. `base` names the column that holds it in the company's currency, if any."""

    kind, widget, numeric = "money", "money", True

    def __init__(self, name: str, label: Any = None, *, base: str = "", **more: Any) -> None:
        super().__init__(name, label, **more)
        self.currency_column, self.base = f"{self.column}_currency", base

    def select(self, alias: str) -> list[str]:
        return [f'{alias}."{self.column}"', f'{alias}."{self.currency_column}"']

    def load(self, raw: Any) -> Any:
        return None if raw[0] is None else {"amount": raw[0], "currency": raw[1]}

    def order(self, alias: str) -> str:
        return f'{alias}."{self.base or self.column}"'

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        currency = ""
        if isinstance(value, dict):
            if unknown := set(value) - {"amount", "currency"}:
                raise Invalid(_("Unknown part: %(name)s.") % {"name": sorted(unknown)[0]}, value)
            value, currency = value.get("amount"), str(value.get("currency") or "")
        if self.empty(value):
            return {self.column: None, self.currency_column: ""}
        currency = currency.strip().upper() or context.currency
        if currency not in currencies():
            raise Invalid(_("“%(value)s” is not a currency such as EUR.") % {"value": currency}, value)
        return {self.column: round(decimal_of(value), 2), self.currency_column: currency}

    def from_form(self, data: Any, name: str) -> Any:
        if name not in data:
            return None
        return {"amount": data.get(name), "currency": data.get(f"{name}_currency", "")}

    def parse(self, text: str, context: Context) -> Any:
        return amount_in(text) if text.strip() else None

    def where(self, alias: str, op: str, value: Any, context: Context) -> Any:
        from rapport.records.operators import compare

        return compare(
            "money", f'{alias}."{self.base or self.column}"', op, self.filter_value(op, value, context), context
        )

    def filter_value(self, op: str, value: Any, context: Context) -> Any:
        if op in ("is_empty", "is_filled"):
            return None
        return [decimal_of(v) for v in value] if isinstance(value, list) else decimal_of(value)

    def text(self, value: Any) -> str:
        return "" if value is None else money(value["amount"], value["currency"])

    def export(self, value: Any) -> Any:
        return "" if value is None else value["amount"]

    def cell(self, value: Any) -> SafeString:
        text = self.text(value)
        return markup('<span class="num">{}</span>', text) if text else SafeString("")

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["object", "null"],
            "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}},
            "required": ["amount", "currency"],
        }

    def input_schema(self) -> dict[str, Any]:
        amount = {"type": ["string", "number", "null"]}
        return {
            "anyOf": [
                amount,
                {
                    "type": "object",
                    "properties": {"amount": amount, "currency": {"type": "string"}},
                    "additionalProperties": False,
                },
            ]
        }
