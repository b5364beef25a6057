"""What the search palette finds. Rooms and the engine register sources; each answers with the viewer's rights."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.platform.ui import navigation

LIMIT = 20


@dataclass(frozen=True)
class Hit:
    """One line of the palette. `face` is a name to show as an avatar instead of the icon; `round_face` for people."""

    label: str | Promise
    url: str
    icon: str = "arrow-right"
    hint: str | Promise = ""
    kind: str | Promise = ""
    keys: str = ""
    face: str = ""
    round_face: bool = True


@dataclass(frozen=True)
class Source:
    """Something to search: find(request, text) gives hits, best first; an empty text asks for suggestions."""

    key: str
    find: Callable[[HttpRequest, str], Iterable[Hit]]
    order: int = 100


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Adds or replaces the source with this key."""
    _sources[source.key] = source
    return source


def find(request: HttpRequest, text: str) -> list[Hit]:
    """The hits of all sources in their order, at most LIMIT."""
    hits: list[Hit] = []
    for source in sorted(_sources.values(), key=lambda s: (s.order, s.key)):
        hits.extend(source.find(request, text))
        if len(hits) >= LIMIT:
            break
    return hits[:LIMIT]


def _pages(request: HttpRequest, text: str) -> Iterable[Hit]:
    wanted = text.casefold()
    for section in navigation.SECTIONS:
        for entry in navigation.entries(request, section):
            if wanted in str(entry["label"]).casefold():
                kind = _("Settings") if section == "settings" else _("Go to")
                yield Hit(entry["label"], entry["url"], entry["icon"], kind=kind, keys=entry["keys"])


register(Source("pages", _pages, order=900))
