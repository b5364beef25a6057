"""Every check that the code makes of who may do what, found in its syntax, each with a way to take it away.

A check is taken away without moving a line: what was asked is still compiled, but never decides.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Rooms and files that nobody reaches from outside: the command line has the machine already, the rest only makes data.
BESIDE = ("tests", "testing", "migrations", "demo", "simulate", "bench", "backups", "locale")
BESIDE_FILES = (
    "commands.py",
    "run_command.py",
    "demo.py",
    "supervisor.py",
    "lease.py",
    "system_user.py",
    "restore.py",
    "migrating.py",
)
REFUSALS = {"Refused", "NotFound", "Http404", "PermissionDenied"}
# Calls that answer what the gate says, and what they say when it is open.
OPEN = {
    "rule": "__import__('rapport.platform.access.gate', fromlist=['x']).OPEN",
    "owned_rule": "__import__('rapport.platform.access.gate', fromlist=['x']).OPEN",
    "may": "True",
    "may_change": "True",
    "scope": "'all'",
}
# Calls that are made for their refusal alone.
BARE = {
    "must",
    "must_reach",
    "_must",
    "lock",
    "may_import",
    "may_undo",
    "_check",
    "_administrators_only",
    "_refuse_future",
    "get",
}
# What narrows a query to those who are let in, or to what is one's own.
NARROWING = {
    "is_active",
    "deleted_at",
    "revoked_at",
    "expires_at__gt",
    "user__is_active",
    "user__deleted_at",
    "used_at",
}
# What is asked of who comes with a session or a token.
LET_IN = {"not user.is_active", "user.deleted_at is not None", "found.revoked_at is not None"}
WRAPPERS = {"page", "signed_in", "needs"}
NARROWED = {"filter", "exclude", "get"}


@dataclass(frozen=True)
class Check:
    """One check: where it is, and what taking it away means."""

    file: str
    line: int
    column: int
    function: str
    how: str
    text: str
    # Which of several of the same name.
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}: {self.how} `{self.text}`"

    @property
    def name(self) -> str:
        """What it is called whatever lines are added above it."""
        return f"{self.file} {self.function}: {self.how} `{self.text}`{f' {self.nth}' if self.nth > 1 else ''}"


def files() -> Iterator[Path]:
    for path in sorted((ROOT / "rapport").rglob("*.py")):
        if not set(path.relative_to(ROOT).parts[:-1]) & set(BESIDE) and path.name not in BESIDE_FILES:
            yield path


def checks() -> list[Check]:
    """All of them, in the order of files and lines."""
    found: list[Check] = []
    times: Counter[str] = Counter()
    for path in files():
        name = str(path.relative_to(ROOT))
        for node, how, function in _found(ast.parse(path.read_text()), name):
            text = " ".join(ast.unparse(node).split())[:110]
            one = Check(name, node.lineno, node.col_offset, function, how, text)
            times[one.name] += 1
            found.append(replace(one, nth=times[one.name]))
    return found


def _found(tree: ast.Module, name: str) -> Iterator[tuple[ast.AST, str, str]]:
    def visit(node: ast.AST, function: str) -> Iterator[tuple[ast.AST, str, str]]:
        for child in ast.iter_child_nodes(node):
            inside = function
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inside = f"{function}.{child.name}".lstrip(".")
                if not function:
                    yield from ((one, "wrap", child.name) for one in child.decorator_list if _wraps(one))
            if function and (how := _kind(child, node, name)):
                yield child, how, function
            yield from visit(child, inside)

    yield from visit(tree, "")


def _wraps(decorator: ast.expr) -> bool:
    """Whether it asks who is there."""
    return ast.unparse(decorator).partition("(")[0] in WRAPPERS


def _kind(node: ast.AST, parent: ast.AST, file: str) -> str:
    if isinstance(node, ast.If) and len(node.body) == 1 and _refuses(node.body[0], node.test):
        return "refuse if"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _called(node.value) in BARE:
        return "" if _called(node.value) == "get" and "Reader(" not in ast.unparse(node) else "ask"
    if isinstance(node, ast.Call) and _called(node) in OPEN and "viewer" in ast.unparse(node):
        # What a template is told only decides which buttons are shown; the page behind each asks again.
        return "" if isinstance(parent, ast.Dict) else "gate"
    if isinstance(node, ast.keyword) and isinstance(parent, ast.Call) and _called(parent) in NARROWED:
        return "narrow" if node.arg and _narrows(node, file) else ""
    return ""


def _refuses(body: ast.stmt, test: ast.expr) -> bool:
    if isinstance(body, ast.Raise) and body.exc is not None:
        raised = body.exc.func if isinstance(body.exc, ast.Call) else body.exc
        return isinstance(raised, ast.Name) and raised.id in REFUSALS
    asked = ast.unparse(test)
    return isinstance(body, ast.Return) and ("viewer is None" in asked or asked in LET_IN)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _narrows(node: ast.keyword, file: str) -> bool:
    value = ast.unparse(node.value)
    if node.arg in ("user_id", "created_by_id", "owner_id", "actor_id") and value.endswith("viewer.id"):
        return True
    return "/identity/" in file and node.arg in NARROWING


class _Without(ast.NodeTransformer):
    """Takes one check away."""

    def __init__(self, check: Check) -> None:
        self.check, self.done = check, False

    def _is_it(self, node: ast.AST, how: str) -> bool:
        at = (getattr(node, "lineno", 0), getattr(node, "col_offset", -1))
        return not self.done and how == self.check.how and at == (self.check.line, self.check.column)

    def visit_If(self, node: ast.If) -> ast.AST:
        if self._is_it(node, "refuse if"):
            self.done = True
            node.test = ast.BoolOp(ast.And(), [ast.Constant(False), node.test])
            return node
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if self._is_it(node, "ask"):
            self.done = True
            return ast.If(ast.Constant(False), [node], [])
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if self._is_it(node, "gate"):
            self.done = True
            opened = ast.parse(OPEN[_called(node)], mode="eval").body
            return ast.IfExp(ast.Constant(True), opened, node)
        for number, keyword in enumerate(node.keywords):
            if self._is_it(keyword, "narrow") and _called(node) in NARROWED:
                self.done = True
                kept = ast.Dict([ast.Constant(keyword.arg)], [keyword.value])
                none = ast.IfExp(ast.Constant(True), ast.Dict([], []), kept)
                node.keywords[number] = ast.keyword(None, none)
                return node
        return self.generic_visit(node)


def without(*some: Check) -> ast.Module | None:
    """The tree of the file with these checks of it taken away; None where one is no check, such as a value that is written."""
    tree = ast.parse((ROOT / some[0].file).read_text())
    for check in some:
        change = _Without(check)
        change.visit(tree)
        if not change.done:
            return None
    return ast.fix_missing_locations(tree)
