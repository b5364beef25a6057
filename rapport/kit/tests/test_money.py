import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.money import (
    AmbiguousNumber,
    Money,
    format_amount,
    infer_number_format,
    minor_units,
    parse_amount,
    parse_money,
)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("€ 1 200", "1200"),
        ("(450.00)", "-450.00"),
        ("1'234.50", "1234.50"),
        ("1’234.50", "1234.50"),
        ("1\u202f234,5 €", "1234.5"),
        ("-€ 5", "-5"),
        ("€ -5", "-5"),
        ("(€5)", "-5"),
        ("450-", "-450"),
        ("\u2212450", "-450"),
        ("1.234.567", "1234567"),
        ("1,00,000.50", "100000.50"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("1 234,567", "1234.567"),
        (",5", "0.5"),
        ("12.", "12"),
        ("R$ 10,50", "10.50"),
        ("CHF 10.50", "10.50"),
        ("1.5E+3", "1500"),
        ("0", "0"),
        ("007", "7"),
        ("١٢٣٫٥", "123.5"),
    ],
)
def test_reads_every_way_of_writing(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["", " ", "abc", "1.2.3", "1,23,4", "12 34", "--5", "((5))", "1,2.3,4", "5 apples", "18.'0", "1. 5"]
)
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError):
        parse_amount(text)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e99999", "9" * 40, "x" * 10_000, "- 5 -", "(-5)"])
def test_refuses_hostile_numbers(text: str) -> None:
    with pytest.raises(ValueError):
        parse_amount(text)


def test_one_text_with_two_readings_needs_the_column() -> None:
    with pytest.raises(AmbiguousNumber):
        parse_amount("1,234")
    assert parse_amount("1,234", decimal=",") == Decimal("1.234")
    assert parse_amount("1,234", decimal=".") == Decimal(1234)


@pytest.mark.parametrize(
    ("samples", "decimal"),
    [
        (["1,234", "1,5"], ","),
        (["1,234", "12.50"], "."),
        (["1,234", "1,234,567"], "."),
        (["1.234", "1.234.567"], ","),
        (["1,234", "9"], None),
        (["1,5", "1.5"], None),
        (["n/a", "", "3,75 €"], ","),
    ],
)
def test_a_column_decides_by_its_clear_members(samples: list[str], decimal: str | None) -> None:
    assert infer_number_format(samples) == decimal


def test_money_reads_its_currency() -> None:
    assert parse_money("€ 1.200,50") == Money(Decimal("1200.50"), "EUR")
    assert parse_money("5 usd", "EUR") == Money(Decimal(5), "USD")
    assert parse_money("$5", "CAD") == Money(Decimal(5), "CAD")
    with pytest.raises(ValueError, match="names no currency"):
        parse_money("5")


def test_money_knows_minor_units_and_refuses_to_mix() -> None:
    assert [minor_units(code) for code in ("EUR", "JPY", "KWD")] == [2, 0, 3]
    assert Money(Decimal("2.345"), "EUR").rounded().amount == Decimal("2.35")
    assert Money(Decimal("-2.5"), "JPY").rounded().amount == Decimal(-3)
    assert Money(Decimal(1), "EUR") + Money(Decimal(2), "EUR") == Money(Decimal(3), "EUR")
    with pytest.raises(ValueError, match="cannot be added"):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")
    with pytest.raises(ValueError, match="not a currency code"):
        Money(Decimal(1), "eur")


def test_money_is_written_for_its_reader() -> None:
    assert Money(Decimal("1234.5"), "EUR").format("de") == "1.234,50\xa0€"
    assert Money(Decimal("1234.5"), "GBP").format("en-gb") == "£1,234.50"
    assert Money(Decimal("1234.5"), "CHF").format("en-gb") == "CHF\xa01,234.50"
    assert format_amount(Decimal("1234.5678"), "fr") == "1\u202f234,5678"


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("", ".")]),
)
def test_what_is_grouped_comes_back(amount: Decimal, signs: tuple[str, str]) -> None:
    grouping, decimal = signs
    text = f"{amount:,.2f}".replace(",", "g").replace(".", decimal).replace("g", grouping)
    assert parse_amount(text, decimal=decimal) == amount


@given(st.text(max_size=30) | st.text("12.,' -+()eE€²٣%", max_size=8))
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_amount(text).is_finite()
