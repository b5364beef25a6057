"""Whether a value from JSON has the shape that the API's document says it takes, and if not, why, in words.

Understands of JSON schema what the fields' `input_schema` uses: type, anyOf, enum, format, maxLength, items, properties, required
and additionalProperties. What a value means is for `Field.clean` to say.
"""

from collections.abc import Callable, Iterable
from typing import Any

from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.platform.ui.templatetags.ui import locale
from rapport.records.errors import InvalidFields
from rapport.records.fields import Field

_KINDS = {
    "string": gettext_lazy("text"), "number": gettext_lazy("a number"), "integer": gettext_lazy("a whole number"),
    "boolean": gettext_lazy("true or false"), "array": gettext_lazy("a list"), "object": gettext_lazy("an object"),
    "null": "null",
}  # fmt: skip
_FORMATS = {
    "date": gettext_lazy("a date such as 2026-11-22 or null"),
    "date-time": gettext_lazy("a time such as 2026-11-22T14:30 or null"),
}


def fit(
    fields: Iterable[Field],
    values: dict[str, Any],
    then: Callable[[dict[str, Any]], Any] = lambda rest: None,
    *,
    loose: bool = False,
) -> None:
    """Raises InvalidFields for values that are not what the document says of their fields, and for what `then` finds
    wrong with the rest. Pages and imports bring texts, which the fields read; a program gets to know that it sends
    something else than it thinks. `loose`: values may still be half typed."""
    errors: dict[str, str] = {}
    for one in fields:
        if one.name not in values or one.readonly:
            continue
        value, schema = values[one.name], one.input_schema()
        if why := misfit(value, loosely(schema) if loose else schema):
            errors[one.name] = _("This field is needed.") if one.required and one.empty(value) else why
    if errors:
        try:
            then({name: value for name, value in values.items() if name not in errors})
        except InvalidFields as more:
            errors = more.errors | errors
        raise InvalidFields(errors)


def misfit(value: Any, schema: dict[str, Any]) -> str:
    """Why the value is none of the schema's, or ""."""
    if choices := schema.get("anyOf"):
        return _of_none(value, choices)
    kinds = _kinds(schema)
    if kinds and not any(_is(value, kind) for kind in kinds):
        return _("This must be %(kinds)s.") % {"kinds": _told(kinds)}
    if isinstance(value, str):
        return _text(value, schema)
    if isinstance(value, list):
        items = schema.get("items")
        return next((why for one in value if (why := misfit(one, items))), "") if items else ""
    return _parts(value, schema) if isinstance(value, dict) else ""


def loosely(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a value that may still be half typed."""
    return {key: value for key, value in schema.items() if key != "format"}


def _kinds(schema: dict[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else kinds


def _is(value: Any, kind: str) -> bool:
    if kind == "null":
        return value is None
    if kind == "boolean" or isinstance(value, bool):
        return kind == "boolean" and isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return isinstance(value, {"string": str, "number": int | float, "array": list, "object": dict}[kind])  # type: ignore[arg-type]


def _told(kinds: Iterable[str]) -> str:
    # A number may be a whole one.
    named = [kind for kind in dict.fromkeys(kinds) if kind != "integer" or "number" not in kinds]
    return str(format_list([str(_KINDS[kind]) for kind in named], style="or", locale=locale()))


def _of_none(value: Any, choices: list[dict[str, Any]]) -> str:
    reasons = [misfit(value, one) for one in choices]
    if "" in reasons:
        return ""
    for one, why in zip(choices, reasons, strict=True):
        # The one that was meant says more than the list of all.
        if any(_is(value, kind) for kind in _kinds(one)):
            return why
    return _("This must be %(kinds)s.") % {"kinds": _told([kind for one in choices for kind in _kinds(one)])}


def _text(value: str, schema: dict[str, Any]) -> str:
    if "enum" in schema and value not in schema["enum"]:
        return _("One of these is needed: %(names)s.") % {"names": ", ".join(schema["enum"])}
    # What else is no date is for the field to say; pages send "" for none, but a program that means none says null.
    if not value.strip() and schema.get("format") in _FORMATS:
        return _("This must be %(kinds)s.") % {"kinds": _FORMATS[schema["format"]]}
    longest = schema.get("maxLength")
    if longest is not None and len(value) > longest:
        return _("At most %(n)s characters are possible; these are %(m)s.") % {"n": longest, "m": len(value)}
    return ""


def _parts(value: dict[str, Any], schema: dict[str, Any]) -> str:
    known = schema.get("properties", {})
    if missing := [name for name in schema.get("required", ()) if name not in value]:
        return _("The part “%(name)s” is missing.") % {"name": missing[0]}
    for name, part in value.items():
        if name not in known:
            if schema.get("additionalProperties") is False:
                return _("Unknown part: %(name)s.") % {"name": name[:80]}
        elif why := misfit(part, known[name]):
            return f"{name}: {why}"
    return ""
