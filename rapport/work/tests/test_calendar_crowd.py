"""A crowded day stays readable, and tasks are ticked off in the calendar."""

import re
from datetime import date

import pytest
from django.test import Client

from rapport.records import registry, write
from rapport.records.testing.cast import Cast, make_cast
from rapport.work.calendar.layout import LEAST, MOST_BESIDE, pieces
from rapport.work.calendar.reading import entries
from rapport.work.models import Task

DAY = date(2026, 6, 1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def ana(cast) -> Client:
    client = Client()
    client.force_login(cast.users["ana"])
    return client


def calls(cast: Cast, many: int) -> None:
    for n in range(many):
        values = {"title": f"Call {n}", "at": f"2026-06-01T10:{n:02}:00Z", "duration": 120}
        write.create(registry.get("calls"), values, viewer=cast.viewer("ana"))


def test_ten_short_calls_stand_in_four_columns_of_which_the_last_counts_the_rest(cast, ana):
    calls(cast, 10)
    found = pieces(entries(cast.viewer("ana"), DAY, DAY), DAY)
    assert len(found) == MOST_BESIDE
    assert [piece.more for piece in found] == [0, 0, 0, 7]
    assert sorted((p.column, p.width) for p in found) == [(1, 3), (4, 3), (7, 3), (10, 3)]
    assert all(piece.end - piece.start >= LEAST for piece in found)
    html = ana.get("/calendar?span=week&day=2026-06-01").content.decode()
    link = re.search(r'<a class="r-cal-more [^"]*" href="([^"]*)">\+7 more</a>', html)
    assert link and "span=day" in link[1]
    assert (
        "span=agenda"
        in re.search(
            r'<a class="r-cal-more [^"]*" href="([^"]*)"', ana.get("/calendar?span=day&day=2026-06-01").content.decode()
        )[1]
    )


def test_four_are_all_shown(cast):
    calls(cast, 4)
    found = pieces(entries(cast.viewer("ana"), DAY, DAY), DAY)
    assert [piece.more for piece in found] == [0, 0, 0, 0]


@pytest.mark.parametrize("span", ["week", "month", "agenda"])
def test_a_task_is_ticked_off_in_the_calendar(cast, ana, span):
    task = write.create(registry.get("tasks"), {"title": "Offer", "due_on": DAY.isoformat()}, viewer=cast.viewer("ana"))
    address = f"/calendar?span={span}&day=2026-06-01"
    assert f'aria-label="Done: Offer" hx-post="/tasks/{task}/do/finish"' in ana.get(address).content.decode()
    ana.post(f"/tasks/{task}/do/finish")
    assert Task.objects.get().done_at is not None
    assert f'hx-post="/tasks/{task}/do/reopen"' in ana.get(address).content.decode()
