"""The field: the unit of reuse. A type owns its column, cell, editor, filter, sort, API schema, parser and writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rapport.kit.condition import OPERATORS
from rapport.platform.access.gate import Rule
from rapport.platform.identity.viewer import Viewer
from rapport.records.boards.declare import Column
from rapport.records.errors import Invalid
from rapport.records.operators import compare

if TYPE_CHECKING:
    from rapport.records.record import Record


@dataclass
class Context:
    """What a value is read in: who gives it and the defaults of the company; `row` is the record that it is for, if one."""

    viewer: Viewer
    country: str = "GB"
    currency: str = "EUR"
    row: int | None = None


class Field:
    """One field of a record. `column` is the SQL column, by default the field's name.

    `kind` names the operators of the condition language that fit; `widget` names the editor template.
    `aliases` are other names by which an import may know the field.
    """

    kind = "text"
    widget = "text"
    numeric = False
    nullable = True
    sortable = True
    filterable = True
    listable = True
    importable = True
    # Whether a value may have parts that its writer is not shown; see `keeping`.
    keeps = False

    def __init__(
        self,
        name: str,
        label: Any = None,
        *,
        required: bool = False,
        readonly: bool = False,
        help: Any = "",
        column: str = "",
        aliases: Sequence[str] = (),
        personal: bool = False,
        related: Any = None,
        default: Any = None,
    ) -> None:
        self.name, self.label = name, label or name.replace("_", " ").capitalize()
        self.required, self.readonly, self.help = required, readonly, help
        self.column = column or name
        self.aliases, self.personal, self.related, self.default = tuple(aliases), personal, related, default
        self.record: Record

    def bind(self, record: Record) -> None:
        """Tells the field which record it belongs to; called once at registration."""
        self.record = record
        if type(self).order is Field.order and any(
            c.column == self.column and not c.null and not getattr(c, "generated", False)
            for c in record.model._meta.concrete_fields
        ):
            self.nullable = False

    # --- reading ---------------------------------------------------------------------------------------------------

    def select(self, alias: str) -> list[str]:
        """SQL expressions to read, from the table known as `alias`."""
        return [f'{alias}."{self.column}"']

    def select_for(self, alias: str, viewer: Any) -> list[str]:
        """The same as far as the viewer may know of it. Links are joined within reach; this is for what is not joined."""
        return self.select(alias)

    def load(self, raw: Sequence[Any]) -> Any:
        """Turns what `select` read into the field's value, as the API gives it."""
        return raw[0]

    def order(self, alias: str) -> str:
        """SQL expression to sort by."""
        return f'{alias}."{self.column}"'

    def aggregates(self) -> tuple[str, ...]:
        """Which totals make sense for the column."""
        return ("sum", "avg", "min", "max") if self.numeric else ()

    def complete(self, items: list[dict[str, Any]], name: str, viewer: Viewer) -> None:
        """Adds to values already read what no column holds; called once for a page of records."""

    def columns(self, viewer: Any, within: int | None = None) -> list[Column]:
        """The columns of a board by this field, in their order; none if it makes none. `within` is the parent's id."""
        return []

    def weight(self, alias: str) -> str:
        """SQL of the chance in per cent that the value gives a record, or "" if it gives none."""
        return ""

    # --- filtering -------------------------------------------------------------------------------------------------

    def where(self, alias: str, op: str, value: Any, context: Context) -> Rule:
        """Compiles one condition. Raises Invalid for an operator or a value that does not fit."""
        return compare(self.kind, f'{alias}."{self.column}"', op, self.filter_value(op, value, context), context)

    def operators(self) -> dict[str, str]:
        """The operators that fit, and what each takes, in the order of a menu."""
        return OPERATORS[self.kind] if self.filterable else {}

    def filter_value(self, op: str, value: Any, context: Context) -> Any:
        """Prepares the value of a condition."""
        return value

    # --- writing ---------------------------------------------------------------------------------------------------

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        """Turns a given value (from JSON or a form) into {column: SQL value}. Raises Invalid."""
        return {self.column: value}

    def keeping(self, old: str, new: str, viewer: Viewer) -> Rule:
        """SQL of what is written where `old` stands and `new` is given: what the viewer is not shown of `old` stays.

        Asked of fields with `keeps` only; the rule's parameters come after those of `new`.
        """
        return Rule(new)

    def stands(self, found: int, context: Context) -> bool:
        """Whether the record that the value is for holds this id already: one may save what one is not shown."""
        return found in self.held(context)

    def held(self, context: Context) -> list[int]:
        """The ids that the record that the value is for holds already, whoever is shown them."""
        if context.row is None:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT t."{self.column}" FROM {self.record.table} t WHERE t.id = %s',  # noqa: S608
                [context.row],
            )
            row = cursor.fetchone()
        if row is None or row[0] is None:
            return []
        return row[0] if isinstance(row[0], list) else [row[0]]

    def empty(self, value: Any) -> bool:
        """Whether the value counts as not given."""
        return value is None or value == "" or value == [] or value == {}

    def from_form(self, data: Any, name: str) -> Any:
        """Takes the field's value out of a posted form."""
        return data.get(name)

    def parse(self, text: str, context: Context) -> Any:
        """Turns the text of an imported cell into a value for `clean`. Raises Invalid."""
        return text.strip()

    # --- showing ---------------------------------------------------------------------------------------------------

    def text(self, value: Any) -> str:
        """The value as plain text by the viewer's locale."""
        return "" if value is None else str(value)

    def export(self, value: Any) -> Any:
        """The value as one cell of an exported file, such that import reads the same value."""
        return "" if value is None else value

    def exported(self, raw: Sequence[Any]) -> Any:
        """The same from what `select` read; a field whose values cost time to load may take a shorter way."""
        return self.export(self.load(raw))

    def cell(self, value: Any) -> SafeString:
        """The value as HTML for a list cell or a property row."""
        return mark_safe(escape(self.text(value)))  # noqa: S308 escaped

    def detail(self, value: Any) -> SafeString:
        """The value as HTML where there is room for all of it: on the record's page. By default the cell."""
        return self.cell(value)

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the value in API answers."""
        return {"type": ["string", "null"]}

    def input_schema(self) -> dict[str, Any]:
        """The JSON schema of the value that the API takes; nothing else is taken."""
        return self.schema()

    def explained(self) -> str:
        """What the API's document says about the field."""
        return str(self.help)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


def json_of(raw: Any) -> Any:
    """What a JSON column holds: Django leaves it as text on a plain cursor."""
    return orjson.loads(raw) if isinstance(raw, str | bytes) else raw


def row_id(value: Any) -> int | None:
    """The id that a value from JSON or text may be, else None: no fractions, no signs, nothing that no row can have."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip() if isinstance(value, str) or abs(value) < 2**62 else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def whole_number(value: Any) -> int:
    """Reads a whole number from JSON or text. Raises Invalid."""
    if isinstance(value, bool | float | dict | list):
        raise Invalid(_("A whole number is needed."), value)
    try:
        number = int(str(value).strip().replace(" ", "").replace(" ", ""))
    except ValueError:
        raise Invalid(_("“%(value)s” is not a whole number.") % {"value": value}, value) from None
    if abs(number) > 2**31 - 1:
        raise Invalid(_("The number is too large."), value)
    return number
