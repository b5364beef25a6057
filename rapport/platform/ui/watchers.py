"""What every page of a signed-in user asks for by itself: rooms register it when they start."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Watcher:
    """A POST to `url` when a page has loaded, and again whenever the topic is touched; its answer is notices."""

    key: str
    url: str
    topic: Callable[[HttpRequest], str]


_watchers: dict[str, Watcher] = {}


def register(watcher: Watcher) -> Watcher:
    """Adds or replaces the watcher with this key."""
    _watchers[watcher.key] = watcher
    return watcher


def watchers(request: HttpRequest) -> list[dict[str, str]]:
    """The watchers for this request's user, for the template."""
    return [{"url": w.url, "topic": w.topic(request)} for w in _watchers.values()]
