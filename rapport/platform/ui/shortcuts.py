"""Every key that does something, once: scripts ask here which key it is, and the list under ? is made of the same.

Keys of links and buttons stand on themselves (`data-shortcut`) and in the navigation; the rest is registered by name.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.platform.ui import navigation

GROUPS = {
    "general": _("Everywhere"),
    "go": _("Go to"),
    "list": _("In a list"),
    "panel": _("In the side panel"),
    "board": _("On a board"),
    "calendar": _("In the calendar"),
    "form": _("In a form"),
}


@dataclass(frozen=True)
class Shortcut:
    """`keys` are KeyboardEvent.key names joined by "+", alternatives parted by blanks: "j ArrowDown", "mod+k".

    "mod" is Ctrl, on a Mac Command; a sequence is written with ">", "g>p".
    """

    name: str
    keys: str
    label: str | Promise
    group: str = "general"


_shortcuts: dict[str, Shortcut] = {}


def register(*shortcuts: Shortcut) -> None:
    """Adds or replaces shortcuts by their names; an unknown group is an error."""
    for one in shortcuts:
        if one.group not in GROUPS:
            raise ValueError(f"Shortcut {one.name!r} names an unknown group {one.group!r}.")
        _shortcuts[one.name] = one


def keys_for_scripts() -> str:
    """{name: keys} as JSON, for the page."""
    return json.dumps({one.name: one.keys for one in _shortcuts.values()}, separators=(",", ":"))


def caps(keys: str) -> list[list[str]]:
    """How keys are shown: each alternative as a list of key caps."""
    return [[_CAPS.get(cap, cap.upper()) for cap in one.replace(">", "+").split("+")] for one in keys.split()]


_CAPS = {
    "mod": "Ctrl", "alt": "Alt", "shift": "⇧", "ArrowDown": "↓", "ArrowUp": "↑", "ArrowLeft": "←", "ArrowRight": "→",
    "Enter": "↵", "Escape": "Esc", "Space": "Space", "Tab": "Tab", "Home": "Home", "End": "End",
}  # fmt: skip


def groups(request: HttpRequest) -> list[dict[str, Any]]:
    """Every group with its shortcuts in the order of registration; empty groups are left out."""
    entries = [entry for section in navigation.SECTIONS for entry in navigation.entries(request, section)]
    going = [Shortcut(e["key"], e["keys"].replace(" ", ">"), e["label"], "go") for e in entries if e["keys"]]
    found = [*_shortcuts.values(), *going]
    made = [
        {"key": key, "label": label, "shortcuts": [
            {"label": one.label, "caps": caps(one.keys)} for one in found if one.group == key
        ]}
        for key, label in GROUPS.items()
    ]  # fmt: skip
    return [group for group in made if group["shortcuts"]]


register(
    Shortcut("palette", "mod+k", _("Search and commands")),
    Shortcut("search", "/", _("Search")),
    Shortcut("create", "c", _("Create what is in view")),
    Shortcut("help", "?", _("Keyboard shortcuts")),
    Shortcut("fold", "[", _("Fold the sidebar")),
    Shortcut("settings", "g>s", _("Settings"), "go"),
    Shortcut("form.save", "mod+Enter", _("Save"), "form"),
    Shortcut("form.leave", "Escape", _("Close, or bring the old value back"), "form"),
)
