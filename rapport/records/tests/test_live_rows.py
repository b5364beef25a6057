"""That one row changed is told to whom it is in sight, and once more to whom it leaves; asked for all windows together."""

import time

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from rapport.platform.access.change_role import change_role
from rapport.platform.access.models import Role
from rapport.platform.identity.models import User
from rapport.platform.live import listener as listening
from rapport.platform.live import sight
from rapport.platform.live.listener import Listener, to_tell
from rapport.records import registry, write
from rapport.records.sight import rows_in_sight
from rapport.records.testing.cast import make_cast

pytestmark = pytest.mark.django_db
PEOPLE = registry.get("people")


@pytest.fixture
def cast():
    return make_cast()


def make(cast, who):
    return write.create(PEOPLE, {"last_name": who}, viewer=cast.viewer(who))


def told(row, *listeners):
    """Whom of them is told that the row was touched, after a second."""
    sight._viewers.clear()
    return [one.user_id for _topic, one in to_tell({row: listeners})]


def hand(cast, pk, to):
    write.change(PEOPLE, pk, {"owner": cast.users[to].pk}, viewer=cast.viewer("adam"))


@pytest.mark.parametrize(
    ("owner", "hear"),
    [("ana", {"ana", "ben", "mia", "rita", "adam"}), ("cleo", {"cleo", "mia", "adam"}), ("adam", {"adam"})],
)
def test_a_row_is_told_to_those_who_may_look_at_it(cast, owner, hear):
    row = f"people-{make(cast, owner)}"
    listeners = [Listener(cast.viewer(name), [row]) for name in ("ana", "ben", "cleo", "mia", "rita", "adam")]
    assert set(told(row, *listeners)) == {cast.users[name].pk for name in hear}


def test_without_the_gate_a_stranger_would_hear(cast, monkeypatch):
    monkeypatch.setattr(
        sight, "_sights", [lambda _name, rows: {(row, v.id) for row, them in rows.items() for v in them}]
    )
    row = f"people-{make(cast, 'ana')}"
    assert told(row, Listener(cast.viewer("cleo"), [row])) == [cast.cleo.pk]


def test_a_record_handed_over_is_told_once_to_whom_it_leaves_and_then_to_the_other(cast):
    pk = make(cast, "ana")
    row = f"people-{pk}"
    ana, cleo = (Listener(cast.viewer(name), [row]) for name in ("ana", "cleo"))
    hand(cast, pk, "cleo")
    assert told(row, ana, cleo) == [ana.user_id, cleo.user_id]
    write.change(PEOPLE, pk, {"job_title": "Buyer"}, viewer=cast.viewer("cleo"))
    assert told(row, ana, cleo) == [cleo.user_id]
    hand(cast, pk, "ana")
    assert told(row, ana, cleo) == [ana.user_id, cleo.user_id]
    assert told(row, ana, cleo) == [ana.user_id]


def test_rights_that_are_taken_end_it_at_the_next_change(cast):
    row = f"people-{make(cast, 'ana')}"
    ben = Listener(cast.viewer("ben"), [row])
    change_role(cast.viewer("adam"), Role.objects.get(key="member"), {("people", "view"): "own"})
    assert (told(row, ben), told(row, ben)) == ([ben.user_id], [])
    User.objects.filter(pk=cast.ana.pk).update(is_active=False)
    ana = Listener(cast.viewer("ana"), [row])
    assert told(row, ana) == []


@pytest.mark.parametrize("row", ["deal-7", "people-999999", "people-99999999999999999999", "people-x", "imports-7"])
def test_what_nobody_knows_is_told_to_nobody(cast, row):
    assert told(row, Listener(cast.viewer("adam"), [row])) == []


def test_a_row_in_the_bin_and_one_that_is_gone_are_told_of(cast):
    pk = make(cast, "ana")
    row = f"people-{pk}"
    ana, cleo = (Listener(cast.viewer(name), [row]) for name in ("ana", "cleo"))
    write.remove(PEOPLE, pk, viewer=cast.viewer("ana"))
    assert told(row, ana, cleo) == [ana.user_id]
    PEOPLE.model._default_manager.filter(pk=pk).delete()
    assert told(row, ana, cleo) == [ana.user_id]


def test_a_hundred_windows_cost_as_many_questions_as_there_are_people_and_kinds(cast):
    rows = [f"people-{make(cast, who)}" for who in ("ana", "ben", "cleo", "mia") for _n in range(5)]
    people = ("ana", "ben", "cleo", "mia", "adam")
    windows = [Listener(cast.viewer(name), rows) for name in people for _n in range(20)]
    sight._viewers.clear()
    asked = dict.fromkeys(rows, windows)
    with CaptureQueriesContext(connection) as first:
        answers = to_tell(asked)
    assert len(answers) == 20 * (10 + 10 + 5 + 20 + 20)
    # Each person and their team once a second, and one question about all rows.
    assert len(first) <= 2 * len(people) + 1
    with CaptureQueriesContext(connection) as second:
        assert len(to_tell(asked)) == len(answers)
    assert len(second) == 1


def test_many_people_with_a_reach_of_their_own_are_asked_about_in_few_statements(cast, monkeypatch):
    monkeypatch.setattr("rapport.records.sight.MOST_RULES", 2)
    rows = {make(cast, who): [cast.viewer(n) for n in ("ana", "ben", "cleo", "mia", "adam")] for who in ("ana", "cleo")}
    with CaptureQueriesContext(connection) as asked:
        found = rows_in_sight("people", rows)
    # Ana and Ben reach the same; four rules in pieces of two, and each team is read once.
    assert sum("AS" not in q["sql"] and "customers_person" in q["sql"] for q in asked) == 2
    first, second = rows
    seers = {first: ("ana", "ben", "mia", "adam"), second: ("cleo", "mia", "adam")}
    assert found == {(pk, cast.users[name].pk) for pk, names in seers.items() for name in names}


def test_while_the_question_cannot_be_asked_only_those_are_told_who_knew_the_row(cast, monkeypatch):
    row = f"people-{make(cast, 'ana')}"
    ana, cleo = (Listener(cast.viewer(name), [row]) for name in ("ana", "cleo"))

    def away(_asked):
        raise DatabaseError("away")

    monkeypatch.setattr(listening, "in_sight", away)
    assert told(row, ana, cleo) == [ana.user_id]


def test_a_viewer_is_read_anew_after_a_second(cast, monkeypatch):
    kept = sight.viewer_now(cast.ana.pk)
    assert sight.viewer_now(cast.ana.pk) is kept
    later = time.monotonic() + sight.KEPT_SECONDS
    monkeypatch.setattr(sight.time, "monotonic", lambda: later)
    assert sight.viewer_now(cast.ana.pk) is not kept
