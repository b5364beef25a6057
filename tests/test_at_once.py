"""Several people at once, in real transactions of their own. Each race has its control: with the guard off it is lost."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from rapport.customers.models import Person
from rapport.platform.facts.models import Fact
from rapport.records import registry, write
from rapport.records.api import operations
from rapport.records.testing.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def person(cast):
    return write.create(registry.get("people"), {"name": "Ida Quill"}, viewer=cast.viewer("ana"))


def at_once(*calls):
    """Runs the calls in threads of their own, each with its own connection, and returns what they return, in order."""

    def run(call):
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def editor(cast, who, pk, values, version):
    return lambda: cast.call(who, "PATCH", f"/people/{pk}", values, If_Match=str(version))


@pytest.fixture
def both_check_first(monkeypatch):
    """Holds each writer after the check of the version until the other came as far, or for half a second."""
    meeting, check = threading.Barrier(2), write._check_version

    def held(*args):
        check(*args)
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=0.5)

    monkeypatch.setattr(write, "_check_version", held)


def test_two_editors_of_different_fields_are_both_kept(cast, person, both_check_first):
    answers = at_once(
        editor(cast, "ana", person, {"job_title": "Weaver"}, 1),
        editor(cast, "ben", person, {"last_name": "Feather"}, 1),
    )
    assert [answer.status for answer in answers] == [200, 200], answers
    now = Person.objects.get(pk=person)
    assert (now.job_title, now.last_name, now.version) == ("Weaver", "Feather", 3)


def both_edit_one_field(cast, person):
    answers = at_once(
        editor(cast, "ana", person, {"job_title": "Weaver"}, 1), editor(cast, "ben", person, {"job_title": "Dyer"}, 1)
    )
    return sorted(answer.status for answer in answers), answers


def test_of_two_editors_of_one_field_one_is_told(cast, person, both_check_first):
    statuses, answers = both_edit_one_field(cast, person)
    assert statuses == [200, 409], answers
    won, lost = sorted(answers, key=lambda answer: answer.status)
    assert lost.json["conflicts"][0]["theirs"] == won.json["job_title"] == Person.objects.get(pk=person).job_title
    assert Fact.objects.filter(name="record_changed").count() == 1


def test_without_the_lock_one_of_them_would_be_lost(cast, person, both_check_first, monkeypatch):
    """The control: both look at the version before either has written."""
    monkeypatch.setattr(write, "lock", lambda *_args, **_more: None)
    statuses, answers = both_edit_one_field(cast, person)
    assert statuses == [200, 200], answers


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


def test_a_deal_that_two_people_win_at_once_is_won_once(cast):
    deal = write.create(registry.get("deals"), {"name": "Looms"}, viewer=cast.viewer("ana"))
    answers = at_once(*(lambda who=who: cast.call(who, "POST", f"/deals/{deal}/win", {}) for who in ("ana", "ben")))
    assert [answer.status for answer in answers] == [200, 200], answers
    assert Fact.objects.filter(name="deal_won").count() == 1


def test_a_record_that_two_people_delete_at_once_is_deleted_once(cast, person):
    answers = at_once(*(lambda who=who: cast.call(who, "DELETE", f"/people/{person}") for who in ("ana", "mia")))
    assert sorted(answer.status for answer in answers) == [204, 404], answers
    assert Fact.objects.filter(name="record_deleted").count() == 1
