"""What the page of the jobs tells of work that is through; the rooms whose work it was register how they tell it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest


@dataclass(frozen=True)
class Finished:
    """A piece of work with its outcome in words; `undo` is an address to post to, `url` leads to more, each "" if none."""

    name: str
    outcome: str
    who: str
    at: datetime
    url: str = ""
    undo: str = ""


_sources: list[Callable[[HttpRequest], list[Finished]]] = []


def register(source: Callable[[HttpRequest], list[Finished]]) -> None:
    """source(request) gives the newest of a room; asked for administrators only."""
    _sources.append(source)


def finished(request: HttpRequest, *, limit: int = 20) -> list[Finished]:
    """The newest of all rooms, the last first."""
    found = [one for source in _sources for one in source(request)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]
