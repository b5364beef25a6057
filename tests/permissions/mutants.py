"""`bin/permission-mutants`: takes each check away in turn, and the matrix must turn red each time.

The checks are found in the code (checks.py). A check is taken away by giving its function other code while the program
runs, and given back afterwards; only cells that come through the function are asked, until one is wrong.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType

from tests.permissions.checks import ROOT, Check, checks, without
from tests.permissions.standing import standing
from tests.permissions.survivors import SURVIVORS

Judge = Callable[[], str]
Living = dict[tuple[str, str], list[FunctionType]]


@dataclass
class Question:
    """A cell, or a try of a foreign id: its name, how it is judged, and which functions it came through."""

    name: str
    judge: Judge
    route: str = ""
    through: frozenset[tuple[str, str]] = frozenset()


def live_functions() -> Living:
    """Every function of ours that is alive, by file and name: closures are many of one name."""
    found: Living = {}
    for one in gc.get_objects():
        # Not isinstance: it would wake what is lazy.
        if type(one) is FunctionType and one.__code__.co_filename.startswith(str(ROOT / "rapport")):
            found.setdefault((one.__code__.co_filename, one.__code__.co_qualname), []).append(one)
    return found


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code and all that is defined in it."""
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from codes(one)


@contextmanager
def taken_away(check: Check, living: Living) -> Iterator[bool]:
    """The check's function, and those it is defined in, without the check; False where it is no check."""
    if check.how == "wrap":
        with unwrapped(check) as is_away:
            yield is_away
        return
    tree = without(check)
    if tree is None:
        yield False
        return
    path = str(ROOT / check.file)
    before: list[tuple[FunctionType, CodeType]] = []
    for code in codes(compile(tree, path, "exec")):
        for function in living.get((path, code.co_qualname), []):
            if function.__code__ != code and function.__code__.co_freevars == code.co_freevars:
                before.append((function, function.__code__))
    try:
        for code in codes(compile(tree, path, "exec")):
            for function, _kept in before:
                same = function.__code__.co_qualname == code.co_qualname
                if same and function.__code__.co_freevars == code.co_freevars:
                    function.__code__ = code
        yield bool(before)
    finally:
        for function, kept in before:
            function.__code__ = kept


@contextmanager
def unwrapped(check: Check) -> Iterator[bool]:
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


def traced(question: Question, wanted: frozenset[str]) -> str:
    """Judges once, and notes which functions of the wanted files it came through."""
    seen: set[tuple[str, str]] = set()

    def note(frame: object, event: str, _arg: object) -> None:
        if event == "call":
            code = frame.f_code  # type: ignore[attr-defined]
            if code.co_filename in wanted:
                seen.add((code.co_filename, code.co_qualname))

    sys.setprofile(note)
    try:
        return question.judge()
    finally:
        sys.setprofile(None)
        question.through = frozenset(seen)


def questions(matrix: object, share: int, tries: int = 1, places: tuple[str, ...] = ()) -> list[Question]:
    """The cells of a share of the matrix and the tries of foreign ids; those that refuse come first.

    `places` names addresses of which all cells are asked, and nothing else.
    """
    from tests.permissions import foreign_ids
    from tests.permissions.cells import Matrix, all_cells, some_cells

    assert isinstance(matrix, Matrix)
    everything = list(all_cells())
    cells = [
        cell for cell in (everything if places else some_cells(everything, share, by_everybody=True)) if cell.declared
    ]
    cells.sort(key=lambda cell: cell.expected == 200)
    made = [Question(str(cell), lambda cell=cell: matrix.judge(cell), cell.route.name) for cell in cells]  # type: ignore[misc]
    tried = list(foreign_ids.tries(matrix.world))[::tries]
    made += [Question(str(one), lambda one=one: foreign_ids.judge(matrix, one)) for one in tried]  # type: ignore[misc]
    return [one for one in made if not places or any(place in one.name for place in places)]


def concerned(check: Check, asked: list[Question], living: Living, most: int) -> list[Question]:
    """The questions that come through the check's function; a few from everywhere first.

    Who is not let in does not come to a function that is wrapped: for those all questions of its routes count.
    """
    key = (str(ROOT / check.file), qualified(check, living))
    found = [one for one in asked if key in one.through]
    if check.how == "wrap":
        places = {one.route for one in found if one.route}
        found = [one for one in asked if one.route in places]
    step = max(1, len(found) // 40)
    return [one for start in range(step) for one in found[start::step]][:most]


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/permission-mutants", description=__doc__)
    parser.add_argument(
        "--only", default="", help="only checks whose description contains this text, or one of those parted by |"
    )
    parser.add_argument("--share", type=int, default=1, help="so many entities of each question")
    parser.add_argument("--most", type=int, default=400, help="questions to ask before a check counts as not noticed")
    parser.add_argument("--tries", type=int, default=1, help="every how many of the tries of foreign ids")
    parser.add_argument("--list", action="store_true", help="only list the checks")
    asked = parser.parse_args()
    found = [check for check in checks() if any(part in str(check) for part in asked.only.split("|"))]
    if asked.list:
        sys.stdout.writelines(f"{check}\n" for check in found)
        return 0
    with standing() as matrix:
        left = survivors(found, questions(matrix, asked.share, asked.tries), sys.stdout.write, asked.most)
    known = [check for check in left if check.name in SURVIVORS]
    news = [check for check in left if check.name not in SURVIVORS]
    here = {check.name for check in found}
    wrong = [f"SURVIVED {check}" for check in news]
    if not asked.only:
        wrong += [
            f"GONE, or noticed by now: {name}"
            for name in SURVIVORS
            if name not in here or name not in {c.name for c in known}
        ]
    sys.stdout.writelines(f"{text}\n" for text in wrong)
    sys.stdout.write(
        f"{len(found)} checks taken away: {len(found) - len(left)} noticed, {len(known)} known to change nothing, {len(news)} survived\n"
    )
    return 1 if wrong else 0


def survivors(found: list[Check], asked: list[Question], say: Callable[[str], object], most: int) -> list[Check]:
    """The checks that can be taken away without any question going wrong."""
    began = time.monotonic()
    wanted = frozenset(str(ROOT / check.file) for check in found)
    for one in asked:
        if said := traced(one, wanted):
            raise RuntimeError(f"the matrix is not green to begin with: {said}")
    say(f"{len(asked)} questions asked, {time.monotonic() - began:.0f} s\n")
    living, left = live_functions(), []
    for check in found:
        through = concerned(check, asked, living, most)
        with taken_away(check, living) as is_away:
            noticed = next((said for one in through if (said := one.judge())), "") if is_away else ""
        if noticed:
            say(f"noticed  {check}\n")
        else:
            left.append(check)
            say(f"survived {check} ({len(through)} questions{'' if is_away else ', not alive'})\n")
    return left


def qualified(check: Check, living: Living) -> str:
    """The function's name as Python gives it, with <locals> for what is defined inside another."""
    path = str(ROOT / check.file)
    return next(
        (name for file, name in living if file == path and name.replace(".<locals>", "") == check.function),
        check.function.replace(".", ".<locals>."),
    )


if __name__ == "__main__":
    sys.exit(main())
