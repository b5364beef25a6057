"""The time of a simulated history. Days are counted from its first day, moments in minutes from that day's midnight."""

from datetime import UTC, date, datetime, timedelta

from rapport.kit.simulation.chance import Roll

DAY = 1440
# The simulated now is this minute of today (UTC): early enough to be past in the working day of most readers.
NOW_OF_DAY = 9 * 60
_AHEAD = 800


class Clock:
    """Turns days and moments into PostgreSQL's text. The history ends on `today` and is `years` long."""

    def __init__(self, today: date, years: float) -> None:
        self.date = today
        self.today = max(30, round(years * 365.25))
        self.start = today - timedelta(days=self.today)
        self.now = self.today * DAY + NOW_OF_DAY
        self._days = [str(self.start + timedelta(days=n)) for n in range(self.today + _AHEAD)]
        self._minutes = [f" {n // 60:02}:{n % 60:02}:00+00" for n in range(DAY)]
        first = self.start.weekday()
        self._shift = [(0, 0, 0, 0, 0, 1, 2)[(first + n) % 7] for n in range(self.today + _AHEAD)]

    def day(self, day: int) -> str:
        """The date of a day, up to two years ahead of today and however far before the history."""
        return self._days[day] if day >= 0 else str(self.start + timedelta(days=day))

    def text(self, moment: int) -> str:
        """The moment as text of a timestamptz."""
        return self._days[moment // DAY] + self._minutes[moment % DAY]

    def time(self, moment: int) -> datetime:
        """The moment as Python's datetime."""
        return datetime.combine(self.start, datetime.min.time(), UTC) + timedelta(minutes=moment)

    def month(self, day: int) -> int:
        """The month (1 to 12) of a day."""
        return int(self._days[day][5:7])

    def workday(self, day: int) -> int:
        """The day itself, or the Friday before it when it is at a weekend."""
        return day - self._shift[day] if day >= 2 else day

    def at_work(self, roll: Roll, day: int) -> int:
        """A moment in the working hours of that day, or of one in the week before if it is at a weekend.

        Never later than now unless the day is.
        """
        if day == self.today:
            return day * DAY + 6 * 60 + int(roll() * (NOW_OF_DAY - 6 * 60))
        if self._shift[day] and day > 6:
            # Spread over the week: else Fridays would be three times as busy.
            day -= self._shift[day] + int(roll() * 5)
        return day * DAY + 7 * 60 + int((roll() + roll()) * 300)
