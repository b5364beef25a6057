"""bin/faults [--only NAME ...] [--brief]: breaks Rapport in the middle of its work, and prints what became of it."""

import argparse
import sys
import time
from pathlib import Path

from tests.faults.breaking import FAULTS
from tests.faults.operations import OPERATIONS
from tests.faults.table import Cell, Table, in_a_folder


def main(arguments: list[str]) -> int:
    """Exit code 0 if every cell is as promised, 1 if not, 2 for wrong use."""
    names = [*FAULTS, *OPERATIONS]
    parser = argparse.ArgumentParser(prog="bin/faults", description=__doc__, allow_abbrev=False)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", choices=names,
                        help=f"these faults and pieces of work only; may be repeated: {', '.join(names)}")  # fmt: skip
    parser.add_argument("--small", action="store_true", help="less data")
    parser.add_argument("--brief", action="store_true", help="less data, shorter faults")
    parser.add_argument(
        "--at-once", type=int, default=2, metavar="N", help="so many instances break at once; default: 2"
    )
    given = parser.parse_args(arguments)
    faults = [name for name in FAULTS if name in given.only] or list(FAULTS)
    operations = [name for name in OPERATIONS if name in given.only] or list(OPERATIONS)
    began = time.monotonic()
    sys.stdout.write(f"{'fault':<24} {'work':<10} {'s':>5}  outcome\n")

    def run(folder: Path) -> list[Cell]:
        return Table(folder, say=_say, brief=given.brief, small=given.small).run(
            faults, operations, at_once=given.at_once
        )

    cells: list[Cell] = in_a_folder(run)
    bad = sum(not cell.is_fine for cell in cells)
    skipped = sum(cell.outcome.startswith("not run:") for cell in cells)
    sys.stdout.write(
        f"{len(cells) - bad - skipped} fine, {bad} not, {skipped} not run, in {time.monotonic() - began:.0f} s\n"
    )
    return 1 if bad else 0


def _say(cell: Cell) -> None:
    problem = f"  FAILED: {cell.problem}" if cell.problem else ""
    sys.stdout.write(f"{cell.fault:<24} {cell.operation:<10} {cell.seconds:>5.1f}  {cell.outcome}{problem}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
