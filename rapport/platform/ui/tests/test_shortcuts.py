"""One list of keys: scripts ask it, the page under ? is made of it, and no script has a letter of its own."""

import json
import re
from pathlib import Path

import pytest

from rapport.platform.ui import assets, shortcuts

SCRIPTS = sorted((Path(assets.__file__).parent / "scripts").rglob("*.js"))
ASKED = re.compile(r'pressed\(event, "([^"]+)"\)')
NAMED = re.compile(r'^\s*"([a-z]+\.[a-z_]+)": \(\)', re.M)
LETTER = re.compile(r'event\.key(?:\.toLowerCase\(\))? [!=]== "[a-z?/]"')


def test_every_name_that_a_script_asks_for_is_registered():
    known = set(json.loads(shortcuts.keys_for_scripts()))
    asked = {name for path in SCRIPTS for name in ASKED.findall(path.read_text()) + NAMED.findall(path.read_text())}
    assert {"palette", "calendar.move", "rows.next", "panel.next"} <= asked
    assert asked - known == set()


def test_no_script_knows_a_letter_by_itself():
    # "Mark all" by Ctrl+A is every program's, and ? is only let through there.
    allowed = {'event.key.toLowerCase() === "a"', 'event.key !== "?"'}
    found = {path.name: set(LETTER.findall(path.read_text())) - allowed for path in SCRIPTS}
    assert {name: letters for name, letters in found.items() if letters} == {}


def test_no_key_means_two_things_in_one_place():
    seen = {}
    for one in shortcuts._shortcuts.values():
        for keys in one.keys.split():
            # Arrows that one moves with are told once for all four.
            if "Arrow" in keys and "+" not in keys:
                continue
            assert seen.setdefault((one.group, keys), one.name) == one.name, (one.name, keys)


def test_an_unknown_group_is_an_error():
    with pytest.raises(ValueError, match="unknown group"):
        shortcuts.register(shortcuts.Shortcut("x", "x", "X", "nowhere"))


def test_caps_are_what_stands_on_the_keys():
    assert shortcuts.caps("mod+k") == [["Ctrl", "K"]]
    assert shortcuts.caps("g>p") == [["G", "P"]]
    assert shortcuts.caps("j mod+ArrowDown") == [["J"], ["Ctrl", "↓"]]
