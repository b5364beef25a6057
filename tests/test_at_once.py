"""Several people at once on one record. Each race has its control: with the guard off it is lost."""

import time

import pytest

from rapport.customers.models import Person
from rapport.platform.facts.models import Fact
from rapport.records import registry, write
from rapport.records.api import operations
from rapport.records.models import BulkRun
from rapport.records.pages import guard
from rapport.records.testing.cast import make_cast
from rapport.sales.actions import win_deal
from rapport.work.models import Note
from tests.racing import at_once, first_then, meet, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def person(cast):
    return write.create(registry.get("people"), {"name": "Ida Quill"}, viewer=cast.viewer("ana"))


@pytest.fixture
def both_check_first(monkeypatch):
    """Holds each writer after the check of the version until the other came as far, or for half a second."""
    meet(monkeypatch, write, "_check_version")


def no_lock(monkeypatch):
    monkeypatch.setattr(write, "lock", lambda *_args, **_more: None)


def editor(cast, who, pk, values, version):
    return lambda: cast.call(who, "PATCH", f"/people/{pk}", values, If_Match=str(version))


def test_two_editors_of_different_fields_are_both_kept(cast, person, both_check_first):
    answers = at_once(
        editor(cast, "ana", person, {"job_title": "Weaver"}, 1),
        editor(cast, "ben", person, {"last_name": "Feather"}, 1),
    )
    assert [answer.status for answer in answers] == [200, 200], answers
    now = Person.objects.get(pk=person)
    assert (now.job_title, now.last_name, now.version) == ("Weaver", "Feather", 3)


def test_if_whole_records_were_written_one_of_two_fields_would_be_lost(cast, person, monkeypatch):
    """The control: each writes back everything that it has read."""
    no_lock(monkeypatch)
    clean = write.clean

    def whole(record, values, viewer, **more):
        now = Person.objects.get(pk=person)
        return clean(record, {"job_title": now.job_title, "last_name": now.last_name} | values, viewer, **more)

    monkeypatch.setattr(write, "clean", whole)
    meet(monkeypatch, write, "_check_version")
    at_once(
        editor(cast, "ana", person, {"job_title": "Weaver"}, 1),
        editor(cast, "ben", person, {"last_name": "Feather"}, 1),
    )
    now = Person.objects.get(pk=person)
    assert (now.job_title, now.last_name) != ("Weaver", "Feather")


def both_edit_one_field(cast, person):
    answers = at_once(
        editor(cast, "ana", person, {"job_title": "Weaver"}, 1), editor(cast, "ben", person, {"job_title": "Dyer"}, 1)
    )
    return sorted(answer.status for answer in answers), answers


def test_of_two_editors_of_one_field_one_is_told(cast, person, both_check_first):
    statuses, answers = both_edit_one_field(cast, person)
    assert statuses == [200, 409], answers
    won, lost = sorted(answers, key=lambda answer: answer.status)
    conflict = lost.json["conflicts"][0]
    assert conflict["theirs"] == won.json["job_title"] == Person.objects.get(pk=person).job_title
    assert {conflict["yours"], conflict["theirs"]} == {"Weaver", "Dyer"}
    assert Fact.objects.filter(name="record_changed").count() == 1


def test_without_the_lock_one_of_them_would_be_lost(cast, person, both_check_first, monkeypatch):
    """The control: both look at the version before either has written."""
    no_lock(monkeypatch)
    statuses, answers = both_edit_one_field(cast, person)
    assert statuses == [200, 200], answers


def both_save_in_place(cast, person, kind):
    def saving(who, value):
        browser = signed_in(cast.users[who])
        return lambda: browser.post(f"/people/{person}/{kind}/job_title", {"job_title": value, "version": "1"})

    answers = at_once(saving("ana", "Weaver"), saving("ben", "Dyer"))
    return sorted(answers, key=lambda answer: answer.status_code)


