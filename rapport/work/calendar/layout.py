"""Where entries stand among the hours of a day: quarters of an hour by the wall clock, side by side where they overlap."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rapport.work.calendar.reading import Entry

QUARTERS = 96
LEAST = 2
# A day is twelve columns wide, so that two, three, four and six stand beside each other without gaps.
WIDTH = 12
# More beside each other than this are slivers that nobody can read: the rest is counted in the last column.
MOST_BESIDE = 4


@dataclass
class Piece:
    """The part of an entry that lies on one day, in quarters of an hour from midnight: start included, end not."""

    entry: Entry
    start: int
    end: int
    column: int = 1
    width: int = WIDTH
    goes_on: bool = False
    came: bool = False
    # How many entries it stands for that found no room, its own among them; 0 for an entry that is shown.
    more: int = 0

    @property
    def css(self) -> str:
        low = " low" if self.end - self.start <= LEAST else ""
        return f"s{self.start} e{self.end} l{self.column} w{self.width}{low}"


def pieces(entries: list[Entry], day: date) -> list[Piece]:
    """The pieces of a day's entries with a time; each has its place and width."""
    found = []
    for entry in entries:
        if entry.whole_days or entry.starts is None or entry.ends is None or not entry.day <= day <= entry.last_day:
            continue
        start = 0 if entry.day < day else _quarter(entry.starts)
        end = QUARTERS if entry.last_day > day else _quarter(entry.ends - timedelta(microseconds=1)) + 1
        # Where the clock goes back, something may end before it begins by the wall; it still is to be seen.
        # A call of a minute is half an hour high, or nobody could read it.
        end = min(max(end, start + LEAST), QUARTERS)
        start = min(start, QUARTERS - LEAST) if end == QUARTERS else start
        found.append(Piece(entry, start, end, goes_on=entry.last_day > day, came=entry.day < day))
    return _side_by_side(sorted(found, key=lambda p: (p.start, -p.end, p.entry.id)))


def whole(entries: list[Entry], day: date) -> list[Entry]:
    """What stands above the hours of a day."""
    return [e for e in entries if e.whole_days and e.day <= day <= e.last_day]


def touching(entries: list[Entry], day: date) -> list[Entry]:
    """Everything that touches a day: for a month and an agenda."""
    return [e for e in entries if e.day <= day <= e.last_day]


def _quarter(at: datetime) -> int:
    return (at.hour * 60 + at.minute) // 15


def _side_by_side(found: list[Piece]) -> list[Piece]:
    shown: list[Piece] = []
    cluster: list[Piece] = []
    until = -1
    for piece in found:
        if piece.start >= until:
            shown += _share(cluster)
            cluster = []
        cluster.append(piece)
        until = max(until, piece.end)
    return shown + _share(cluster)


def _share(cluster: list[Piece]) -> list[Piece]:
    """Gives each piece of overlapping ones the first lane that is free, and all the same width; returns what is shown."""
    lanes: list[int] = []
    placed: list[tuple[Piece, int]] = []
    for piece in cluster:
        lane = next((n for n, end in enumerate(lanes) if end <= piece.start), len(lanes))
        if lane == len(lanes):
            lanes.append(0)
        lanes[lane] = piece.end
        placed.append((piece, lane))
    if len(lanes) > MOST_BESIDE:
        last = MOST_BESIDE - 1
        folded = _folded([piece for piece, lane in placed if lane >= last])
        placed = [(piece, lane) for piece, lane in placed if lane < last] + [(piece, last) for piece in folded]
    count = min(len(lanes), MOST_BESIDE)
    for piece, lane in placed:
        # What has room to its side takes it.
        beside = [other for one, other in placed if other > lane and one.start < piece.end and piece.start < one.end]
        piece.width = (min([*beside, count]) - lane) * (WIDTH // count)
        piece.column = 1 + lane * (WIDTH // count)
    return [piece for piece, _lane in placed]


def _folded(found: list[Piece]) -> list[Piece]:
    """Pieces that overlap, in the order of their beginnings, as one that counts them; what overlaps none stays itself."""
    made: list[Piece] = []
    for piece in found:
        if made and piece.start < made[-1].end:
            made[-1].more = max(made[-1].more, 1) + 1
            made[-1].end = max(made[-1].end, piece.end)
        else:
            made.append(piece)
    return made
