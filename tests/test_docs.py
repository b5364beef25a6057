"""What the documentation says is there: files behind links, programs in bin/, commands of the command line."""

import argparse
import re
from pathlib import Path

import pytest

from rapport.config.cli import build_parser

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("rapport/**/README.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`]*`", re.S)
PROGRAM = re.compile(r"(?<![\w/.])((?:bin|\.ci)/[a-z-]+)")
COMMAND = re.compile(r"\bbin/rapport((?: [a-z][a-z-]*)+)")


def broken_links(page: Path, text: str) -> list[str]:
    """Relative links that lead nowhere."""
    targets = [link.partition("#")[0] for link in LINK.findall(CODE.sub("", text)) if "://" not in link]
    return [target for target in targets if target and not (page.parent / target).exists()]


def unknown_programs(text: str) -> list[str]:
    """Programs of the clone that are named in code but are not there."""
    return [name for code in CODE.findall(text) for name in PROGRAM.findall(code) if not (ROOT / name).is_file()]


def unknown_commands(text: str) -> list[str]:
    """Commands after bin/rapport that its parser does not know."""
    return [words.strip() for words in COMMAND.findall(text) if not known(build_parser(), words.split())]


def known(parser: argparse.ArgumentParser, words: list[str]) -> bool:
    """Whether the first word is a command, and after the name of a group the second one, too."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups or not words:
        return not groups
    inside = groups[0].choices.get(words[0])
    return inside is not None and known(inside, words[1:])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_commands_of_a_page_are_there(page):
    text = page.read_text()
    assert broken_links(page, text) == []
    assert unknown_programs(text) == []
    assert unknown_commands(text) == []


def test_what_is_wrong_is_found():
    links = "[a](docs/nowhere.md) [b](https://x.test) [c](LICENSE)"
    assert broken_links(ROOT / "README.md", links) == ["docs/nowhere.md"]
    assert unknown_programs("`bin/run` and `bin/walk`") == ["bin/walk"]
    text = "`bin/rapport user create --email E`, `bin/rapport user fly`, `bin/rapport conjure`"
    assert unknown_commands(text) == ["user fly", "conjure"]
