import json
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.condition import (
    MANY,
    NONE,
    OPERATORS,
    PAIR,
    PERIOD,
    All,
    Any,
    ConditionError,
    Leaf,
    Node,
    Not,
    check,
    dump,
    fields,
    parse,
)
from rapport.kit.matching import Context, evaluate
from rapport.kit.money import Money

TODAY = Context(today=date(2026, 3, 31), me=7, team=frozenset({7, 8}))
KINDS = {
    "name": "text", "size": "number", "amount": "money", "closes_on": "date", "created_at": "datetime",
    "is_open": "bool", "stage": "choice", "country": "country", "organisation": "link", "owner": "user", "tags": "tags",
    "organisation.name": "text",
}  # fmt: skip
RECORD = {
    "name": "Müller & Söhne", "size": 12, "amount": Money(Decimal("99.50"), "EUR"), "closes_on": date(2026, 3, 30),
    "created_at": datetime(2026, 3, 30, 23, 30, tzinfo=UTC), "is_open": True, "stage": "won", "country": "DE",
    "organisation": 5, "owner": 7, "tags": ["VIP", "press"], "organisation.name": None,
}  # fmt: skip


def holds(field: str, op: str, value: object = None, context: Context = TODAY) -> bool:
    leaf = {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}
    node = parse(leaf)
    check(node, KINDS.get)
    return evaluate(node, RECORD.get, context)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("name", "contains", "müller"),
        ("name", "not_contains", "meier"),
        ("name", "starts", "MÜ"),
        ("name", "ends", "söhne"),
        ("name", "is", "müller & söhne"),
        ("name", "is_not", "x"),
        ("name", "contains", "muller"),
        ("owner", "is", "my_team"),
        ("owner", "any_of", ["my_team", 99]),
        ("closes_on", "not_within", "today"),
        ("closes_on", "within", "last_2_days"),
        ("closes_on", "lte", "2026-03-30"),
        ("closes_on", "gte", "2026-03-30"),
        ("created_at", "not_within", "over_1_days_ago"),
        ("name", "is_filled", None),
        ("organisation.name", "is_empty", None),
        ("organisation.name", "is_not", "x"),
        ("organisation.name", "not_contains", "x"),
        ("organisation.name", "none_of", ["x"]),
        ("size", "is", 12),
        ("size", "gt", 11.5),
        ("size", "between", [12, 12]),
        ("amount", "lt", "99.51"),
        ("amount", "gte", 99.5),
        ("closes_on", "on", "2026-03-30"),
        ("closes_on", "before", "2026-03-31"),
        ("closes_on", "after", "2026-03-29"),
        ("closes_on", "between", ["2026-03-30", "2026-03-30"]),
        ("closes_on", "within", "yesterday"),
        ("closes_on", "within", "last_30_days"),
        ("closes_on", "overdue", None),
        ("created_at", "on", "2026-03-30"),
        ("is_open", "is", True),
        ("stage", "any_of", ["won", "lost"]),
        ("stage", "none_of", ["lost"]),
        ("country", "is", "DE"),
        ("organisation", "is", 5),
        ("organisation", "any_of", ["5", 6]),
        ("owner", "is", "me"),
        ("owner", "none_of", [8]),
        ("tags", "has_any", ["vip", "x"]),
        ("tags", "has_all", ["vip", "press"]),
        ("tags", "has_none", ["x"]),
    ],
)
def test_holds(field: str, op: str, value: object) -> None:
    assert holds(field, op, value)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("organisation.name", "is", "None"),
        ("organisation.name", "contains", "n"),
        ("organisation.name", "is_filled", None),
        ("size", "lt", 12),
        ("amount", "between", [100, 200]),
        ("closes_on", "within", "today"),
        ("is_open", "is", False),
        ("owner", "is_not", "me"),
        ("tags", "has_all", ["vip", "x"]),
        ("tags", "has_none", ["press"]),
    ],
)
def test_does_not_hold(field: str, op: str, value: object) -> None:
    assert not holds(field, op, value)


def test_days_are_those_of_the_viewer() -> None:
    berlin = Context(today=date(2026, 3, 31), zone=ZoneInfo("Europe/Berlin"))
    assert holds("created_at", "on", "2026-03-31", berlin)


def test_me_is_nobody_without_a_viewer() -> None:
    assert not holds("owner", "is", "me", Context(today=TODAY.today))


