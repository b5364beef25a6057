"""Takes checks away while the program runs: their functions are given other code, and their own back afterwards."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import CodeType, FunctionType

from tests.permissions.checks import ROOT, Check, without

Living = dict[tuple[str, str], list[FunctionType]]


def live_functions() -> Living:
    """Every function of ours that is alive, by file and name: closures are many of one name."""
    found: Living = {}
    for one in gc.get_objects():
        # Not isinstance: it would wake what is lazy.
        if type(one) is FunctionType and one.__code__.co_filename.startswith(str(ROOT / "rapport")):
            found.setdefault((one.__code__.co_filename, one.__code__.co_qualname), []).append(one)
    return found


def loaded(*some: Check) -> None:
    """Loads what otherwise the first request that needs it would."""
    for check in some:
        importlib.import_module(check.file.removesuffix(".py").replace("/", "."))


def alive(living: Living, check: Check) -> bool:
    """Whether the check's function is among those."""
    path = str(ROOT / check.file)
    return check.how == "wrap" or any(
        file == path and name.replace(".<locals>", "") == check.function for file, name in living
    )


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code and all that is defined in it."""
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from codes(one)


@contextmanager
def taken_away(living: Living, *some: Check) -> Iterator[bool]:
    """The program without these checks; False where one is none, or its function is not alive."""
    files: dict[str, list[Check]] = {}
    with ExitStack() as stack:
        all_away = True
        for check in some:
            if check.how == "wrap":
                all_away &= stack.enter_context(_unwrapped(check))
            else:
                files.setdefault(check.file, []).append(check)
        for those in files.values():
            all_away &= stack.enter_context(_recoded(living, those))
        yield all_away


@contextmanager
def _recoded(living: Living, some: list[Check]) -> Iterator[bool]:
    tree = without(*some)
    if tree is None:
        yield False
        return
    path = str(ROOT / some[0].file)
    compiled = list(codes(compile(tree, path, "exec")))
    before: list[tuple[FunctionType, CodeType]] = []
    for code in compiled:
        for function in living.get((path, code.co_qualname), []):
            if function.__code__ != code and function.__code__.co_freevars == code.co_freevars:
                before.append((function, function.__code__))
    try:
        for code in compiled:
            for function, kept in before:
                if kept.co_qualname == code.co_qualname and kept.co_freevars == code.co_freevars:
                    function.__code__ = code
        yield bool(before)
    finally:
        for function, kept in before:
            function.__code__ = kept


@contextmanager
def _unwrapped(check: Check) -> Iterator[bool]:
    """The function as if it had no such decorator: what wraps it hands everything on."""
    module = importlib.import_module(check.file.removesuffix(".py").replace("/", "."))
    wanted = check.text.partition("(")[0]
    one = getattr(module, check.function)
    while one is not None and one.__code__.co_qualname.partition(".")[0] != wanted:
        one = getattr(one, "__wrapped__", None)
    if one is None:
        yield False
        return
    kept: CodeType = one.__code__
    free = ", ".join(kept.co_freevars)
    source = f"def make({free}):\n def wrapper(request, *args, **kwargs):\n  {free}\n  return view(request, *args, **kwargs)\n return wrapper"
    found: dict[str, FunctionType] = {}
    exec(source, found)  # noqa: S102 the names are those of our own wrapper
    one.__code__ = found["make"](*([None] * len(kept.co_freevars))).__code__
    try:
        yield True
    finally:
        one.__code__ = kept
