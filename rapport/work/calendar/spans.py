"""Which days a look at the calendar shows. Plain dates: no database, no time zones."""

from dataclasses import dataclass
from datetime import date, timedelta

from rapport.kit.periods import add_months

SPANS = ("month", "week", "day", "agenda")
AGENDA_DAYS = 30


@dataclass(frozen=True)
class Window:
    """The days `first` to `last`, both included, around `day`; `week_start` is 0 for Monday, 6 for Sunday."""

    span: str
    day: date
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def weeks(self) -> list[list[date]]:
        days = self.days
        return [days[n : n + 7] for n in range(0, len(days), 7)]


def window(span: str, day: date, week_start: int) -> Window:
    """The window of that span around a day."""
    if span == "day":
        return Window(span, day, day, day)
    if span == "agenda":
        return Window(span, day, day, day + timedelta(days=AGENDA_DAYS - 1))
    if span == "week":
        first = start_of_week(day, week_start)
        return Window(span, day, first, first + timedelta(days=6))
    first = start_of_week(day.replace(day=1), week_start)
    last = start_of_week(add_months(day.replace(day=1), 1) - timedelta(days=1), week_start) + timedelta(days=6)
    return Window("month", day, first, last)


def start_of_week(day: date, week_start: int) -> date:
    """The last day on or before `day` that a week begins with."""
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def step(span: str, day: date, by: int) -> date:
    """The day around which the window before (-1) or after (1) lies."""
    if span == "month":
        return add_months(day.replace(day=1), by)
    return day + timedelta(days=by * {"week": 7, "day": 1, "agenda": AGENDA_DAYS}[span])
