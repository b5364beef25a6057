import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.places import (
    Address,
    UnknownCountry,
    address_lines,
    countries,
    country_name,
    default_currency,
    find_country,
    parse_country,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE", "DE"), ("de", "DE"), ("DEU", "DE"), ("Deutschland", "DE"), ("Allemagne", "DE"), ("alemania", "DE"),
        ("UK", "GB"), ("Great Britain", "GB"), ("USA", "US"), ("U.S.A.", "US"), ("United States", "US"),
        ("Korea", "KR"), ("México", "MX"), ("Mexico", "MX"), ("panama", "PA"), ("Côte d’Ivoire", "CI"),
        ("Brasil", "BR"),
    ],
)  # fmt: skip
def test_finds_countries_by_any_name(text: str, code: str) -> None:
    assert find_country(text) == code


@pytest.mark.parametrize("text", ["", "EU", "XX", "Europe", "Berlin", "12"])
def test_what_is_no_country(text: str) -> None:
    assert find_country(text) is None


def test_a_slip_is_refused_with_a_suggestion() -> None:
    with pytest.raises(UnknownCountry, match="is Philippines meant") as caught:
        parse_country("Philipines")
    assert caught.value.suggestion == "PH"
    with pytest.raises(UnknownCountry) as caught:
        parse_country("Atlantis")
    assert caught.value.suggestion == ""


def test_names_come_back_in_each_language() -> None:
    assert country_name("DE", "es") == "Alemania"
    assert country_name("DE", "xx") == "Germany"
    for code in countries():
        assert find_country(country_name(code, "en")) == code


def test_money_of_a_country() -> None:
    assert [default_currency(code) for code in ("DE", "GB", "US", "CH", "JP", "XX")] == [
        "EUR", "GBP", "USD", "CHF", "JPY", "",
    ]  # fmt: skip


def test_lines_follow_the_country() -> None:
    german = Address("Obere Str. 57", "Berlin", "", "01209", "DE")
    assert address_lines(german, "fr") == ["Obere Str. 57", "01209 Berlin", "Allemagne"]
    assert address_lines(german, home="DE") == ["Obere Str. 57", "01209 Berlin"]
    american = Address("507 20th Ave. E.\nApt. 2A", "Seattle", "WA", "98122", "US")
    assert address_lines(american)[1:] == ["Apt. 2A", "Seattle, WA 98122", "United States"]
    assert address_lines(Address(city="Seattle", country="US")) == ["Seattle", "United States"]
    assert address_lines(Address()) == []


@given(st.builds(Address, *(st.text(max_size=9) for _ in range(4)), st.sampled_from(["", "US", "GB", "JP", "FR"])))
def test_no_line_is_empty(address: Address) -> None:
    assert all(address_lines(address))
