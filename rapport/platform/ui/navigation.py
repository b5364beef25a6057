"""What stands in the sidebar. Rooms register their entries when they start; templates only read."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SECTIONS = {"records": gettext_lazy("Records"), "work": gettext_lazy("Work"), "settings": gettext_lazy("Settings")}

# The groups of the settings, in their order.
GROUPS = {
    "you": gettext_lazy("You"),
    "company": gettext_lazy("Company"),
    "data": gettext_lazy("Data"),
    "people": gettext_lazy("People"),
    "developers": gettext_lazy("Developers"),
    "system": gettext_lazy("System"),
}


@dataclass(frozen=True)
class Topic:
    """Something to set on a page of the settings, so that their search leads right to it."""

    label: str | Promise
    url: str
    words: str | Promise = ""


@dataclass(frozen=True)
class Entry:
    """One line of the sidebar. `keys` is a shortcut such as "g p"; `visible` decides per request."""

    key: str
    label: str | Promise
    url: str
    icon: str
    order: int = 100
    section: str = "records"
    keys: str = ""
    visible: Callable[[HttpRequest], bool] | None = None
    # Of an entry among the settings: one of GROUPS, what it is for, other words for it, and what can be set there.
    group: str = ""
    # Where the entry leads for this request, if not always to `url`, e.g. to the layout used last.
    leads: Callable[[HttpRequest], str] | None = None
    hint: str | Promise = ""
    words: str | Promise = ""
    topics: tuple[Topic, ...] = ()


_entries: dict[str, Entry] = {}


def register(entry: Entry) -> Entry:
    """Adds or replaces the entry with this key; an unknown section or a shortcut taken by another is an error."""
    if entry.section not in SECTIONS:
        raise ValueError(f"Navigation entry {entry.key!r} names an unknown section {entry.section!r}.")
    for other in _entries.values():
        if entry.keys and other.keys == entry.keys and other.key != entry.key:
            raise ValueError(f"Navigation entries {other.key!r} and {entry.key!r} both want the keys {entry.keys!r}.")
    _entries[entry.key] = entry
    return entry


def entries(request: HttpRequest, section: str) -> list[dict]:
    """The entries of a section that this request may see, in order, the one for the current page marked `current`."""
    shown = [e for e in _entries.values() if e.section == section and (e.visible is None or e.visible(request))]
    path = request.path
    return [
        {
            "key": e.key,
            "label": e.label,
            "url": e.leads(request) if e.leads else e.url,
            "icon": e.icon,
            "keys": e.keys,
            "group": e.group,
            "hint": e.hint,
            "words": e.words,
            "topics": e.topics,
            "current": path == e.url or (e.url != "/" and path.startswith(e.url.rstrip("/") + "/")),
        }
        for e in sorted(shown, key=lambda e: (e.order, e.key))
    ]


Below = Callable[[HttpRequest], dict[str, list[dict[str, str]]]]
_below: list[Below] = []


def register_below(find: Below) -> None:
    """Adds links below entries: `find` answers {key of the entry: [{"label", "url", "icon"}]} for the user."""
    _below.append(find)


def below(request: HttpRequest) -> dict[str, list[dict[str, str]]]:
    """Everything that stands below entries for this user."""
    found: dict[str, list[dict[str, str]]] = {}
    for find in _below:
        for key, links in find(request).items():
            found.setdefault(key, []).extend(links)
    return found
