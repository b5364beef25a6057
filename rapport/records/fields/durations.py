import re
from typing import Any

from django.utils.translation import gettext as _

from rapport.records.errors import Invalid
from rapport.records.fields.base import Context
from rapport.records.fields.numbers import Integer

_MINUTES = re.compile(r"\d{1,7}([.,]\d{1,2})?")
_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d))?")


class Duration(Integer):
    """How long something took: whole seconds for programs; minutes, or hours:minutes, for those who type and read it."""

    widget = "duration"

    def __init__(self, name: str, label: Any = None, **more: Any) -> None:
        super().__init__(name, label, least=0, **more)

    def from_form(self, data: Any, name: str) -> Any:
        """Minutes as people type them, in seconds; what is no duration stays as it is, and `clean` refuses it."""
        text = str(data.get(name) or "").strip()
        if _MINUTES.fullmatch(text):
            return round(float(text.replace(",", ".")) * 60)
        return text and self._seconds(text)

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        value = self._seconds(value)
        if isinstance(value, str) and value and not value.strip().lstrip("-").isdecimal():
            raise Invalid(
                _("“%(value)s” is not a duration. Type minutes, or hours and minutes as 1:30.") % {"value": value},
                value,
            )
        return super().clean(value, context)

    def parse(self, text: str, context: Context) -> Any:
        """An imported cell: 0:25:31 as it is exported, or seconds."""
        seconds = self._seconds(text.strip())
        return super().parse(seconds, context) if isinstance(seconds, str) else seconds

    def filter_value(self, op: str, value: Any, context: Context) -> Any:
        each = [self._seconds(v) for v in value] if isinstance(value, list) else self._seconds(value)
        return super().filter_value(op, each, context)

    def typed(self, value: Any) -> str:
        """The value as one would type it; what was typed stays."""
        if not isinstance(value, int):
            return str(value or "")
        if value % 60:
            return self.export(value)
        hours, minutes = divmod(value // 60, 60)
        return f"{hours}:{minutes:02}" if hours else str(minutes)

    def text(self, value: Any) -> str:
        if value is None:
            return ""
        seconds = round(value)
        if 0 < seconds < 60:
            return _("%(n)s s") % {"n": seconds}
        hours, minutes = divmod(round(seconds / 60), 60)
        if hours:
            return _("%(h)s:%(m)s h") % {"h": hours, "m": f"{minutes:02}"}
        return _("%(n)s min") % {"n": minutes}

    def export(self, value: Any) -> Any:
        return "" if value is None else f"{value // 3600}:{value // 60 % 60:02}:{value % 60:02}"

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "description": _("Seconds")}

    @staticmethod
    def _seconds(value: Any) -> Any:
        """Seconds of 1:30 or 0:25:31; anything else as it is."""
        if isinstance(value, str) and (found := _CLOCK.fullmatch(value.strip())):
            return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)
        return value
