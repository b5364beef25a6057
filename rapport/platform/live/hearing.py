"""Which topics somebody may hear of: not even that something changed is for everybody."""

from collections.abc import Callable

from rapport.platform.identity.viewer import Viewer

# Topics that end with a user's id, and are that user's alone.
PERSONAL = {"notices", "reminders", "bulk"}
_kept_from: list[Callable[[Viewer], set[str]]] = []


def register(kept_from: Callable[[Viewer], set[str]]) -> None:
    """Adds a function that says of which topics a viewer may not hear: "deals" stands for "deals-7" as well."""
    _kept_from.append(kept_from)


def hearing(viewer: Viewer) -> Callable[[str], bool]:
    """Says of a topic whether the viewer may hear that it was touched, by their role as it is now.

    Everything is asked here, before the stream begins: the loop that streams asks no database, and a touch has many listeners.
    """
    closed = set().union(*(kept_from(viewer) for kept_from in _kept_from))
    me = str(viewer.id)

    def hears(topic: str) -> bool:
        name, _dash, number = topic.rpartition("-")
        if name in PERSONAL:
            return number == me
        return (name if name and number.isdecimal() else topic) not in closed

    return hears
