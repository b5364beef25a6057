from collections.abc import Callable, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rapport.platform.ui.markup import markup
from rapport.records.boards.declare import Column
from rapport.records.errors import Invalid
from rapport.records.fields.base import Context, Field

Options = Sequence[tuple[str, Any]]


class Choice(Field):
    """One of a fixed list of (key, label). `colours` maps a key to a badge colour."""

    kind, widget, nullable = "choice", "choice", False

    def __init__(
        self,
        name: str,
        options: Options | Callable[[], Options],
        label: Any = None,
        *,
        colours: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(name, label, **more)
        self._options, self.colours = options, colours or {}

    @property
    def options(self) -> Options:
        """The choices as (key, label)."""
        return self._options() if callable(self._options) else self._options

    def key_of(self, value: Any) -> str | None:
        """The key that a key or a label in any case means, or None."""
        text = str(value).strip().casefold()
        for key, label in self.options:
            if text in (key.casefold(), str(label).casefold()):
                return key
        return None

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if self.empty(value):
            return {self.column: ""}
        key = None if isinstance(value, bool | dict | list) else self.key_of(value)
        if key is None:
            shown = ", ".join(str(label) for _key, label in self.options[:12])
            raise Invalid(_("“%(value)s” is none of: %(options)s.") % {"value": value, "options": shown}, value)
        return {self.column: key}

    def filter_value(self, op: str, value: Any, context: Context) -> Any:
        def one(item: Any) -> str:
            return self.clean(item, context)[self.column]

        if op in ("is_empty", "is_filled"):
            return None
        return [one(v) for v in value] if isinstance(value, list | tuple) else one(value)

    def text(self, value: Any) -> str:
        return str(next((label for key, label in self.options if key == value), value)) if value else ""

    def export(self, value: Any) -> Any:
        return self.text(value)

    def cell(self, value: Any) -> SafeString:
        if not value:
            return SafeString("")
        if colour := self.colours.get(value):
            return markup('<span class="chip" data-colour="{}">{}</span>', colour, self.text(value))
        return markup("{}", self.text(value))

    def columns(self, viewer: Any, within: int | None = None) -> list[Column]:
        return [Column(key, str(label), self.colours.get(key, "")) for key, label in self.options]

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": ["", *(key for key, _label in self.options)]}

    def input_schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"]}

    def explained(self) -> str:
        return super().explained() or ", ".join(key for key, _label in self.options[:40])


class Boolean(Field):
    """Yes or no."""

    kind, widget, nullable = "bool", "boolean", False
    _YES, _NO = (
        {"true", "yes", "1", "on", "y", "ja", "oui", "sí", "si", "x"},
        {"false", "no", "0", "off", "n", "nein", "non", ""},
    )

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if isinstance(value, bool):
            return {self.column: value}
        text = "" if value is None else str(value).strip().casefold()
        if text in self._YES or text in self._NO:
            return {self.column: text in self._YES}
        raise Invalid(_("“%(value)s” is neither yes nor no.") % {"value": value}, value)

    def empty(self, value: Any) -> bool:
        return value is None

    def filter_value(self, op: str, value: Any, context: Context) -> Any:
        return None if op in ("is_empty", "is_filled") else self.clean(value, context)[self.column]

    def from_form(self, data: Any, name: str) -> Any:
        return name in data and data.get(name) not in ("", "false")

    def text(self, value: Any) -> str:
        return "" if value is None else _("Yes") if value else _("No")

    def export(self, value: Any) -> Any:
        return self.text(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Choices(Choice):
    """Several of a fixed list, kept as an array of keys."""

    kind, widget, sortable, filterable = "choice", "choices", False, False

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if self.empty(value):
            return {self.column: []}
        given = value if isinstance(value, list | tuple) else [value]
        keys = [Choice.clean(self, item, context)[self.column] for item in given]
        return {self.column: sorted({key for key in keys if key})}

    def from_form(self, data: Any, name: str) -> Any:
        return [v for v in data.getlist(name) if v]

    def parse(self, text: str, context: Context) -> Any:
        return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]

    def text(self, value: Any) -> str:
        labels = dict(self.options)
        return ", ".join(str(labels.get(key, key)) for key in value or [])

    def cell(self, value: Any) -> SafeString:
        return markup("{}", self.text(value))

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}

    def input_schema(self) -> dict[str, Any]:
        return {"type": ["array", "null"], "items": {"type": "string"}}
