"""Focus: what is open and planned with a record, and what one does with it from there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rapport.records import registry, write
from rapport.records.focus import days_ahead, focus
from rapport.records.read import Reader
from rapport.records.testing.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def add(cast: Cast, entity: str, who: str = "ana", **values) -> int:
    return write.create(registry.get(entity), values, viewer=cast.viewer(who))


@pytest.fixture
def person(cast: Cast) -> int:
    return add(cast, "people", name="Pat Example")


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def titles(cast: Cast, person: int, who: str = "ana") -> list[str]:
    return [one["title"] for one in focus(registry.get("people"), person, cast.viewer(who))]


def test_it_holds_what_lies_ahead_and_what_is_pinned_in_the_order_of_days(cast, person):
    about, now, today = [f"people/{person}"], timezone.now(), timezone.localdate()
    add(cast, "tasks", title="Someday", about=about)
    add(cast, "tasks", title="In a week", about=about, due_on=str(today + timedelta(days=7)))
    add(cast, "tasks", title="Long ago", about=about, due_on=str(today - timedelta(days=7)))
    add(cast, "meetings", title="In three days", about=about, at=(now + timedelta(days=3)).isoformat())
    add(cast, "meetings", title="Last week", about=about, at=(now - timedelta(days=7)).isoformat())
    add(cast, "calls", title="Call in two days", about=about, at=(now + timedelta(days=2)).isoformat())
    add(cast, "notes", title="Pinned", body="Likes tea", pinned=True, about=about)
    add(cast, "notes", title="Loose", body="Likes coffee", about=about)
    wanted = ["Long ago", "Call in two days", "In three days", "In a week", "Someday", "Pinned"]
    assert titles(cast, person) == wanted


def test_a_meeting_that_lies_ahead_is_not_history_yet(cast, person):
    ahead = (timezone.now() + timedelta(days=3)).isoformat()
    add(cast, "meetings", title="Kick-off in March", about=[f"people/{person}"], at=ahead)
    page = browser(cast, "ana").get(f"/people/{person}/timeline").content.decode()
    assert "Kick-off in March" not in page and "meeting" not in page.lower().replace("kinds=meetings", "")
    assert "Kick-off in March" in browser(cast, "ana").get(f"/people/{person}").content.decode()


def test_what_is_out_of_reach_is_not_in_it(cast, person):
    deal = add(cast, "people", "cleo", name="Somebody Else")
    add(cast, "tasks", "cleo", title="Not yours", about=[f"people/{deal}"])
    assert titles(cast, deal) == []
    assert titles(cast, deal, "cleo") == ["Not yours"]


def test_putting_off_keeps_the_time_of_day_and_moves_reminder_and_end(cast, person):
    today = timezone.localdate()
    task = add(
        cast, "tasks", title="Ring", about=[f"people/{person}"], due_on=str(today), remind_at=f"{today}T08:00:00Z"
    )
    start = (timezone.now() + timedelta(days=1)).replace(hour=12, minute=30, second=0, microsecond=0)
    meeting = add(
        cast, "meetings", title="Talk", at=start.isoformat(), ends_at=(start + timedelta(hours=1)).isoformat()
    )
    client, day = browser(cast, "ana"), today + timedelta(days=9)
    assert client.post(f"/tasks/{task}/day", {"day": str(day)}).status_code == 302
    assert client.post(f"/meetings/{meeting}/day", {"other": str(day)}).status_code == 302
    viewer = cast.viewer("ana")
    moved = Reader(registry.get("tasks"), viewer).get(task)
    assert (moved["due_on"], moved["remind_at"].date()) == (day, day)
    moved = Reader(registry.get("meetings"), viewer).get(meeting)
    assert (moved["at"].date(), moved["at"].minute) == (day, 30)
    assert moved["ends_at"] - moved["at"] == timedelta(hours=1)


def test_a_day_that_is_none_is_refused_and_a_stranger_finds_nothing(cast, person):
    task = add(cast, "tasks", title="Ring", due_on="2026-03-01")
    for given in ("", "tomorrow", "2026-02-31", "0001-01-01"):
        assert browser(cast, "ana").post(f"/tasks/{task}/day", {"day": given}).status_code in (400, 422), given
    assert browser(cast, "cleo").post(f"/tasks/{task}/day", {"day": "2026-03-05"}).status_code == 404
    assert browser(cast, "rita").post(f"/tasks/{task}/day", {"day": "2026-03-05"}).status_code == 403
    assert Reader(registry.get("tasks"), cast.viewer("ana")).get(task)["due_on"].isoformat() == "2026-03-01"


def test_next_week_means_monday():
    for offset in range(7):
        today = timezone.datetime(2026, 3, 2).date() + timedelta(days=offset)
        (_today, _tomorrow, (_label, monday), _later) = days_ahead(today)
        assert monday.weekday() == 0 and 0 < (monday - today).days <= 7
