"""House rules that no linter knows. Each returns complaints as "file:line: what is wrong"."""

import re
from collections.abc import Iterator
from pathlib import Path

CEILING = 150
RULES = {
    r"<script(?![^>]*\bsrc=)": "an inline script, which the content policy stops",
    r"<style\b": "an inline style sheet, which the content policy stops",
    r"\sstyle\s*=": "a style attribute, which the content policy stops",
    r"\son[a-z]+\s*=\s*[\"']": "an inline event handler, which the content policy stops",
    r"\shx-on": "hx-on, which needs eval",
    r"[\"'\s]js:": "a js: value, which needs eval",
    r"hx-trigger=\"[^\"]*\[": "a filter in hx-trigger, which needs eval",
    r"href=\"javascript:": "a javascript: address",
}
# Words between tags that no translation would ever reach.
BARE = re.compile(r">([^<>{}]*[A-Za-z]{3}[^<>{}]*)<")
CODE = re.compile(r"<(code|kbd|pre|samp)\b[^>]*>.*?</\1>", re.S)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.S)
TRANSLATED = re.compile(
    r"\{% block (?:door|\w*_class) %\}.*?\{% endblock %\}"
    # What a program reads is the same in every language.
    r"|<code[^>]*>.*?</code>|<datalist.*?</datalist>"
    r"|\{% blocktranslate.*?endblocktranslate %\}|\{%.*?%\}|\{\{.*?\}\}",
    re.S,
)
# Names and keys that are the same in every language.
SAME_EVERYWHERE = {"Rapport", "Enter", "Esc", "ESC", "Ctrl", "CTRL", "Shift", "Tab", "Alt", "CSV", "XLSX", "API"}
# Names of encodings and files.
TECHNICAL = re.compile(r"(utf|latin|iso|cp)[-\w]*\d|[\w-]+\.(json|csv|xlsx)", re.I)
REGISTRY = re.compile(r"--(extra-)?index-url|--find-links|\"resolved\":\s*\"https?://|^\s*registry\s*=", re.M)
LOCKS = ("requirements/*", "**/package-lock.json", "**/.npmrc", "pyproject.toml", "**/pip.conf")
# The styleguide is for developers and full of invented names.
NOT_FOR_USERS = ("styleguide",)


def templates(root: Path) -> list[str]:
    """Every template keeps to the content policy, can be translated, and is short enough to read."""
    found = []
    for path in sorted(root.glob("rapport/**/templates/**/*.html")):
        place = path.relative_to(root)
        found += [f"{place}:{line}: {what}" for line, what in template(path.read_text(), for_users=is_for_users(path))]
    return found


def is_for_users(path: Path) -> bool:
    return not any(part in path.parts for part in NOT_FOR_USERS)


def template(text: str, *, for_users: bool = True) -> Iterator[tuple[int, str]]:
    """(line, complaint) for one template."""
    if (length := text.count("\n") + 1) > CEILING:
        yield length, f"{length} lines; the ceiling is {CEILING}"
    plain = COMMENT.sub(_blank, text)
    for pattern, what in RULES.items():
        for match in re.finditer(pattern, plain):
            yield plain.count("\n", 0, match.start()) + 1, what
    if for_users:
        for match in BARE.finditer(CODE.sub(_blank, TRANSLATED.sub(_blank, plain))):
            words = match[1].strip()
            if words not in SAME_EVERYWHERE and not TECHNICAL.fullmatch(words):
                yield plain.count("\n", 0, match.start()) + 1, f"text that cannot be translated: {words[:60]!r}"


def lock_files(root: Path) -> list[str]:
    """No lock or configuration file names the address of a registry: each machine has its own."""
    paths = {
        path
        for pattern in LOCKS
        for path in root.glob(pattern)
        if not {"node_modules", ".venv", "var"} & set(path.parts)
    }
    return [
        f"{path.relative_to(root)}: names a registry: {match[0].strip()}"
        for path in sorted(paths)
        if (match := REGISTRY.search(path.read_text()))
    ]


def _blank(match: re.Match[str]) -> str:
    """As many characters and lines as before, so that positions stay true."""
    return re.sub(r"[^\n]", " ", match[0])
