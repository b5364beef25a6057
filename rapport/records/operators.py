"""Operators of the condition language as SQL. Names and kinds are those of kit.condition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from rapport.kit.condition import MANY, OPPOSITES, PAIR, takes
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
        "starts": "{}%",
        "ends": "%{}",
    }
    if op in ("contains", "starts", "ends"):
        return Rule(f"({column} <> '' AND {folded} LIKE rapport_fold(%s))", (patterns[op].format(_like(str(value))),))
    if op == "is":
        return Rule(f"({column} <> '' AND {folded} = rapport_fold(%s))", (str(value),))
    if op == "any_of":
        words = [str(one) for one in value]
        folded_words = "SELECT rapport_fold(w) FROM unnest(%s::text[]) w"
        return Rule(f"({column} <> '' AND {folded} IN ({folded_words}))", (words,))
    return None


def _choice(column: str, op: str, value: Any) -> Rule | None:
    if op == "is":
        return Rule(f"({column} <> '' AND {column} = %s)", (value,))
    if op == "any_of":
        return Rule(f"({column} <> '' AND {column} = ANY(%s))", (value,))
    return None


def _ordered(column: str, op: str, value: Any) -> Rule | None:
    signs = {"is": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "before": "<", "after": ">", "on": "="}
    if op in signs:
        return Rule(f"{column} {signs[op]} %s", (value,))
    if op == "any_of":
        return Rule(f"{column} = ANY(%s)", (value,))
    if op == "between":
        return Rule(f"{column} BETWEEN %s AND %s", (value[0], value[1]))
    return None


def _tags(column: str, op: str, value: Any) -> Rule | None:
    if op == "has_any":
        return Rule(f"{column} && %s::bigint[]", (value,))
    if op == "has_all":
        return Rule(f"({column} <> '{{}}' AND {column} @> %s::bigint[])", (value,))
    return None


_BY_KIND: dict[str, Callable[[str, str, Any], Rule | None]] = {
    "text": _text,
    "choice": _choice,
    "tags": _tags,
}


def negated(rule: Rule) -> Rule:
    """Whatever the rule does not match, empty values among them."""
    return Rule(f"NOT coalesce({rule.sql}, false)", rule.params)


def compare(kind: str, column: str, op: str, value: Any, context: Any) -> Rule:
    """Compiles `column op value` for a kind of field. Raises Invalid for an operator that the kind does not have."""
    shape = takes(kind, op)
    if shape is None:
        raise Invalid(_("The operator “%(op)s” does not fit this field.") % {"op": op}, op)
    if op in ("is_empty", "is_filled"):
        empty = f"{column} = '{{}}'" if kind == "tags" else _empty(column, "text" if kind == "choice" else kind)
        return Rule(empty if op == "is_empty" else f"NOT ({empty})")
    if shape == MANY and not isinstance(value, list):
        raise Invalid(_("A list of values is needed."), value)
    if shape == PAIR and not (isinstance(value, list | tuple) and len(value) == 2):
        raise Invalid(_("“%(op)s” needs two values.") % {"op": op}, value)
    rule = _BY_KIND.get(kind, _ordered)(column, OPPOSITES.get(op, op), value)
    if rule is None:
        raise Invalid(_("The operator “%(op)s” does not fit this field.") % {"op": op}, op)
    return negated(rule) if op in OPPOSITES else rule
