"""Cells edited in a list: the answer of a save, the refusals, and who may not."""

import pytest
from django.test import Client

from rapport.records import registry, write
from rapport.records.pages.cells import editing_of, locked
from rapport.records.testing.cast import make_cast
from rapport.records.testing.silence import digest

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def deal(cast):
    return write.create(registry.get("deals"), {"name": "Alpha", "amount": "200"}, viewer=cast.viewer("ana"))


def browser(cast, who):
    client = Client()
    client.force_login(cast.users[who])
    return client


def test_a_saved_cell_answers_its_new_content_and_version_and_offers_undo(cast, deal):
    told = browser(cast, "ana").post(f"/deals/{deal}/grid/amount", {"amount": "1300", "version": "1"}).json()
    assert "1,300.00" in told["html"] and told["version"] == 2
    assert "/undo/" in told["notice"]


def test_a_refused_value_comes_back_in_the_editor_with_the_reason(cast, deal):
    ana = browser(cast, "ana")
    before = digest()
    answer = ana.post(f"/deals/{deal}/grid/amount", {"amount": "many", "version": "1"})
    assert answer.status_code == 422 and b'value="many"' in answer.content and b"r-error" in answer.content
    assert digest() == before


def test_a_clash_shows_both_values_and_saving_again_lets_ours_stand(cast, deal):
    ana, ben = browser(cast, "ana"), browser(cast, "ben")
    ben.post(f"/deals/{deal}/grid/name", {"name": "Theirs", "version": "1"})
    answer = ana.post(f"/deals/{deal}/grid/name", {"name": "Mine", "version": "1"})
    assert answer.status_code == 409 and b"Theirs" in answer.content and b'value="Mine"' in answer.content
    assert ana.post(f"/deals/{deal}/grid/name", {"name": "Mine", "version": "2"}).json()["text"] == "Mine"


def test_strangers_find_nothing_and_readers_change_nothing(cast, deal):
    cleo, rita = browser(cast, "cleo"), browser(cast, "rita")
    before = digest()
    for who, code in ((cleo, 404), (rita, 403)):
        assert who.post(f"/deals/{deal}/grid/amount", {"amount": "1", "version": "1"}).status_code == code
    assert cleo.get(f"/deals/{deal}/grid/amount").status_code == 404
    assert rita.get("/deals/grid?fields=amount").status_code == 403
    assert digest() == before


def test_columns_that_follow_from_others_have_no_editor(cast, deal):
    ana = browser(cast, "ana")
    assert ana.get(f"/deals/{deal}/grid/status").status_code == 404
    assert set(ana.get("/deals/grid?fields=amount,status,nothing").json()) == {"amount"}
    people = registry.get("people")
    assert editing_of(people.field("name"), "name") == ""
    assert editing_of(people.field("country"), "organisation.country") == ""
    assert editing_of(people.field("tags"), "tags") == "pick"


def test_rows_out_of_reach_are_known_as_locked(cast, deal, rf):
    request = rf.get("/deals")
    for who, known in (("ana", frozenset()), ("rita", {deal}), ("adam", set())):
        request.viewer = cast.viewer(who)
        assert locked(registry.get("deals"), [deal], request) == known, who