def test_groups() -> None:
    yes, no = Leaf("size", "is", 12), Leaf("size", "is", 13)
    results = [evaluate(node, RECORD.get, TODAY) for node in (All(), Any(), All((yes, no)), Any((yes, no)), Not(no))]
    assert results == [True, False, False, True, True]


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("{", ""),
        ("[]", ""),
        ({"all": {}}, "all"),
        ({"all": [], "any": []}, ""),
        ({"none": []}, ""),
        ({"all": [{"field": "a", "op": "is", "value": 1}, 5]}, "all[1]"),
        ({"not": {"any": [{"field": "a b", "op": "is", "value": 1}]}}, "not.any[0].field"),
        ({"all": [{"field": "a", "op": "like", "value": 1}]}, "all[0].op"),
        ({"all": [{"field": "a", "op": "is", "value": {"x": 1}}]}, "all[0].value"),
        ({"all": [{"field": "a", "op": "is"}]}, "all[0].value"),
        ({"field": "a", "op": "is_empty", "value": 1}, "value"),
        ({"field": "a", "op": "between", "value": [1]}, "value"),
        ({"field": "a", "op": "any_of", "value": "x"}, "value"),
        ({"field": "a", "op": "any_of", "value": [1, None]}, "value[1]"),
        ({"field": "a", "op": "any_of", "value": ["x"] * 1001}, "value"),
        ({"field": "a", "op": "is", "value": "x\x00"}, "value"),
        ({"field": "a", "op": "is", "value": 10**40}, "value"),
        ({"field": "a", "op": "is", "value": float("nan")}, "value"),
        ({"field": "a", "op": "is", "value": 1, "sql": 1}, ""),
        ({"field": "__class__", "op": "is", "value": 1}, "field"),
        ('{"not":' * 9 + "{}" + "}" * 9, "not.not.not.not.not.not.not.not"),
        ("[" * 100_000, ""),
        ({"all": [{"field": "a", "op": "is_empty"}] * 200}, "all[199]"),
    ],
)
def test_refuses_naming_the_place(source: object, path: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(source)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("field", "op", "value", "path"),
    [
        ("secret", "is", "x", "all[0].field"),
        ("name", "lt", 5, "all[0].op"),
        ("size", "is", "many", "all[0].value"),
        ("size", "is", True, "all[0].value"),
        ("closes_on", "on", "2026-02-31", "all[0].value"),
        ("closes_on", "within", "someday", "all[0].value"),
        ("is_open", "is", "yes", "all[0].value"),
        ("owner", "is", "ana", "all[0].value"),
        ("organisation", "is", "me", "all[0].value"),
        ("name", "is", 5, "all[0].value"),
    ],
)
def test_check_names_field_operator_or_value(field: str, op: str, value: object, path: str) -> None:
    node = parse({"all": [{"field": field, "op": op, "value": value}]})
    with pytest.raises(ConditionError) as caught:
        check(node, KINDS.get)
    assert caught.value.path == path


TEXTS = st.text(max_size=8).filter(lambda text: "\x00" not in text)
SCALARS = {
    "text": TEXTS, "choice": TEXTS, "country": TEXTS, "tags": TEXTS, "number": st.integers(-99, 99),
    "money": st.decimals(-99, 99, places=2).map(str), "date": st.dates().map(str), "datetime": st.dates().map(str),
    "bool": st.booleans(), "link": st.integers(0, 9), "user": st.one_of(st.integers(0, 9), st.just("me")),
}  # fmt: skip


@st.composite
def leaf_nodes(draw: st.DrawFn) -> Leaf:
    field = draw(st.sampled_from(sorted(KINDS)))
    kind = KINDS[field]
    op = draw(st.sampled_from(sorted(OPERATORS[kind])))
    shape = OPERATORS[kind][op]
    one = SCALARS[kind]
    value = {
        NONE: st.none(),
        MANY: st.lists(one, max_size=3).map(tuple),
        PAIR: st.tuples(one, one),
        PERIOD: st.just("last_30_days"),
    }.get(shape, one)
    return Leaf(field, op, draw(value))


def groups(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    many = st.lists(children, max_size=3).map(tuple)
    return st.one_of(many.map(All), many.map(Any), children.map(Not))


NODES = st.recursive(leaf_nodes(), groups, max_leaves=12)


@given(NODES)
def test_dump_and_parse_are_inverse(node: Node) -> None:
    assert parse(json.dumps(dump(node)), max_depth=50) == node
    check(node, KINDS.get)
    assert fields(node) <= set(KINDS)


@given(NODES)
def test_not_is_the_opposite(node: Node) -> None:
    assert evaluate(Not(node), RECORD.get, TODAY) is not evaluate(node, RECORD.get, TODAY)


@given(leaf_nodes())
def test_negative_operators_are_the_opposite_of_positive_ones(leaf: Leaf) -> None:
    opposite = {"is": "is_not", "contains": "not_contains", "any_of": "none_of", "has_any": "has_none"}.get(leaf.op)
    if opposite and opposite in OPERATORS[KINDS[leaf.field]]:
        negative = Leaf(leaf.field, opposite, leaf.value)
        assert evaluate(leaf, RECORD.get, TODAY) is not evaluate(negative, RECORD.get, TODAY)
