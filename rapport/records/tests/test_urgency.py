"""How urgent a card is, and when it rots: by the viewer's own day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rapport.records.boards import planned
from rapport.records.boards.reading import rotting_days

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "is_planned", "urgency"),
    [
        (TODAY - timedelta(days=1), True, "overdue"),
        (TODAY, True, "today"),
        (TODAY + timedelta(days=1), True, "later"),
        (None, True, "later"),
        (None, False, "none"),
    ],
)
def test_urgency_goes_by_the_soonest_plan(day, is_planned, urgency):
    assert planned.urgency(day, planned=is_planned, today=TODAY) == urgency


class Somebody:
    def __init__(self, zone):
        from zoneinfo import ZoneInfo

        self.zone = ZoneInfo(zone)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", date(2026, 11, 22)), ("Pacific/Auckland", date(2026, 11, 23)), ("Pacific/Honolulu", date(2026, 11, 21))],
)
def test_today_is_where_the_viewer_is(zone, day):
    moment = datetime(2026, 11, 22, 12 if "Auck" in zone else 5, tzinfo=UTC)
    assert planned.today_of(Somebody(zone), moment) == day


@pytest.mark.parametrize(
    ("ago", "limit", "urgency", "days"),
    [
        (13, 14, "none", None),
        (14, 14, "none", 14),
        (40, 14, "none", 40),
        (40, None, "none", None),
        # A plan ahead is alive; one that was missed is not.
        (40, 14, "today", None),
        (40, 14, "later", None),
        (40, 14, "overdue", 40),
    ],
)
def test_a_card_rots_after_its_days_without_a_touch(ago, limit, urgency, days):
    assert rotting_days(NOW - timedelta(days=ago), limit, urgency=urgency, now=NOW) == days


def test_a_record_that_nobody_ever_touched_has_no_days():
    assert rotting_days(None, 14, urgency="none", now=NOW) is None
