"""Operators of the condition language as SQL. Names and kinds are those of kit.condition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from rapport.platform.access.gate import Rule
from rapport.records.errors import Invalid


def _like(text: str) -> str:
    return str(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _empty(column: str, kind: str) -> str:
    return f"({column} IS NULL OR {column} = '')" if kind == "text" else f"{column} IS NULL"


def _text(column: str, op: str, value: Any) -> Rule | None:
    folded = f"rapport_fold({column})"
    patterns = {
        "contains": "%{}%",
        "not_contains": "%{}%",
        "starts": "{}%",
        "ends": "%{}",
    }
    if op in patterns:
        rule = Rule(f"{folded} LIKE rapport_fold(%s)", (patterns[op].format(_like(str(value))),))
        return Rule(f"({column} IS NULL OR NOT {rule.sql})", rule.params) if op == "not_contains" else rule
    if op == "is":
        return Rule(f"{folded} = rapport_fold(%s)", (str(value),))
    if op == "is_not":
        return Rule(f"({column} IS NULL OR {folded} <> rapport_fold(%s))", (str(value),))
    return None


def _ordered(column: str, op: str, value: Any) -> Rule | None:
    signs = {"is": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "before": "<", "after": ">", "on": "="}
    if op in signs:
        return Rule(f"{column} {signs[op]} %s", (value,))
    if op == "is_not":
        return Rule(f"{column} IS DISTINCT FROM %s", (value,))
    if op == "between":
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise Invalid(_("“between” needs two values."), value)
        return Rule(f"{column} BETWEEN %s AND %s", (value[0], value[1]))
    return None


def _sets(column: str, op: str, value: Any) -> Rule | None:
    if op in ("any_of", "none_of"):
        if not isinstance(value, list):
            raise Invalid(_("A list of values is needed."), value)
        rule = Rule(f"{column} = ANY(%s)", (value,))
        return rule if op == "any_of" else Rule(f"({column} IS NULL OR NOT {rule.sql})", rule.params)
    return None


def _tags(column: str, op: str, value: Any) -> Rule | None:
    values = value if isinstance(value, list) else [value]
    if op in ("has_any", "any_of"):
        return Rule(f"{column} && %s::bigint[]", (values,))
    if op in ("has_all", "is"):
        return Rule(f"{column} @> %s::bigint[]", (values,))
    if op in ("has_none", "none_of"):
        return Rule(f"NOT {column} && %s::bigint[]", (values,))
    if op == "is_empty":
        return Rule(f"{column} = '{{}}'")
    if op == "is_filled":
        return Rule(f"{column} <> '{{}}'")
    return None


_BY_KIND: dict[str, tuple[Callable[[str, str, Any], Rule | None], ...]] = {
    "text": (_text, _sets),
    "choice": (_ordered, _sets),
    "number": (_ordered, _sets),
    "money": (_ordered, _sets),
    "date": (_ordered,),
    "datetime": (_ordered,),
    "bool": (_ordered,),
    "link": (_ordered, _sets),
    "user": (_ordered, _sets),
    "tags": (_tags,),
}


def compare(kind: str, column: str, op: str, value: Any, context: Any) -> Rule:
    """Compiles `column op value` for a kind of field. Raises Invalid for an operator that the kind does not have."""
    if op in ("is_empty", "is_filled") and kind != "tags":
        empty = _empty(column, "text" if kind in ("text", "choice") else kind)
        return Rule(empty if op == "is_empty" else f"NOT {empty}")
    for family in _BY_KIND[kind]:
        rule = family(column, op, value)
        if rule is not None:
            return rule
    raise Invalid(_("The operator “%(op)s” does not fit this field.") % {"op": op}, op)
