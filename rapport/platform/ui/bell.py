"""The bell of the shell: the room that knows of notifications registers how many wait."""

from collections.abc import Callable

from django.http import HttpRequest

# What does not fit into the badge.
MOST = 99

_count: list[Callable[[HttpRequest], int]] = []


def register(count: Callable[[HttpRequest], int]) -> None:
    """count(request) gives the number that the request's user has not read."""
    _count[:] = [count]


def bell(request: HttpRequest) -> dict[str, object] | None:
    """The number, as text and shortened, and the live topic; None while nobody has registered."""
    if not _count:
        return None
    waiting = _count[0](request)
    return {
        "count": waiting,
        "text": f"{MOST}+" if waiting > MOST else str(waiting),
        "topic": f"notices-{request.viewer.id}",
    }
