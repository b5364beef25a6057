"""The search over everything: customers before what was said with them, and nothing without a name."""

import pytest

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
