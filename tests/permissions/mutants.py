"""`bin/permission-mutants`: takes each check away in turn, and the matrix must turn red each time.

The checks are found in the code (checks.py). Which question noticed one the last time is remembered (noticed.json) and asked
first; for the others all questions that come through the function are asked, until one is wrong. It can be ended and begun
again: what was found is kept. What is named in survivors.py stands behind another check: with both away it must turn red.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

from tests.permissions import remembered
from tests.permissions.checks import ROOT, Check, checks
from tests.permissions.questions import Question, concerned, questions, traced
from tests.permissions.standing import Standing, standing
from tests.permissions.survivors import SURVIVORS
from tests.permissions.taking import alive, live_functions, loaded, taken_away

Say = Callable[[str], object]
NOTICED, BEHIND, SURVIVED = "noticed", "stands behind another", "survived"


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/permission-mutants", description=__doc__)
    parser.add_argument(
        "--only", default="", help="only checks whose description contains this text, or one of those parted by |"
    )
    parser.add_argument("--share", type=int, default=1, help="so many entities of each question; 0 for all")
    parser.add_argument(
        "--ask", default="", help="seek only with questions whose name contains one of these texts, parted by |"
    )
    parser.add_argument("--most", type=int, default=400, help="questions to ask before a check counts as not noticed")
    parser.add_argument("--again", action="store_true", help="seek also those that survived and nothing changed since")
    parser.add_argument("--anew", action="store_true", help="do not ask what noticed it the last time; seek")
    parser.add_argument("--known", action="store_true", help="only verify what was noticed before; seek nothing")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes, each with its own database"
    )
    parser.add_argument("--list", action="store_true", help="only list the checks")
    asked = parser.parse_args()
    found = [check for check in checks() if any(part in str(check) for part in asked.only.split("|"))]
    if asked.list:
        sys.stdout.writelines(f"{check}\n" for check in found)
        return 0

    def say(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    with standing() as stands:
        told = _all(stands, found, asked, say)
    names = {check.name for check in checks()}
    wrong = [f"GONE: {name}" for name in SURVIVORS if name not in names]
    for check in found:
        said = told.get(check.name, "not sought")
        if said != (BEHIND if check.name in SURVIVORS else NOTICED):
            wrong.append(f"{said.upper()}: {check}")
    say("".join(f"{text}\n" for text in wrong))
    counts = [sum(said == kind for said in told.values()) for kind in (NOTICED, BEHIND)]
    say(
        f"{len(found)} checks taken away: {counts[0]} noticed, {counts[1]} stand behind another, {len(found) - sum(counts)} not\n"
    )
    return 1 if wrong else 0


def _all(stands: Standing, found: list[Check], asked: argparse.Namespace, say: Say) -> dict[str, str]:
    """What came of each check, by its name."""
    began = time.monotonic()
    every = questions(stands.matrix, asked.share, tries=3 if asked.share else 1)
    memory = {} if asked.anew else remembered.noticed()
    by_name = {one.name: one for one in every}
    if any(name not in by_name for name in memory.values()):
        # What noticed a check may be a cell of another share.
        by_name = {one.name: one for one in questions(stands.matrix)}
    living = live_functions()
    by_check = {check.name: check for check in checks()}
    told: dict[str, str] = {}

    def verify(check: Check) -> tuple[Check, bool]:
        one = by_name.get(memory[check.name])
        return check, one is not None and verified(check, one, living, by_check)

    for check, fine in stands.spread(verify, [one for one in found if one.name in memory], asked.workers):
        if fine:
            told[check.name] = BEHIND if check.name in SURVIVORS else NOTICED
        else:
            say(f"no longer noticed by {memory[check.name]}: {check}\n")
            remembered.keep_noticed(check.name, None)
    say(f"{len(told)} of {len(found)} as before, {time.monotonic() - began:.0f} s\n")
    skipped = set() if asked.again else remembered.survived()
    seek = [check for check in found if check.name not in told and not asked.known]
    told |= {check.name: SURVIVED for check in seek if check.name in skipped}
    seek = [check for check in seek if check.name not in skipped]
    return told | (_sought(stands, seek, every, asked, say) if seek else {})


def verified(check: Check, one: Question, living: dict, by_check: dict[str, Check]) -> bool:
    """Whether the question is fine with the check, and not without it, nor without what stands behind it."""
    behind = SURVIVORS[check.name].walls if check.name in SURVIVORS else ()
    if any(wall not in by_check for wall in behind):
        return False
    if one.judge():
        return False
    if not all(alive(living, by_check[name]) for name in (check.name, *behind)):
        loaded(*(by_check[name] for name in (check.name, *behind)))
        living.update(live_functions())
    if behind:
        with taken_away(living, check):
            if one.judge():
                return False
    with taken_away(living, check, *(by_check[wall] for wall in behind)) as is_away:
        return is_away and bool(one.judge())


def _sought(
    stands: Standing, seek: list[Check], every: list[Question], asked: argparse.Namespace, say: Say
) -> dict[str, str]:
    began = time.monotonic()
    every = [one for one in every if any(part in one.name for part in asked.ask.split("|"))]
    walls = [wall for check in seek if check.name in SURVIVORS for wall in SURVIVORS[check.name].walls]
    wanted = frozenset(
        str(ROOT / name) for name in (*(c.file for c in seek), *(wall.partition(" ")[0] for wall in walls))
    )

    def trace(piece: list[int]) -> list[tuple[int, str, frozenset[tuple[str, str]]]]:
        return [(number, traced(every[number], wanted), every[number].through) for number in piece]

    numbers = list(range(len(every)))
    for done in stands.spread(trace, [numbers[n : n + 100] for n in range(0, len(numbers), 100)], asked.workers):
        for number, said, through in done:
            if said:
                say(f"not green to begin with, and so not asked: {said}\n")
            every[number].through = frozenset() if said else through
    say(f"{len(every)} questions asked, {time.monotonic() - began:.0f} s\n")
    told = {}

    def seek_one(check: Check) -> tuple[Check, str, str, int]:
        return check, *sought(check, every, asked.most)

    for check, said, name, count in stands.spread(seek_one, seek, asked.workers):
        told[check.name] = said
        if said == SURVIVED:
            remembered.keep_survived(check.name)
        elif name:
            remembered.keep_noticed(check.name, name)
        say(f"{said} {check} {f'by {name}' if name else f'({count} questions)'}\n")
    return told


def sought(check: Check, every: list[Question], most: int) -> tuple[str, str, int]:
    """What came of it, the name of the question that noticed it, and how many came through it."""
    loaded(check)
    living = live_functions()
    through = concerned(check, every, living, most)
    with taken_away(living, check) as is_away:
        found = next((one.name for one in through if one.judge()), "") if is_away else ""
    if found or check.name not in SURVIVORS:
        return NOTICED if found else SURVIVED, found, len(through) if is_away else -1
    by_check = {one.name: one for one in checks()}
    walls = [by_check[wall] for wall in SURVIVORS[check.name].walls]
    if not walls:
        return BEHIND, "", len(through)
    # Who is stopped by a wall does not come to the check.
    through += [one for wall in walls for one in concerned(wall, every, living, most // 2) if one not in through]
    with taken_away(living, check, *walls) as is_away:
        found = next((one.name for one in through if one.judge()), "") if is_away else ""
    return BEHIND if found else SURVIVED, found, len(through)


if __name__ == "__main__":
    sys.exit(main())
