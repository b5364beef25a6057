"""What Python says to people: messages, refusals, errors and labels have to pass gettext."""

import ast
from collections.abc import Iterator
from pathlib import Path

SAYS = {"Refused", "Invalid", "PermissionDenied", "problem"}
MESSAGES = {"success", "error", "warning", "info"}
MAPPED = {"InvalidFields", "ValidationError"}
LABELS = {"label", "help", "help_text", "title", "text", "hint", "done", "told", "related"}
# The command line speaks English alone, and so does what is written for developers.
ENGLISH = (
    "commands.py",
    "cli.py",
    "simulate",
    "demo",
    "bench",
    "tests",
    "testing",
    "migrations",
    "samples.py",
    "openapi.py",
)
SETUP = (
    "lease.py",
    "embedded.py",
    "supervisor.py",
    "migrating.py",
    "backup",
    "restore",
    "upgrade",
    "command.py",
    "assets.py",
)


def untranslated(root: Path) -> list[str]:
    """ "file:line: text" of every text that is said without gettext."""
    found = []
    for path in sorted(root.glob("rapport/**/*.py")):
        if not any(part in str(path.relative_to(root)) for part in (*ENGLISH, *SETUP)):
            found += [f"{path.relative_to(root)}:{line}: {text!r}" for line, text in said_plainly(path.read_text())]
    return found


def said_plainly(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of the texts in one file."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name, owner = _name(node.func)
        given: list[ast.expr] = [k.value for k in node.keywords if k.arg in LABELS]
        if name in SAYS and node.args:
            given += node.args[:2]
        elif name in MESSAGES and owner == "messages":
            given += node.args[1:2]
        elif name in MAPPED and node.args and isinstance(node.args[0], ast.Dict):
            given += node.args[0].values
        for one in given:
            text = _text(one)
            if text and " " in text.strip() and any(c.isalpha() for c in text):
                yield one.lineno, text


def _name(func: ast.expr) -> tuple[str, str]:
    if isinstance(func, ast.Attribute):
        return func.attr, func.value.id if isinstance(func.value, ast.Name) else ""
    return (func.id, "") if isinstance(func, ast.Name) else ("", "")


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _text(node.left)
    return ""
