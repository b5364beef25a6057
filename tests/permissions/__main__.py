"""`bin/permissions`: asks every cell of the matrix, and prints how many there are and which are wrong.

Exit code 1 if any is wrong or a route is not declared. `--only TEXT` asks the cells whose description contains it.
"""

import argparse
import sys
import time

from tests.permissions.standing import standing


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/permissions", description=__doc__)
    parser.add_argument("--only", default="", help="ask only the cells whose description contains this text")
    parser.add_argument("--share", type=int, default=0, help="as the tests do: so many entities of each question")
    asked = parser.parse_args()
    with standing() as matrix:
        from tests.permissions.cells import all_cells, some_cells, undeclared
        from tests.permissions.foreign_ids import judge, tries

        cells = [cell for cell in all_cells() if asked.only in str(cell)]
        if asked.share:
            cells = some_cells(cells, asked.share)
        began, before = time.monotonic(), time.process_time()
        wrong = undeclared()
        tally: dict[int, int] = {}
        for cell in cells:
            tally[cell.expected] = tally.get(cell.expected, 0) + 1
            if said := matrix.judge(cell):
                wrong.append(said)
        calls = [one for one in tries(matrix.world) if asked.only in str(one)]
        wrong += [said for one in calls if (said := judge(matrix, one))]
        sys.stdout.writelines(f"{said}\n" for said in wrong)
        words = ", ".join(f"{count} {status}" for status, count in sorted(tally.items()))
        sys.stdout.write(
            f"{len(cells)} cells ({words}) of {len({c.route.name for c in cells})} routes and {len(calls)} tries of foreign ids, "
            f"{len(wrong)} wrong, "
            f"{time.monotonic() - began:.0f} s ({time.process_time() - before:.0f} s of Python's)\n"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