@pytest.mark.parametrize("kind", ["cells", "grid"])
def test_of_two_who_save_one_field_in_place_one_sees_both_values(cast, person, both_check_first, kind):
    won, lost = both_save_in_place(cast, person, kind)
    assert (won.status_code, lost.status_code) == (200, 409), lost.content
    shown = lost.content.decode()
    assert "Weaver" in shown
    assert "Dyer" in shown


def test_without_the_lock_one_who_saves_in_place_would_not_be_told(cast, person, both_check_first, monkeypatch):
    """The control."""
    no_lock(monkeypatch)
    assert [answer.status_code for answer in both_save_in_place(cast, person, "cells")] == [200, 200]


def test_a_value_that_somebody_emptied_is_a_conflict_that_is_shown(cast, person):
    browser = signed_in(cast.ana)
    write.change(registry.get("people"), person, {"job_title": "Weaver"}, viewer=cast.viewer("ben"))
    write.change(registry.get("people"), person, {"job_title": ""}, viewer=cast.viewer("ben"))
    answer = browser.post(f"/people/{person}/cells/job_title", {"job_title": "Dyer", "version": "2"})
    assert answer.status_code == 409
    assert "(empty)" in answer.content.decode()


@pytest.fixture
def slow_create(monkeypatch):
    """Each creation takes long enough for the other request to come in meanwhile."""
    create = write.create

    def slow(*args, **more):
        pk = create(*args, **more)
        time.sleep(0.5)
        return pk

    monkeypatch.setattr(write, "create", slow)


def sent_twice(cast):
    def post():
        return cast.call("ana", "POST", "/people", {"name": "Pat Double"}, Idempotency_Key="one-click")

    return at_once(post, post)


def test_a_double_click_makes_one_record(cast, slow_create):
    first, second = sent_twice(cast)
    assert first.status == second.status == 201, (first, second)
    assert first.content == second.content
    assert Person.objects.filter(last_name="Double").count() == 1
    assert Fact.objects.filter(name="record_created").count() == 1


def test_without_the_key_a_double_click_would_make_two(cast, slow_create, monkeypatch):
    """The control."""
    monkeypatch.setattr(operations, "once", lambda _request, do: do())
    sent_twice(cast)
    assert Person.objects.filter(last_name="Double").count() == 2


def form_sent_twice(cast, address, values):
    browser = signed_in(cast.ana)
    form = browser.get("/people/new").content.decode()
    token = form.partition('name="once" value="')[2].partition('"')[0]
    assert token
    values = values | {"once": token}
    return at_once(lambda: browser.post(address, values), lambda: browser.post(address, values))


NAMED = {"first_name": "Pat", "last_name": "Double"}


def test_a_form_that_is_sent_twice_makes_one_record_and_leads_there_both_times(cast, slow_create):
    first, second = form_sent_twice(cast, "/people/new", NAMED)
    assert first.status_code == second.status_code == 302, first.content
    assert first["Location"] == second["Location"] == f"/people/{Person.objects.get(last_name='Double').pk}"


def test_without_the_token_a_form_that_is_sent_twice_would_make_two(cast, slow_create, monkeypatch):
    """The control."""
    monkeypatch.setattr(guard, "once", lambda _request, do: do())
    form_sent_twice(cast, "/people/new", NAMED)
    assert Person.objects.filter(last_name="Double").count() == 2


def test_the_same_form_with_other_values_is_another_one(cast):
    """As after the browser's Back: what was typed anew must not be taken for what was saved before."""
    browser = signed_in(cast.ana)
    for last in ("One", "Two"):
        browser.post("/people/new", {"first_name": "Pat", "last_name": last, "once": "the-same"})
    assert set(Person.objects.values_list("last_name", flat=True)) == {"One", "Two"}


