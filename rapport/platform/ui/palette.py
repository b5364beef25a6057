"""What the search palette finds. Rooms and the engine register sources; each answers with the viewer's rights."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.platform.ui import navigation

LIMIT = 24
# A sign before the text narrows what is searched.
SCOPES: dict[str, str | Promise] = {">": _("Actions"), "?": _("Help")}


@dataclass(frozen=True)
class Hit:
    """One line of the palette. `face` is a name to show as an avatar instead of the icon; `round_face` for people.

    `group` is the heading above it; `opens` says where: "" a page, "dialog" over the present one, "scope" in the palette
    itself, with `url` as the sign to type.
    """

    label: str | Promise
    url: str
    icon: str = "arrow-right"
    hint: str | Promise = ""
    kind: str | Promise = ""
    keys: str = ""
    face: str = ""
    round_face: bool = True
    group: str | Promise = ""
    opens: str = ""


@dataclass(frozen=True)
class Source:
    """Something to search: find(request, text) gives hits, best first; an empty text asks for suggestions.

    `scopes` are the signs under which it is asked, "" being none.
    """

    key: str
    find: Callable[[HttpRequest, str], Iterable[Hit]]
    order: int = 100
    scopes: str | tuple[str, ...] = ("",)


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Adds or replaces the source with this key."""
    _sources[source.key] = source
    return source


def scope_of(text: str) -> tuple[str, str]:
    """The sign that a text begins with, or "", and the rest."""
    sign = text[:1] if text[:1] in SCOPES else ""
    return sign, text.removeprefix(sign).strip()


def find(request: HttpRequest, text: str) -> list[Hit]:
    """The hits of all sources of the text's scope in their order, at most LIMIT."""
    sign, rest = scope_of(text)
    hits: list[Hit] = []
    for source in sorted(_sources.values(), key=lambda s: (s.order, s.key)):
        if sign in source.scopes:
            hits.extend(source.find(request, rest))
        if len(hits) >= LIMIT:
            break
    return hits[:LIMIT]


def fits(label: object, text: str) -> bool:
    """Whether every word of the text begins a word of the label, or stands in it when it is long enough."""
    name = str(label).casefold()
    words = name.split()
    return all(any(w.startswith(p) for w in words) or (len(p) > 2 and p in name) for p in text.casefold().split())


def _pages(request: HttpRequest, text: str) -> Iterable[Hit]:
    for section in navigation.SECTIONS:
        for entry in navigation.entries(request, section):
            if section == "settings" and not text:
                continue
            if fits(entry["label"], text):
                group = _("Settings") if section == "settings" else _("Go to")
                yield Hit(entry["label"], entry["url"], entry["icon"], keys=entry["keys"], group=group)


def _help(request: HttpRequest, text: str) -> Iterable[Hit]:
    for sign, label in SCOPES.items():
        if sign != "?" and fits(label, text):
            yield Hit(label, sign, "search", kind=sign, group=_("Type first"), opens="scope")
    if fits(_("Keyboard shortcuts"), text):
        yield Hit(_("Keyboard shortcuts"), "/shortcuts", "keyboard", keys="?", group=_("Help"), opens="dialog")


register(Source("pages", _pages, order=900, scopes=("", ">")))
register(Source("help", _help, order=10, scopes=("?",)))
