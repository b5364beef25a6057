"""The condition language: one small tree for filters, segments, automations, access rules and reports.

JSON form: {"all": [...]}, {"any": [...]}, {"not": {...}} and the leaf {"field": "country", "op": "is", "value": "DE"}.
`parse` checks the shape; `check` checks fields, operators and values against declared kinds; `evaluate` in matching.py
decides on one record. Operators and what they take stand in `OPERATORS` alone; the engine compiles the same names.

How empty values behave (None, "" and empty collections are empty, and SQL must do the same): they match is_empty,
is_not, not_contains, none_of, not_within and has_none, and no other operator. Text is compared without regard to case
and accents. For users "me" is who asks, and "my_team" everybody in their team and the teams below.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from rapport.kit.periods import is_period
from rapport.kit.problem import Problem, _

MAX_DEPTH = 8
MAX_NODES = 200
MAX_VALUES = 1000
MAX_TEXT = 10_000
ME, MY_TEAM = "me", "my_team"

Scalar = str | int | float | bool
Value = Scalar | tuple[Scalar, ...] | None

# What an operator takes: nothing, one value, several, a pair (from, to; both included), or a period's name.
NONE, ONE, MANY, PAIR, PERIOD = "none", "one", "many", "pair", "period"

_EMPTINESS = {"is_empty": NONE, "is_filled": NONE}
_EQUALITY = {"is": ONE, "is_not": ONE, "any_of": MANY, "none_of": MANY}
_ORDER = {"lt": ONE, "lte": ONE, "gt": ONE, "gte": ONE, "between": PAIR}
_DAYS = {
    "within": PERIOD, "not_within": PERIOD, "on": ONE, "before": ONE, "after": ONE, "lte": ONE, "gte": ONE,
    "between": PAIR, "overdue": NONE,
}  # fmt: skip
# An operator that matches whatever its opposite does not, empty values among them.
OPPOSITES = {
    "is_not": "is", "not_contains": "contains", "none_of": "any_of", "has_none": "has_any", "not_within": "within",
}  # fmt: skip

# kind -> operator -> what it takes, in the order in which a filter menu shows them.
OPERATORS: dict[str, dict[str, str]] = {
    "text": {"contains": ONE, "not_contains": ONE, "starts": ONE, "ends": ONE, **_EQUALITY, **_EMPTINESS},
    "number": {"is": ONE, "is_not": ONE, **_ORDER, **_EMPTINESS},
    "money": {"is": ONE, "is_not": ONE, **_ORDER, **_EMPTINESS},
    "date": {**_DAYS, **_EMPTINESS},
    "datetime": {**_DAYS, **_EMPTINESS},
    "bool": {"is": ONE, **_EMPTINESS},
    "choice": {**_EQUALITY, **_EMPTINESS},
    "country": {**_EQUALITY, **_EMPTINESS},
    "link": {**_EQUALITY, **_EMPTINESS},
    "user": {**_EQUALITY, **_EMPTINESS},
    "tags": {"has_any": MANY, "has_all": MANY, "has_none": MANY, **_EMPTINESS},
}
SHAPES: dict[str, set[str]] = {}
for _table in OPERATORS.values():
    for _op, _shape in _table.items():
        SHAPES.setdefault(_op, set()).add(_shape)


class ConditionError(Problem):
    """A condition that cannot be used; `path` says where in the tree, such as "all[2].not.value"."""

    def __init__(self, path: str, template: str, **params: object) -> None:
        super().__init__(template, **params)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: {super().__str__()}" if self.path else super().__str__()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison. `value` is None, a scalar, or a tuple of scalars, as the operator takes."""

    field: str
    op: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class All:
    """True when every child is; an empty All is true."""

    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """True when some child is; an empty Any is false."""

    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """True when the child is not."""

    child: "Node"


Node = All | Any | Not | Leaf

_FIELD = re.compile(r"^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]{0,62}){0,3}$")


