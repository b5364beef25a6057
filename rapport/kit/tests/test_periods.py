from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.periods import PERIODS, add_months, count_of, counted, fiscal_year, is_period, resolve, today_in

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("today", "2026-03-31", "2026-03-31"),
        ("yesterday", "2026-03-30", "2026-03-30"),
        ("tomorrow", "2026-04-01", "2026-04-01"),
        ("last_30_days", "2026-03-02", "2026-03-31"),
        ("next_7_days", "2026-03-31", "2026-04-06"),
        ("last_2_weeks", "2026-03-18", "2026-03-31"),
        ("last_1_months", "2026-03-01", "2026-03-31"),
        ("this_week", "2026-03-30", "2026-04-05"),
        ("this_month", "2026-03-01", "2026-03-31"),
        ("last_month", "2026-02-01", "2026-02-28"),
        ("next_month", "2026-04-01", "2026-04-30"),
        ("this_quarter", "2026-01-01", "2026-03-31"),
        ("next_quarter", "2026-04-01", "2026-06-30"),
        ("last_year", "2025-01-01", "2025-12-31"),
        ("this_month_to_date", "2026-03-01", "2026-03-31"),
        ("this_fiscal_year", "2026-01-01", "2026-12-31"),
    ],
)
def test_means_these_days(name: str, start: str, end: str) -> None:
    period = resolve(name, TODAY)
    assert (str(period.start), str(period.end)) == (start, end)


def test_fiscal_years_begin_where_the_company_says() -> None:
    assert resolve("this_fiscal_year", TODAY, fiscal_start=4).start == date(2025, 4, 1)
    assert resolve("next_fiscal_year", TODAY, fiscal_start=4).start == date(2026, 4, 1)
    assert resolve("this_fiscal_quarter", TODAY, fiscal_start=2).start == date(2026, 2, 1)
    assert fiscal_year(TODAY, 4) == 2025


def test_weeks_begin_where_the_reader_says() -> None:
    assert resolve("this_week", TODAY, week_start=6).start == date(2026, 3, 29)


@pytest.mark.parametrize(
    ("name", "out", "inside"),
    [
        ("over_30_days_ago", date(2026, 3, 1), date(2026, 2, 28)),
        ("over_2_weeks_ago", date(2026, 3, 17), date(2026, 3, 16)),
        ("over_1_months_ago", date(2026, 2, 28), date(2026, 2, 27)),
        ("in_over_7_days", date(2026, 4, 7), date(2026, 4, 8)),
        ("in_over_1_weeks", date(2026, 4, 7), date(2026, 4, 8)),
    ],
)
def test_far_from_today_begins_after_the_count(name: str, out: date, inside: date) -> None:
    period = resolve(name, date(2026, 3, 31))
    assert is_period(name) and period.includes(inside) and not period.includes(out)
    found = counted(name)
    assert found and count_of(*found) == name


def test_overdue_is_everything_before_today() -> None:
    assert resolve("overdue", TODAY).includes(date(1990, 1, 1))
    assert not resolve("overdue", TODAY).includes(TODAY)
    assert resolve("future", TODAY).includes(date(9999, 1, 1))


def test_today_depends_on_the_zone() -> None:
    now = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    assert today_in(ZoneInfo("Europe/Berlin"), now) == date(2026, 4, 1)
    assert today_in(ZoneInfo("America/New_York"), now) == TODAY


@pytest.mark.parametrize("name", ["", "last_0_days", "last_99999_days", "last_month_to_date", "someday", "this_decade"])
def test_refuses_unknown_names(name: str) -> None:
    assert not is_period(name)
    with pytest.raises(ValueError, match="not a known period"):
        resolve(name, TODAY)


@given(st.sampled_from(PERIODS), st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(1, 12), st.integers(0, 6))
def test_this_contains_today_and_neighbours_touch(name: str, today: date, fiscal_start: int, week_start: int) -> None:
    period = resolve(name, today, fiscal_start=fiscal_start, week_start=week_start)
    assert period.start is None or period.end is None or period.start <= period.end
    if name.startswith("this_"):
        assert period.includes(today)
        if not name.endswith("to_date"):
            after = resolve(name.replace("this", "next"), today, fiscal_start=fiscal_start, week_start=week_start)
            assert period.end and after.start and (after.start - period.end).days == 1


def test_months_are_added_without_inventing_days() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), -11) == date(2023, 2, 28)
