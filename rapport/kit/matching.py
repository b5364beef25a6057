"""Whether one record in memory meets a condition; the same answer as the SQL that the engine compiles."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any as Anything

from rapport.kit.condition import ME, MY_TEAM, OPPOSITES, All, Any, Leaf, Node, Not, as_day, as_number
from rapport.kit.folding import fold_text
from rapport.kit.money import Money
from rapport.kit.periods import resolve


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks and when: `today` decides relative periods, `me` and `team` are the ids of "me" and "my_team"."""

    today: date
    me: int | None = None
    team: frozenset[int] = frozenset()
    zone: tzinfo = UTC
    fiscal_start: int = 1
    week_start: int = 0


def evaluate(node: Node, getter: Callable[[str], object], context: Context) -> bool:
    """True when the record meets the condition.

    `getter(field)` answers the record's value: text, int, Decimal, Money, bool, date, datetime, an id for links and
    users, a list or set of texts for tags, or None. The condition has passed `check`; a value that is of another kind
    than the operator expects does not match.
    """
    match node:
        case All(children):
            return all(evaluate(child, getter, context) for child in children)
        case Any(children):
            return any(evaluate(child, getter, context) for child in children)
        case Not(child):
            return not evaluate(child, getter, context)
        case Leaf():
            return _leaf(node, getter(node.field), context)


def _leaf(leaf: Leaf, actual: object, context: Context) -> bool:
    empty = actual is None or actual == "" or (isinstance(actual, Collection) and not actual)
    op = leaf.op
    if op in ("is_empty", "is_filled"):
        return empty == (op == "is_empty")
    if op in OPPOSITES:
        return empty or not _leaf(Leaf(leaf.field, OPPOSITES[op], leaf.value), actual, context)
    if empty:
        return False
    if isinstance(actual, date):
        return _day(leaf, actual, context)
    if op.startswith("has_"):
        wanted = {_plain(value) for value in _several(leaf.value)}
        tags = {_plain(tag) for tag in actual} if isinstance(actual, Collection) else set()
        return wanted <= tags if op == "has_all" else bool(wanted & tags)
    if op in ("is", "any_of"):
        return any(_same(actual, value, context) for value in _several(leaf.value))
    if op in ("contains", "starts", "ends"):
        text, part = _plain(actual), _plain(leaf.value)
        return {"contains": part in text, "starts": text.startswith(part), "ends": text.endswith(part)}[op]
    return _number(leaf, actual)


def _same(actual: object, wanted: object, context: Context) -> bool:
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return actual is wanted
    if isinstance(actual, int | float | Decimal | Money):
        if wanted == ME:
            return context.me is not None and actual == context.me
        if wanted == MY_TEAM:
            return actual in context.team
        return as_number(_bare(actual)) == as_number(wanted)
    return _plain(actual) == _plain(wanted)


def _number(leaf: Leaf, actual: object) -> bool:
    number = None if isinstance(actual, bool) else as_number(_bare(actual))
    bounds = [as_number(value) for value in _several(leaf.value)]
    if number is None or not bounds or None in bounds:
        return False
    return _compare(leaf.op, number, bounds)


def _day(leaf: Leaf, actual: date, context: Context) -> bool:
    day = actual.astimezone(context.zone).date() if isinstance(actual, datetime) else actual
    if leaf.op in ("within", "overdue"):
        name = str(leaf.value) if leaf.op == "within" else "overdue"
        period = resolve(name, context.today, fiscal_start=context.fiscal_start, week_start=context.week_start)
        return period.includes(day)
    bounds = [as_day(value) for value in _several(leaf.value)]
    if not bounds or None in bounds:
        return False
    op = {"on": "is", "before": "lt", "after": "gt"}.get(leaf.op, leaf.op)
    return _compare(op, day, bounds)


def _compare(op: str, actual: Anything, bounds: list[Anything]) -> bool:
    first, last = bounds[0], bounds[-1]
    tests: dict[str, bool] = {
        "is": actual == first,
        "lt": actual < first,
        "lte": actual <= first,
        "gt": actual > first,
        "gte": actual >= first,
        "between": first <= actual <= last,
    }
    return tests.get(op, False)


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _bare(value: object) -> object:
    return value.amount if isinstance(value, Money) else value


def _plain(value: object) -> str:
    return fold_text(str(value))
