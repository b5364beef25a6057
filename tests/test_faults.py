"""The part of the fault table that breaks first, on less data: `bin/faults` runs all of it."""

from pathlib import Path

import pytest

from tests.faults.breaking import FAULTS
from tests.faults.operations import OPERATIONS
from tests.faults.table import Cell, Table, in_a_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
# One instance, on which things break one after the other.
LINE = [
    ("worker -9", "import"),
    ("PostgreSQL restart x 10", "bulk edit"),
    ("cut after commit", "edit"),
    ("disk full (64 MB)", "export"),
]


def test_what_breaks_in_the_middle_is_whole_or_not_begun() -> None:
    cells: list[Cell] = []

    def run(folder: Path) -> None:
        Table(folder, say=cells.append, brief=True).lines([LINE])

    in_a_folder(run)
    assert {cell.operation for cell in cells} <= set(OPERATIONS)
    assert {cell.fault for cell in cells} <= set(FAULTS)
    assert len(cells) == 4
    assert not [cell for cell in cells if not cell.is_fine], cells
