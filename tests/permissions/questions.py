"""What is asked while a check is away: cells, tries of foreign ids, and pages with and without what is hidden."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.permissions.checks import ROOT, Check
from tests.permissions.taking import Living

ODD = ("by nils", "by clara", "inside:")
# Asked of everybody, whatever share is: the pages that offer and show most.
ALWAYS = {"<entity:record>", "<entity:record>/board", "<entity:record>/<int:id>", "menu", "settings"}
OF = {"", "deals", "tasks", "people"}


@dataclass
class Question:
    """Its name, how it is judged, and which functions it came through."""

    name: str
    judge: Callable[[], str]
    route: str | None = None
    through: frozenset[tuple[str, str]] = frozenset()


def questions(matrix: object, share: int = 0, tries: int = 1, places: tuple[str, ...] = ()) -> list[Question]:
    """Those that refuse come first. `share` 0 means all cells; `places` names the only addresses that are asked."""
    from tests.permissions import foreign_ids, inside, trying, unmoved
    from tests.permissions.besides import besides
    from tests.permissions.cells import Matrix, all_cells, some_cells

    assert isinstance(matrix, Matrix)
    cells = [cell for cell in all_cells() if cell.declared]
    if share:
        shared = some_cells(cells, share, by_everybody=True)
        cells = shared + [
            one for one in cells
            if one.route.name in ALWAYS and one.route.entity in OF and not one.htmx and one.method == "GET" and one not in shared
        ]  # fmt: skip
    cells.sort(key=lambda cell: cell.expected == 200)
    # Numbered before any are left out, so that a name means the same each time.
    tried = _numbered(list(foreign_ids.tries(matrix.world)))[::tries] + _numbered(list(besides(matrix.world)))
    made = [Question(str(cell), lambda cell=cell: matrix.judge(cell), cell.route.name) for cell in cells]  # type: ignore[misc]
    made += [Question(name, lambda one=one: trying.judge(matrix, one)) for name, one in tried]  # type: ignore[misc]
    made += [Question(str(one), lambda one=one: inside.judge(matrix, one)) for one in inside.insides()]  # type: ignore[misc]
    shown = [(str(one), one) for one in unmoved.pages(matrix, cells, [])]
    shown += [(f"unmoved: {name}", one) for name, tr in tried for one in unmoved.pages(matrix, [], [tr])]
    made += [Question(name, lambda one=one: unmoved.judge(matrix, one)) for name, one in shown]  # type: ignore[misc]
    return [one for one in made if not places or any(place in one.name for place in places)]


def _numbered(some: list[Any]) -> list[tuple[str, Any]]:
    """Each with a name of its own."""
    times: Counter[str] = Counter()
    made = []
    for one in some:
        times[str(one)] += 1
        made.append((f"{one} ({times[str(one)]})" if times[str(one)] > 1 else str(one), one))
    return made


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


def concerned(check: Check, asked: list[Question], living: Living, most: int) -> list[Question]:
    """The questions that come through the check's function; a few from everywhere first.

    Who is not let in does not come to a function that is wrapped: for those all questions of its routes count.
    """
    path, name = str(ROOT / check.file), qualified(check, living)
    keys = {(path, name), (path, f"{name}.<locals>.<lambda>")}
    found = [one for one in asked if keys & one.through]
    if check.how == "wrap":
        places = {one.route for one in found if one.route is not None}
        found = [one for one in asked if one.route in places]
    # Who may do least is refused most.
    odd = [one for one in found if any(name in one.name for name in ODD)]
    return [*_spread(odd)[: most // 2], *_spread([one for one in found if one not in odd])][:most]


def _spread(some: list[Question]) -> list[Question]:
    step = max(1, len(some) // 40)
    return [one for start in range(step) for one in some[start::step]]


def qualified(check: Check, living: Living) -> str:
    """The function's name as Python gives it, with <locals> for what is defined inside another."""
    path = str(ROOT / check.file)
    return next(
        (name for file, name in living if file == path and name.replace(".<locals>", "") == check.function),
        check.function.replace(".", ".<locals>."),
    )
