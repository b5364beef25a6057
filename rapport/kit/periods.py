"""Relative periods for filters and reports: "today", "last_30_days", "this_quarter", "next_fiscal_year", "overdue".

Both ends are included. "last 30 days" are the 30 days that end today, "next 7 days" the 7 that begin today;
"last month" is the calendar month before this one. Fiscal years are named by the month in which they begin.
"over_30_days_ago" is everything before the day 30 days ago, "in_over_30_days" everything after the day in 30 days.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from rapport.kit.problem import Problem, _

UNITS = ("week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year")
# What a menu offers; any "last_N_days/weeks/months", "next_N_…", "over_N_…_ago" and "in_over_N_…" is understood besides.
PERIODS = (
    "today", "yesterday", "tomorrow", "overdue", "last_7_days", "last_30_days", "last_90_days", "last_365_days",
    "next_7_days", "next_30_days", "next_90_days", "past", "future",
    *(f"{which}_{unit}" for unit in UNITS for which in ("this", "last", "next")),
    *(f"this_{unit}_to_date" for unit in UNITS),
)  # fmt: skip

_ROLLING = re.compile(r"^(last|next)_([1-9][0-9]{0,3})_(days|weeks|months)$")
_FAR = re.compile(r"^(?:over_([1-9][0-9]{0,3})_(days|weeks|months)_ago|in_over_([1-9][0-9]{0,3})_(days|weeks|months))$")
_CALENDAR = re.compile(r"^(this|last|next)_(week|month|quarter|year|fiscal_quarter|fiscal_year)(_to_date)?$")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both included; None is open."""

    start: date | None
    end: date | None

    def includes(self, day: date) -> bool:
        """True when `day` lies in the period."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def today_in(zone: tzinfo, now: datetime) -> date:
    """The date that `now` (aware) is in `zone`."""
    return now.astimezone(zone).date()


def is_period(name: str) -> bool:
    """True for every name that `resolve` understands."""
    return name in PERIODS or bool(_ROLLING.match(name) or _FAR.match(name))


def counted(name: str) -> tuple[str, int, str] | None:
    """What "last_30_days" or "over_2_weeks_ago" is made of: (last, next, over or in_over; number; unit), else None."""
    if match := _ROLLING.match(name):
        return match[1], int(match[2]), match[3]
    if match := _FAR.match(name):
        return ("over", int(match[1]), match[2]) if match[1] else ("in_over", int(match[3]), match[4])
    return None


def count_of(which: str, number: int, unit: str) -> str:
    """The name of a period that is counted; `counted` reads it again."""
    return f"over_{number}_{unit}_ago" if which == "over" else f"{which}_{number}_{unit}"


def resolve(name: str, today: date, *, fiscal_start: int = 1, week_start: int = 0) -> Period:
    """The days that `name` means on `today`. Raises Problem for unknown names.

    fiscal_start: month (1-12) in which the fiscal year begins. week_start: 0 Monday to 6 Sunday.
    """
    if simple := _SIMPLE.get(name):
        return simple(today)
    if match := _ROLLING.match(name):
        return _rolling(match[1], int(match[2]), match[3], today)
    if far := counted(name):
        return _far(far[0] == "over", far[1], far[2], today)
    match = _CALENDAR.match(name)
    if not match or (match[3] and match[1] != "this"):
        raise Problem(_("“{value}” is not a known period"), value=name[:60])
    offset = {"last": -1, "this": 0, "next": 1}[match[1]]
    period = _calendar(match[2], offset, today, fiscal_start, week_start)
    return Period(period.start, today) if match[3] else period


def fiscal_year(day: date, fiscal_start: int = 1) -> int:
    """The calendar year in which the fiscal year of `day` begins."""
    return day.year if day.month >= fiscal_start else day.year - 1


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier), or the month's last when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(max(year, 1), 9999)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


_SIMPLE = {
    "today": lambda today: Period(today, today),
    "yesterday": lambda today: Period(today - _DAY, today - _DAY),
    "tomorrow": lambda today: Period(today + _DAY, today + _DAY),
    "overdue": lambda today: Period(None, today - _DAY),
    "past": lambda today: Period(None, today - _DAY),
    "future": lambda today: Period(today + _DAY, None),
}


def _rolling(which: str, count: int, unit: str, today: date) -> Period:
    if unit == "months":
        other = add_months(today, count if which == "next" else -count)
        return Period(today, other - _DAY) if which == "next" else Period(other + _DAY, today)
    days = timedelta(days=(count * 7 if unit == "weeks" else count) - 1)
    return Period(today, today + days) if which == "next" else Period(today - days, today)


def _far(ago: bool, count: int, unit: str, today: date) -> Period:
    number = -count if ago else count
    day = add_months(today, number) if unit == "months" else today + _DAY * number * (7 if unit == "weeks" else 1)
    return Period(None, day - _DAY) if ago else Period(day + _DAY, None)


def _calendar(unit: str, offset: int, today: date, fiscal_start: int, week_start: int) -> Period:
    if unit == "week":
        start = today - timedelta(days=(today.weekday() - week_start) % 7) + timedelta(weeks=offset)
        return Period(start, start + timedelta(days=6))
    length = {"month": 1, "quarter": 3, "year": 12}[unit.removeprefix("fiscal_")]
    first = fiscal_start if unit.startswith("fiscal_") else 1
    start = today.replace(day=1)
    start = add_months(start, offset * length - (start.month - first) % length)
    return Period(start, add_months(start, length) - _DAY)