def test_a_form_that_was_refused_may_be_sent_again(cast):
    browser = signed_in(cast.ana)
    refused = {"title": "", "due_on": "never", "once": "again"}
    assert [browser.post("/tasks/new", refused).status_code for _ in range(2)] == [422, 422]


def test_a_note_that_is_sent_twice_is_kept_once(cast, person):
    form_sent_twice(cast, f"/people/{person}/log/notes", {"body": "Rang back"})
    assert Note.objects.count() == 1


def test_work_on_many_that_is_asked_for_twice_is_done_once(cast, person):
    values = {"do": "edit", "field": "job_title", "job_title": "Weaver", "ids": str(person)}
    form_sent_twice(cast, "/people/many", values)
    assert BulkRun.objects.count() == 1


def both_win(cast):
    deal = write.create(registry.get("deals"), {"name": "Looms"}, viewer=cast.viewer("ana"))
    answers = at_once(*(lambda who=who: cast.call(who, "POST", f"/deals/{deal}/win", {}) for who in ("ana", "ben")))
    assert [answer.status for answer in answers] == [200, 200], answers
    return Fact.objects.filter(name="deal_won").count()


def test_a_deal_that_two_people_win_at_once_is_won_once(cast, monkeypatch):
    meet(monkeypatch, win_deal, "refuse_closed")
    assert both_win(cast) == 1


def test_without_the_lock_a_deal_would_be_won_twice(cast, monkeypatch):
    """The control."""
    from rapport.sales.models import Deal

    meet(monkeypatch, win_deal, "refuse_closed")
    monkeypatch.setattr(operations, "lock", lambda *_args: None)
    monkeypatch.setattr(win_deal, "locked_deal", lambda _viewer, pk: Deal.objects.get(pk=pk))
    assert both_win(cast) == 2


def both_delete(cast, person):
    answers = at_once(*(lambda who=who: cast.call(who, "DELETE", f"/people/{person}") for who in ("ana", "mia")))
    return sorted(answer.status for answer in answers)


def test_a_record_that_two_people_delete_at_once_is_deleted_once(cast, person):
    assert both_delete(cast, person) == [204, 404]
    assert Fact.objects.filter(name="record_deleted").count() == 1


def test_without_the_lock_it_would_be_deleted_twice(cast, person, monkeypatch):
    """The control."""
    no_lock(monkeypatch)
    meet(monkeypatch, write, "tell")
    assert both_delete(cast, person) == [204, 204]
    assert Fact.objects.filter(name="record_deleted").count() == 2


def deleted_while_edited(cast, person, monkeypatch):
    return first_then(
        monkeypatch, write, "_check_version",
        editor(cast, "ana", person, {"job_title": "Weaver"}, 1),
        lambda: cast.call("mia", "DELETE", f"/people/{person}", If_Match="1"),
    )  # fmt: skip


def test_who_deletes_what_is_being_edited_is_told_of_the_edit(cast, person, monkeypatch):
    edited, deleted = deleted_while_edited(cast, person, monkeypatch)
    assert (edited.status, deleted.status) == (200, 409), (edited, deleted)
    now = Person.objects.get(pk=person)
    assert (now.job_title, now.deleted_at) == ("Weaver", None)


def test_without_the_lock_the_edit_would_go_into_the_bin_unseen(cast, person, monkeypatch):
    """The control."""
    no_lock(monkeypatch)
    edited, deleted = deleted_while_edited(cast, person, monkeypatch)
    assert (edited.status, deleted.status) != (200, 409)


def test_who_edits_what_is_being_deleted_is_told(cast, person, monkeypatch):
    deleted, edited = first_then(
        monkeypatch, write, "tell",
        lambda: cast.call("mia", "DELETE", f"/people/{person}", If_Match="1"),
        editor(cast, "ana", person, {"job_title": "Weaver"}, 1),
    )  # fmt: skip
    assert (deleted.status, edited.status) == (204, 404), (deleted, edited)
    assert Person.objects.get(pk=person).job_title == ""
