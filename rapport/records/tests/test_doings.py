"""The history says in words what was done, and names only what the reader may see."""

import pytest

from rapport.platform.journal.models import Action
from rapport.records import registry, write
from rapport.records.pages.doings import told
from rapport.records.testing.cast import make_cast
from rapport.records.undoing import undo_action

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def lines(cast, name):
    actions = list(Action.objects.order_by("pk"))
    return [(str(one["did"]), one["what"], one["url"]) for one in told(actions, cast.viewer(name)) if one["record"]]


def test_who_did_what(cast):
    people, ana = registry.get("people"), cast.viewer("ana")
    Action.objects.all().delete()
    pk = write.create(people, {"last_name": "Quill"}, viewer=ana)
    write.change(people, pk, {"job_title": "Weaver"}, viewer=ana)
    undo_action(Action.objects.latest("pk").pk, viewer=ana)
    write.remove(people, pk, viewer=ana)
    quill = ("Quill", f"/people/{pk}")
    assert lines(cast, "ana") == [
        ("created", *quill), ("changed", *quill), ("undid: changed", *quill), ("moved to the bin", *quill),
    ]  # fmt: skip


def test_a_stranger_learns_no_name(cast):
    Action.objects.all().delete()
    pk = write.create(registry.get("deals"), {"name": "Secret looms", "owner": cast.ana.pk}, viewer=cast.viewer("ana"))
    assert lines(cast, "cleo") == [("created", "deal", "")]
    assert lines(cast, "ana") == [("created", "Secret looms", f"/deals/{pk}")]


def test_many_rows_are_counted_and_the_price_stays_the_same(cast, django_assert_num_queries):
    people, ana = registry.get("people"), cast.viewer("ana")
    for i in range(5):
        write.create(people, {"last_name": f"Quill {i}"}, viewer=ana)
    few, many = list(Action.objects.order_by("pk")[:2]), list(Action.objects.order_by("pk"))
    for some in (few, many):
        with django_assert_num_queries(2):
            told(some, ana)
