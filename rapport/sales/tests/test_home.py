"""The first page of the day: one's own work, within one's reach, at a fixed price."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.records import registry, write
from rapport.records.testing.cast import Cast, make_cast
from rapport.sales.home import changes, open_deals, open_tasks, pipeline


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def make(cast: Cast, entity: str, who: str, **values) -> int:
    return write.create(registry.get(entity), values, viewer=cast.viewer(who))


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def page(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def test_tasks_stand_by_day_and_are_one_s_own(cast):
    for title, due in (("Late", day(-3)), ("Now", day(0)), ("Soon", day(4)), ("Some day", None)):
        make(cast, "tasks", "ana", title=title, due_on=due)
    make(cast, "tasks", "ben", title="Ben's", due_on=day(0))
    groups = {group["state"]: [task["title"] for task in group["tasks"]] for group in open_tasks(cast.viewer("ana"))}
    assert groups == {"overdue": ["Late"], "today": ["Now"], "later": ["Soon"], "none": ["Some day"]}
    assert open_tasks(cast.viewer("adam")) == []


def test_urgent_deals_come_first_and_those_without_a_next_step_before_the_planned(cast):
    for name, due in (("planned", 5), ("late", -2), ("bare", None), ("today", 0)):
        deal = make(cast, "deals", "ana", name=name)
        if due is not None:
            make(cast, "tasks", "ana", title="Call", due_on=day(due), about=[f"deals/{deal}"])
    make(cast, "deals", "ben", name="Ben's")
    found = open_deals(cast.viewer("ana"))
    assert [(d["name"], d["state"]) for d in found] == [
        ("late", "overdue"), ("today", "today"), ("bare", "none"), ("planned", "later"),
    ]  # fmt: skip


def test_the_pipeline_counts_one_s_own_deals_else_those_within_reach(cast):
    amount = {"amount": "1000", "currency": registry.get("deals").context(cast.viewer("ana")).currency}
    make(cast, "deals", "ana", name="One", amount=amount)
    make(cast, "deals", "ben", name="Two", amount=amount)
    make(cast, "deals", "cleo", name="Far", amount=amount)
    for who, count, is_mine in (("ana", 1, True), ("rita", 2, False), ("mia", 3, False), ("adam", 3, False)):
        found = pipeline(cast.viewer(who))
        assert (found["count"], found["value"], found["is_mine"]) == (count, count * 1000, is_mine), who


def test_changes_are_those_within_reach(cast):
    make(cast, "people", "ana", last_name="Weber")
    make(cast, "people", "cleo", last_name="Secret")
    for who, names in (("ben", ["Weber"]), ("cleo", ["Secret"]), ("adam", ["Secret", "Weber"])):
        assert [one["what"] for one in changes(cast.viewer(who))] == names, who


def test_a_stranger_sees_nothing_of_others_on_the_page(cast):
    make(cast, "deals", "ana", name="Ana's deal")
    make(cast, "tasks", "ana", title="Ana's task", due_on=day(0))
    for who, seen in (("ana", True), ("cleo", False)):
        shown = page(cast, who).get("/").content.decode()
        assert ("Ana&#x27;s deal" in shown, "Ana&#x27;s task" in shown) == (seen, seen), who
    assert Client().get("/").status_code == 302


def test_the_price_is_small_and_does_not_grow(cast):
    client = page(cast, "ana")

    def price() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    def fill(count: int) -> None:
        for i in range(count):
            deal = make(cast, "deals", "ana", name=f"Deal {i}")
            make(cast, "tasks", "ana", title=f"Task {i}", due_on=day(i - 2), about=[f"deals/{deal}"])
            make(cast, "people", "ana", last_name=f"Person {i}")

    fill(2)
    client.get("/")
    before = price()
    fill(8)
    assert price() == before <= 11
