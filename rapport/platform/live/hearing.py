"""Which topics somebody may hear of: not even that something changed is for everybody. Single rows: see sight.py."""

from collections.abc import Callable

from rapport.platform.identity.viewer import Viewer
from rapport.platform.live.sight import PERSONAL, row_of

_kept_from: list[Callable[[Viewer], set[str]]] = []


def register(kept_from: Callable[[Viewer], set[str]]) -> None:
    """Adds a function that says of which topics a viewer may not hear."""
    _kept_from.append(kept_from)


def hearing(viewer: Viewer) -> Callable[[str], bool]:
    """Says of a topic of no single row whether the viewer may hear that it was touched, by their role as it is now.

    Everything is asked here, beforehand: the loop that streams asks no database, and a touch has many listeners.
    """
    closed = set().union(*(kept_from(viewer) for kept_from in _kept_from))
    me = str(viewer.id)

    def hears(topic: str) -> bool:
        name, _dash, number = topic.rpartition("-")
        if name in PERSONAL:
            return number == me
        return row_of(topic) is None and topic not in closed

    return hears
