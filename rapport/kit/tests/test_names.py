import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.names import Name, compact, fold, initials, likeness, organisation_key, split_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dr. María del Carmen Ruiz Jr.", Name("Dr.", "María", "del Carmen", "Ruiz", "Jr.")),
        ("Ruiz, María", Name("", "María", "", "Ruiz")),
        ("Smith, John Quincy, Jr.", Name("", "John", "Quincy", "Smith", "Jr.")),
        ("John Smith, PhD", Name("", "John", "", "Smith", "PhD")),
        ("Ludwig van Beethoven", Name("", "Ludwig", "", "van Beethoven")),
        ("Prof. Dr. med. Hans Müller", Name("Prof. Dr. med.", "Hans", "", "Müller")),
        ("Mr. Ruiz", Name("Mr.", "", "", "Ruiz")),
        ("M. Dupont", Name("M.", "", "", "Dupont")),
        ("M. Night Shyamalan", Name("", "M.", "Night", "Shyamalan")),
        ("van der Berg", Name("", "", "", "van der Berg")),
        ("Isabel de Castro", Name("", "Isabel", "", "de Castro")),
        ("Don Draper", Name("", "Don", "", "Draper")),
        ("Yo Yo Ma", Name("", "Yo", "Yo", "Ma")),
        ("Ana", Name("", "Ana")),
        ("", Name()),
    ],
)
def test_splits(text: str, name: Name) -> None:
    assert split_name(text) == name


@given(st.text(max_size=60))
def test_splitting_loses_no_letter(text: str) -> None:
    name = split_name(text)
    letters = sorted(c for c in name.full if not c.isspace() and c != ",")
    assert letters == sorted(c for c in text if not c.isspace() and c != ",")


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("María del Carmen Ruiz", "MR"),
        ("Dr. Hans Müller Jr.", "HM"),
        ("Ana", "A"),
        ("Acme Corporation", "AC"),
        ("", ""),
    ],
)
def test_initials(text: str, letters: str) -> None:
    assert initials(text) == letters


def test_fold_is_the_same_for_every_way_of_writing() -> None:
    assert fold("  Société-Générale  S.A. ") == "societe generale s a"
    assert fold("STRAẞE & Söhne") == fold("Straße and Sohne")
    assert fold("O’Brien") == fold("OBrien")
    assert fold("Zażółć Łódź") == "zazolc lodz"
    assert compact("GTXPro") == compact("GTX Pro") == compact("gtx-pro")


def test_organisations_without_their_legal_form() -> None:
    assert organisation_key("Acme GmbH & Co. KG") == organisation_key("ACME, Inc.") == "acme"
    assert organisation_key("S.A.") == "sa"


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ("GTXPro", "GTX Pro", 1, 1),
        ("technolgy", "technology", 0.9, 0.99),
        ("Ruiz Ana", "Ana Ruiz", 0.95, 0.95),
        ("GTX Pro", "GTX Plus Pro", 0, 0.84),
        ("MG Special", "MG Advanced", 0, 0.5),
        ("Area 51", "Area 52", 0, 0.7),
        ("", "x", 0, 0),
    ],
)
def test_likeness(a: str, b: str, low: float, high: float) -> None:
    assert low <= likeness(a, b) <= high


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert 0 <= likeness(a, b) <= 1
    assert likeness(a, b) == likeness(b, a)
    assert likeness(a, a) == 1
