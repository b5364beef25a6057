"""`bin/permissions`: asks every cell of the matrix, and prints how many there are and which are wrong.

Exit code 1 if any is wrong or a route is not declared. `--only TEXT` asks what has the text in its description.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.permissions.standing import standing

PIECE = 150


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/permissions", description=__doc__)
    parser.add_argument("--only", default="", help="ask only what has this text in its description")
    parser.add_argument("--share", type=int, default=0, help="as the tests do: so many entities of each question")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes, each with its own database"
    )
    parser.add_argument("--profile", action="store_true", help="say at the end which routes took longest")
    asked = parser.parse_args()
    with standing() as stands:
        from tests.permissions import foreign_ids, inside, trying, unmoved
        from tests.permissions.besides import besides
        from tests.permissions.cells import all_cells, some_cells, undeclared

        matrix = stands.matrix
        every = list(all_cells())
        cells = [cell for cell in every if asked.only in str(cell)]
        if asked.share:
            cells = some_cells(cells, asked.share)
        calls = [one for one in (*foreign_ids.tries(matrix.world), *besides(matrix.world)) if asked.only in str(one)]
        pages = list(unmoved.pages(matrix, cells, calls))
        began = time.monotonic()
        took: dict[str, list[float]] = {}

        judges: dict[str, Callable[[Any], str]] = {
            "cell": matrix.judge,
            "try": lambda one: trying.judge(matrix, one),
            "inside": lambda one: inside.judge(matrix, one),
        }

        def work(piece: tuple[str, list[Any]]) -> tuple[list[str], dict[str, list[float]]]:
            kind, some = piece
            if kind == "page":
                start = time.monotonic()
                return unmoved.judge_all(matrix, some), {"(unmoved)": [time.monotonic() - start]}
            wrong, times = [], {}
            for one in some:
                start = time.monotonic()
                said = judges[kind](one)
                name = f"{one.method} {one.route.name}" if kind == "cell" else f"({one.what})"
                times.setdefault(name, []).append(time.monotonic() - start)
                wrong += [said] if said else []
            return wrong, times

        pieces: list[tuple[str, list[Any]]] = []
        by_person = sorted(pages, key=lambda one: one.person)
        inner = [one for one in inside.insides() if asked.only in str(one)]
        for kind, some in (("inside", inner), ("try", calls), ("cell", cells), ("page", by_person)):
            pieces += [(kind, some[n : n + PIECE]) for n in range(0, len(some), PIECE)]
        wrong = undeclared()
        sys.stdout.writelines(f"{one}\n" for one in wrong)
        for number, (said, times) in enumerate(stands.spread(work, pieces, asked.workers), 1):
            sys.stdout.writelines(f"{one}\n" for one in said)
            wrong += said
            for name, some in times.items():
                took.setdefault(name, []).extend(some)
            if number % 50 == 0:
                sys.stderr.write(f"{number} of {len(pieces)} parts, {time.monotonic() - began:.0f} s\n")
            sys.stdout.flush()
        if asked.profile:
            for name, some in sorted(took.items(), key=lambda pair: -sum(pair[1]))[:40]:
                sys.stdout.write(f"{sum(some):7.1f} s {len(some):6} x {sum(some) / len(some) * 1000:6.1f} ms {name}\n")
        tally: dict[int, int] = {}
        for cell in cells:
            tally[cell.expected] = tally.get(cell.expected, 0) + 1
        words = ", ".join(f"{count} {status}" for status, count in sorted(tally.items()))
        sys.stdout.write(
            f"{len(cells)} cells ({words}) of {len({c.route.name for c in cells})} routes, {len(calls)} tries of foreign ids, "
            f"{len(pages)} pages with and without what is hidden; {len(wrong)} wrong; "
            f"{time.monotonic() - began:.0f} s in {asked.workers} processes\n"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