def parse(source: object, *, max_depth: int = MAX_DEPTH, max_nodes: int = MAX_NODES) -> Node:
    """The tree in JSON text or in what json.loads made of it. Raises ConditionError naming the place.

    Fields and values are checked for shape only; `check` knows what each field is. `{}` and None are the empty All.
    """
    if isinstance(source, str | bytes):
        try:
            source = json.loads(source)
        except (ValueError, RecursionError) as error:
            raise ConditionError("", _("the condition is not JSON")) from error
        try:
            json.dumps(source, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ConditionError("", _("the condition has a character that does not exist")) from None
    if source is None or source == {}:
        return All()
    return _Reader(max_depth, max_nodes).node(source, "", 1)


def dump(node: Node) -> dict[str, object]:
    """The JSON form; `parse(dump(node)) == node`."""
    match node:
        case All(children):
            return {"all": [dump(child) for child in children]}
        case Any(children):
            return {"any": [dump(child) for child in children]}
        case Not(child):
            return {"not": dump(child)}
        case Leaf(field, op, None):
            return {"field": field, "op": op}
        case Leaf(field, op, value):
            return {"field": field, "op": op, "value": list(value) if isinstance(value, tuple) else value}


def leaves(node: Node) -> Iterator[Leaf]:
    """Every comparison in the tree, from left to right."""
    match node:
        case Leaf():
            yield node
        case Not(child):
            yield from leaves(child)
        case All(children) | Any(children):
            for child in children:
                yield from leaves(child)


def fields(node: Node) -> set[str]:
    """The names of all fields that the tree asks."""
    return {leaf.field for leaf in leaves(node)}


def takes(kind: str, op: str) -> str | None:
    """What operator `op` takes for fields of `kind` (NONE, ONE, MANY, PAIR, PERIOD); None if it has none."""
    return OPERATORS[kind].get(op)


def check(node: Node, kind_of: Callable[[str], str | None], path: str = "") -> None:
    """Raises ConditionError unless every field is known, its kind has the operator, and the value is of the kind.

    `kind_of(field)` answers a key of OPERATORS, or None for fields that do not exist or are hidden from the viewer.
    """
    match node:
        case Leaf():
            _check_leaf(node, kind_of, path)
        case Not(child):
            check(child, kind_of, _join(path, "not"))
        case All(children):
            for i, child in enumerate(children):
                check(child, kind_of, _join(path, f"all[{i}]"))
        case Any(children):
            for i, child in enumerate(children):
                check(child, kind_of, _join(path, f"any[{i}]"))


class _Reader:
    """Turns JSON values into nodes, counting nodes and depth."""

    def __init__(self, max_depth: int, max_nodes: int) -> None:
        self.max_depth = max_depth
        self.max_nodes = max_nodes
        self.count = 0

    def node(self, source: object, path: str, depth: int) -> Node:
        self.count += 1
        if self.count > self.max_nodes:
            raise ConditionError(path, _("the condition has more than {count} parts"), count=self.max_nodes)
        if depth > self.max_depth:
            raise ConditionError(path, _("the condition is nested deeper than {count} levels"), count=self.max_depth)
        if not isinstance(source, dict):
            raise ConditionError(path, _("expected an object with “all”, “any”, “not” or “field”"))
        if "field" in source or "op" in source:
            return self._leaf(source, path)
        if len(source) != 1:
            raise ConditionError(path, _("expected exactly one of “all”, “any”, “not” or “field”"))
        ((key, value),) = source.items()
        if key == "not":
            return Not(self.node(value, _join(path, "not"), depth + 1))
        if key not in ("all", "any"):
            raise ConditionError(path, _("“{key}” is none of “all”, “any”, “not” or “field”"), key=str(key)[:60])
        if not isinstance(value, list):
            raise ConditionError(_join(path, key), _("expected a list"))
        children = tuple(self.node(child, _join(path, f"{key}[{i}]"), depth + 1) for i, child in enumerate(value))
        return All(children) if key == "all" else Any(children)

    def _leaf(self, source: dict[str, object], path: str) -> Leaf:
        if extra := set(source) - {"field", "op", "value"}:
            raise ConditionError(path, _("“{key}” is not known here"), key=str(sorted(map(str, extra))[0])[:60])
        field, op, value = source.get("field"), source.get("op"), source.get("value")
        if not isinstance(field, str) or not _FIELD.match(field):
            raise ConditionError(_join(path, "field"), _("expected the name of a field"))
        if not isinstance(op, str) or op not in SHAPES:
            raise ConditionError(_join(path, "op"), _("“{op}” is not an operator"), op=str(op)[:60])
        where = _join(path, "value")
        shapes = SHAPES[op]
        if shapes == {NONE}:
            if value is not None:
                raise ConditionError(where, _("“{op}” takes no value"), op=op)
            return Leaf(field, op)
        if shapes & {MANY, PAIR}:
            return Leaf(field, op, self._values(value, where, pair=PAIR in shapes))
        return Leaf(field, op, self._scalar(value, where))

    def _values(self, value: object, path: str, *, pair: bool) -> tuple[Scalar, ...]:
        if not isinstance(value, list | tuple) or (pair and len(value) != 2):
            message = _("expected two values, from and to") if pair else _("expected a list of values")
            raise ConditionError(path, message)
        if len(value) > MAX_VALUES:
            raise ConditionError(path, _("there are more than {count} values"), count=MAX_VALUES)
        return tuple(self._scalar(item, f"{path}[{i}]") for i, item in enumerate(value))

    def _scalar(self, value: object, path: str) -> Scalar:
        if isinstance(value, float) and not math.isfinite(value):
            raise ConditionError(path, _("expected a finite number"))
        if not isinstance(value, str | int | float | bool):
            raise ConditionError(path, _("expected a text, a number, true or false"))
        if isinstance(value, str) and (len(value) > MAX_TEXT or "\x00" in value):
            raise ConditionError(path, _("the text is too long or has a character that cannot be stored"))
        if isinstance(value, int) and abs(value) >= 10**30:
            raise ConditionError(path, _("the number is too large"))
        return value


def _check_leaf(leaf: Leaf, kind_of: Callable[[str], str | None], path: str) -> None:
    kind = kind_of(leaf.field)
    if kind is None:
        raise ConditionError(_join(path, "field"), _("there is no field “{field}”"), field=leaf.field)
    shape = takes(kind, leaf.op)
    if shape is None:
        raise ConditionError(_join(path, "op"), _("“{field}” cannot be asked “{op}”"), field=leaf.field, op=leaf.op)
    where = _join(path, "value")
    if shape == PERIOD and not (isinstance(leaf.value, str) and is_period(leaf.value)):
        raise ConditionError(where, _("“{value}” is not a known period"), value=str(leaf.value)[:60])
    if shape in (NONE, PERIOD):
        return
    for value in leaf.value if isinstance(leaf.value, tuple) else (leaf.value,):
        if problem := _misfit(kind, value):
            raise ConditionError(where, problem, value=str(value)[:60])


def _misfit(kind: str, value: object) -> str:
    """Why `value` cannot be of the kind, as a message template with {value}; "" when it can."""
    if kind == "bool":
        return "" if isinstance(value, bool) else _("expected true or false, not “{value}”")
    if kind in ("number", "money"):
        return "" if not isinstance(value, bool) and as_number(value) is not None else _("“{value}” is not a number")
    if kind in ("date", "datetime"):
        return "" if as_day(value) else _("“{value}” is not a date such as 2026-01-31")
    if kind in ("link", "user"):
        whole = isinstance(value, int) and not isinstance(value, bool)
        named = isinstance(value, str) and (
            (value.isascii() and value.isdigit()) or (kind == "user" and value in (ME, MY_TEAM))
        )
        return "" if whole or named else _("“{value}” is not the id of a record")
    return "" if isinstance(value, str) else _("“{value}” is not a text")


def as_number(value: object) -> Decimal | None:
    """`value` as an exact number, or None; texts such as "12.50" count."""
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def as_day(value: object) -> date | None:
    """The day that an ISO text names, or None."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _join(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step
