"""The calendar: days of the viewer's zone, changes of the clock, midnight, who sees and moves what."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.platform.identity.models import User
from rapport.records import registry, write
from rapport.records.testing.cast import Cast, make_cast
from rapport.work.calendar.layout import pieces, touching, whole
from rapport.work.calendar.moving import lengthen, move
from rapport.work.calendar.reading import entries, moment
from rapport.work.calendar.spans import step, window
from rapport.work.models import Call, Meeting, Task

BERLIN = ZoneInfo("Europe/Berlin")
# In Berlin the clocks go forward on 29 March 2026 at 2:00 and back on 25 October 2026 at 3:00.
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.fixture
def cast(db) -> Cast:
    made = make_cast()
    User.objects.filter(pk=made.ana.pk).update(time_zone="Europe/Berlin")
    User.objects.filter(pk=made.ben.pk).update(time_zone="America/New_York")
    return made


def make(cast: Cast, entity: str, who: str = "ana", **values) -> int:
    return write.create(registry.get(entity), values, viewer=cast.viewer(who))


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


# --- windows: plain dates ------------------------------------------------------------------------------------------


def test_windows_begin_with_the_week_of_the_locale():
    assert window("week", date(2026, 11, 22), 0).first == date(2026, 11, 16)
    assert window("week", date(2026, 11, 22), 6).first == date(2026, 11, 22)
    assert window("week", date(2026, 11, 20), 5).first == date(2026, 11, 14)
    month = window("month", date(2026, 2, 10), 0)
    assert (month.first, month.last, len(month.weeks)) == (date(2026, 1, 26), date(2026, 3, 1), 5)
    assert all(len(week) == 7 for week in window("month", date(2026, 3, 1), 6).weeks)


def test_steps_go_from_month_to_month_and_back():
    assert step("month", date(2026, 1, 31), 1) == date(2026, 2, 1)
    assert step("month", date(2026, 3, 31), -1) == date(2026, 2, 1)
    assert step("week", date(2026, 12, 30), 1) == date(2027, 1, 6)
    assert step("day", date(2026, 3, 1), -1) == date(2026, 2, 28)


# --- zones and clocks ----------------------------------------------------------------------------------------------


def test_a_meeting_stands_on_the_day_that_it_has_where_one_is(cast):
    make(cast, "meetings", title="Late", at="2026-06-01T23:30:00Z")
    for who, day in (("ana", date(2026, 6, 2)), ("ben", date(2026, 6, 1))):
        found = entries(cast.viewer(who), day, day)
        assert [e.title for e in found] == ["Late"], who
        assert entries(cast.viewer(who), day + timedelta(days=1), day + timedelta(days=1)) == []
    assert entries(cast.viewer("ana"), date(2026, 6, 2), date(2026, 6, 2))[0].starts.hour == 1


def test_a_task_without_a_time_is_of_the_same_day_everywhere(cast):
    make(cast, "tasks", title="Offer", due_on="2026-06-01")
    for who in ("ana", "ben"):
        (found,) = entries(cast.viewer(who), date(2026, 6, 1), date(2026, 6, 1))
        assert found.whole_days and found.day == date(2026, 6, 1)


def test_days_of_23_and_25_hours_hold_what_lies_on_them_and_nothing_else(cast):
    for text in ("2026-03-28T23:59", "2026-03-29T00:00", "2026-03-29T23:59", "2026-03-30T00:00"):
        make(cast, "calls", title=text, at=at(text))
    assert [e.title for e in entries(cast.viewer("ana"), SPRING, SPRING)] == ["2026-03-29T00:00", "2026-03-29T23:59"]
    for text in ("2026-10-24T23:59", "2026-10-25T00:00", "2026-10-25T23:59", "2026-10-26T00:00"):
        make(cast, "calls", title=text, at=at(text))
    assert [e.title for e in entries(cast.viewer("ana"), AUTUMN, AUTUMN)] == ["2026-10-25T00:00", "2026-10-25T23:59"]


def test_a_time_that_is_skipped_in_spring_is_the_one_after(cast):
    assert moment(SPRING, time(2, 30), BERLIN).strftime("%H:%M %z") == "03:30 +0200"
    pk = make(cast, "meetings", title="Early", at=at("2026-03-28T02:30"), ends_at=at("2026-03-28T03:30"))
    move(cast.viewer("ana"), "meetings", pk, day=SPRING)
    moved = Meeting.objects.get(pk=pk)
    assert moved.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moved.ends_at - moved.at == timedelta(hours=1)


def test_moving_over_the_change_of_clocks_keeps_the_hour_on_the_wall(cast):
    pk = make(cast, "meetings", title="Weekly", at=at("2026-03-27T09:00"), ends_at=at("2026-03-27T10:30"))
    move(cast.viewer("ana"), "meetings", pk, day=date(2026, 3, 30))
    moved = Meeting.objects.get(pk=pk)
    assert moved.at.astimezone(BERLIN).hour == 9 and moved.at.hour == 7
    assert moved.ends_at - moved.at == timedelta(minutes=90)


def test_what_ends_earlier_on_the_wall_than_it_began_is_still_seen(cast):
    # From the first 2:30 to the second 2:15 of the night in which the clocks go back.
    make(cast, "meetings", title="Night", at="2026-10-25T00:30:00Z", ends_at="2026-10-25T01:15:00Z")
    (piece,) = pieces(entries(cast.viewer("ana"), AUTUMN, AUTUMN), AUTUMN)
    assert piece.end > piece.start


# --- midnight, and side by side ------------------------------------------------------------------------------------


def test_what_goes_over_midnight_stands_on_both_days_and_what_ends_at_midnight_on_one(cast):
    make(cast, "meetings", title="Over", at=at("2026-06-01T23:00"), ends_at=at("2026-06-02T01:00"))
    make(cast, "meetings", title="Until", at=at("2026-06-01T22:00"), ends_at=at("2026-06-02T00:00"))
    found = entries(cast.viewer("ana"), date(2026, 6, 1), date(2026, 6, 3))
    first, second = pieces(found, date(2026, 6, 1)), pieces(found, date(2026, 6, 2))
    assert [(p.entry.title, p.start, p.end, p.goes_on) for p in first] == [
        ("Until", 88, 96, False),
        ("Over", 92, 96, True),
    ]
    assert [(p.entry.title, p.start, p.end, p.came) for p in second] == [("Over", 0, 4, True)]
    assert [e.title for e in entries(cast.viewer("ana"), date(2026, 6, 2), date(2026, 6, 2))] == ["Over"]


def test_what_takes_days_stands_above_the_hours_of_each(cast):
    make(cast, "meetings", title="Fair", at=at("2026-06-01T09:00"), ends_at=at("2026-06-03T17:00"))
    found = entries(cast.viewer("ana"), date(2026, 6, 2), date(2026, 6, 5))
    for day, there in ((2, ["Fair"]), (3, ["Fair"]), (4, [])):
        assert [e.title for e in whole(found, date(2026, 6, day))] == there
        assert [e.title for e in touching(found, date(2026, 6, day))] == there
        assert pieces(found, date(2026, 6, day)) == []


def test_what_overlaps_stands_side_by_side_and_takes_the_room_there_is(cast):
    for title, start, end in (
        ("a", "09:00", "11:00"),
        ("b", "09:00", "10:00"),
        ("c", "10:00", "11:00"),
        ("d", "11:00", "12:00"),
    ):
        make(cast, "meetings", title=title, at=at(f"2026-06-01T{start}"), ends_at=at(f"2026-06-01T{end}"))
    found = {
        p.entry.title: p
        for p in pieces(entries(cast.viewer("ana"), date(2026, 6, 1), date(2026, 6, 1)), date(2026, 6, 1))
    }
    assert {t: (p.column, p.width) for t, p in found.items()} == {"a": (1, 6), "b": (7, 6), "c": (7, 6), "d": (1, 12)}


# --- moving --------------------------------------------------------------------------------------------------------


def test_a_move_is_journalled_and_undone(cast):
    pk = make(cast, "tasks", title="Offer", due_on="2026-06-01", remind_at=at("2026-06-01T08:00"))
    client = browser(cast, "ana")
    response = client.post(
        f"/calendar/tasks/{pk}", {"day": "2026-06-04", "time": "14:30"}, headers={"HX-Request": "true"}
    )
    assert "calendar-moved" in response["HX-Trigger"] and b"/undo/" in response.content
    task = Task.objects.get(pk=pk)
    assert (task.due_on, task.due_time) == (date(2026, 6, 4), time(14, 30))
    assert task.remind_at.astimezone(BERLIN) == at("2026-06-04T08:00")
    undo = response.content.decode().split('action="/undo/')[1].split('"')[0]
    client.post(f"/undo/{undo}")
    assert (Task.objects.get(pk=pk).due_on, Task.objects.get(pk=pk).due_time) == (date(2026, 6, 1), None)


def test_a_move_by_day_keeps_the_time_and_above_the_hours_a_task_loses_it(cast):
    pk = make(cast, "tasks", title="Offer", due_on="2026-06-01", due_time="09:00")
    move(cast.viewer("ana"), "tasks", pk, day=date(2026, 6, 2))
    assert Task.objects.get(pk=pk).due_time == time(9)
    move(cast.viewer("ana"), "tasks", pk, day=date(2026, 6, 2), whole=True)
    assert Task.objects.get(pk=pk).due_time is None


def test_lengths_change_and_senseless_ones_are_refused(cast):
    meeting = make(cast, "meetings", title="Review", at=at("2026-10-24T23:00"))
    call = make(cast, "calls", title="Call", at=at("2026-06-01T09:00"))
    lengthen(cast.viewer("ana"), "meetings", meeting, minutes=4 * 60)
    assert Meeting.objects.get(pk=meeting).ends_at == Meeting.objects.get(pk=meeting).at + timedelta(hours=4)
    lengthen(cast.viewer("ana"), "calls", call, minutes=45)
    assert Call.objects.get(pk=call).duration == 2700
    client = browser(cast, "ana")
    for data in (
        {"minutes": "-5"},
        {"minutes": "999999"},
        {"day": "2026-13-01"},
        {},
        {"day": "2026-06-01", "time": "25:00"},
    ):
        assert client.post(f"/calendar/meetings/{meeting}", data).status_code == 400, data
    assert client.post(f"/calendar/tasks/{make(cast, 'tasks', title='x')}", {"minutes": "30"}).status_code == 400
    assert client.post("/calendar/people/1", {"day": "2026-06-01"}).status_code == 404


def test_the_gate_decides_who_sees_and_who_moves(cast):
    pk = make(cast, "meetings", title="Secret review", at=at("2026-06-01T09:00"))
    address = "/calendar?who=all&span=week&day=2026-06-01"
    shown = {who: browser(cast, who).get(address).content.decode() for who in ("ana", "ben", "mia", "rita", "cleo")}
    assert {who for who, page in shown.items() if "Secret review" in page} == {"ana", "ben", "mia", "rita"}
    assert f'data-move="/calendar/meetings/{pk}"' in shown["ben"] and "data-move" not in shown["rita"]
    for who, status in (("cleo", 404), ("rita", 403)):
        for path in (f"/calendar/meetings/{pk}",):
            assert browser(cast, who).post(path, {"day": "2026-07-01"}).status_code == status, who
    assert browser(cast, "cleo").get(f"/calendar/meetings/{pk}/move").status_code == 404
    assert Meeting.objects.get(pk=pk).at == at("2026-06-01T09:00")
    # Asking for a colleague by number shows no more than the viewer reaches.
    assert "Secret" not in browser(cast, "cleo").get(f"{address}&who={cast.ana.pk}").content.decode()


def test_kinds_and_people_narrow_what_is_shown(cast):
    make(cast, "tasks", title="Ana's offer", due_on="2026-06-01")
    make(cast, "calls", title="Ana's call", at=at("2026-06-01T09:00"))
    make(cast, "tasks", "ben", title="Ben's offer", due_on="2026-06-01")
    client = browser(cast, "ana")

    def seen(query: str) -> set[str]:
        page = client.get(f"/calendar?day=2026-06-01&{query}").content.decode()
        return {t for t in ("Ana&#x27;s offer", "Ana&#x27;s call", "Ben&#x27;s offer") if t in page}

    for span in ("month", "week", "day", "agenda"):
        assert seen(f"span={span}") == {"Ana&#x27;s offer", "Ana&#x27;s call"}, span
        assert len(seen(f"span={span}&who=all")) == 3, span
        assert seen(f"span={span}&who={cast.ben.pk}") == {"Ben&#x27;s offer"}, span
        assert seen(f"span={span}&kinds=-&kinds=calls") == {"Ana&#x27;s call"}, span


def test_a_phone_begins_with_the_agenda_and_the_last_choice_is_kept(cast):
    client = browser(cast, "ana")
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile"}
    assert b'data-span="agenda" data-day' in client.get("/calendar", headers=phone).content
    assert b'data-span="week" data-day' in client.get("/calendar").content
    client.get("/calendar?span=month")
    assert b'data-span="month" data-day' in client.get("/calendar").content
    for odd in ("span=year", "day=0001-01-01", "day=x", "who=x", "kinds=", "who=99999999999999999999"):
        assert client.get(f"/calendar?{odd}").status_code == 200, odd


def test_the_price_does_not_grow_with_the_entries(cast):
    client = browser(cast, "ana")

    def price() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/calendar?span=month&day=2026-06-01&who=all").status_code == 200
        return len(queries)

    def fill(n: int) -> None:
        person = make(cast, "people", last_name=f"P{n}")
        for i in range(n):
            make(cast, "meetings", title=f"M{i}", at=at(f"2026-06-{i + 1:02}T09:00"), about=[f"people/{person}"])

    fill(2)
    client.get("/calendar")
    before = price()
    fill(12)
    assert price() == before <= 8
