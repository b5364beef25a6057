"""Which rows somebody may hear of: "people-7 changed" is for those alone who may look at that person."""

import time
from collections.abc import Callable, Collection, Mapping

from rapport.platform.identity.signed_in import signed_in
from rapport.platform.identity.viewer import Viewer, viewer_for

# Topics that end with a user's id, and are that user's alone.
PERSONAL = {"notices", "reminders", "bulk"}
# A viewer is read anew after so many seconds, whatever is asked of them meanwhile.
KEPT_SECONDS = 1.0
# (name, {row: who asks}) -> the pairs (row, user) that may be told, or None if rows of that name are not its own.
Sight = Callable[[str, Mapping[int, Collection[Viewer]]], "set[tuple[int, int]] | None"]

_sights: list[Sight] = []
_viewers: dict[int, tuple[float, Viewer | None]] = {}


def register(sight: Sight) -> None:
    """Adds a function that knows who may look at rows of some names. Rows that no function knows are told to nobody."""
    _sights.append(sight)


def row_of(topic: str) -> tuple[str, int] | None:
    """("people", 7) of "people-7"; None for a topic that is of no single row, or is a user's own."""
    name, _dash, number = topic.rpartition("-")
    if not name or name in PERSONAL or not (number.isdecimal() and number.isascii()) or len(number) > 18:
        return None
    return name, int(number)


def in_sight(asked: Mapping[str, Collection[Viewer]]) -> set[tuple[str, int]]:
    """Of the viewers who ask about each topic of a row those who may look at it, as (topic, user id).

    One question for each name, however many rows and viewers there are.
    """
    by_name: dict[str, dict[int, Collection[Viewer]]] = {}
    for topic, viewers in asked.items():
        if row := row_of(topic):
            by_name.setdefault(row[0], {})[row[1]] = viewers
    found: set[tuple[str, int]] = set()
    for name, rows in by_name.items():
        answers = (seen for sight in _sights if (seen := sight(name, rows)) is not None)
        found |= {(f"{name}-{row}", user) for row, user in next(answers, set())}
    return found


def viewer_now(user_id: int) -> Viewer | None:
    """The viewer with their present role and teams, read at most once a second; None if they may not sign in any more."""
    read, kept = _viewers.get(user_id, (0.0, None))
    if time.monotonic() - read < KEPT_SECONDS:
        return kept
    if len(_viewers) > 10_000:
        _viewers.clear()
    user = signed_in(user_id)
    found = viewer_for(user) if user else None
    _viewers[user_id] = time.monotonic(), found
    return found
