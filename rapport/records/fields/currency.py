"""A currency alone, by its ISO 4217 code."""

from typing import Any

from django.utils.translation import gettext as _

from rapport.kit.money import currencies
from rapport.records.errors import Invalid
from rapport.records.fields.base import Context
from rapport.records.fields.text import Text


class Currency(Text):
    """The code of a currency: three letters that ISO 4217 knows, in either case."""

    def __init__(self, name: str, label: Any = None, **more: Any) -> None:
        super().__init__(name, label, longest=3, **more)

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        code = super().clean(value, context)[self.column].upper()
        if code and code not in currencies():
            raise Invalid(_("“%(value)s” is not a currency such as EUR.") % {"value": code}, value)
        return {self.column: code}

    def input_schema(self) -> dict[str, Any]:
        # Blanks around the code do no harm.
        return {"type": ["string", "null"]}
