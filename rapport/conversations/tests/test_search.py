"""The search over everything: customers before what was said with them, and nothing without a name."""

import pytest

from rapport.kit.folding import fold_text
from rapport.records import registry, write
from rapport.records.search import search
from rapport.records.testing.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return make_cast().viewer("ana")


def test_a_person_comes_before_the_messages_that_name_them(ana):
    for i in range(3):
        write.create(registry.get("messages"), {"title": "Quillfeather", "body": f"Number {i}"}, viewer=ana)
    write.create(registry.get("people"), {"name": "Rose Quillfeather"}, viewer=ana)
    found = [hit["entity"] for hit in search("quillfeather", viewer=ana)]
    assert found == ["people", "messages", "messages", "messages"]


def test_a_message_without_a_subject_is_called_by_how_it_begins(ana):
    write.create(registry.get("messages"), {"title": "", "body": "The quillfeathers come on Monday"}, viewer=ana)
    assert [hit["name"] for hit in search("quillfeathers", viewer=ana)] == ["The quillfeathers come on Monday"]


@pytest.mark.parametrize("typed", ["Sundkvist", "sundqvits", "Halverson", "grosman"])
def test_a_misspelt_surname_alone_finds_the_person(ana, typed):
    for name in ("Henric Sundqvist", "Nora Halvorsen", "Ida Grossmann", "Harald Halden", "Sunniva Quist"):
        write.create(registry.get("people"), {"name": name}, viewer=ana)
    found = [hit["name"] for hit in search(typed, viewer=ana)]
    assert len(found) == 1
    assert fold_text(found[0].split()[1])[:3] == typed.lower()[:3]


def test_what_is_spelt_so_is_not_mixed_with_what_is_like_it(ana):
    for name in ("Nora Halvorsen", "Nils Halverson"):
        write.create(registry.get("people"), {"name": name}, viewer=ana)
    assert [hit["name"] for hit in search("halverson", viewer=ana)] == ["Nils Halverson"]
    assert search("zzyxwvut", viewer=ana) == []
