"""What reading a table gives: columns, rows, and the two kinds of trouble."""

from dataclasses import dataclass, field
from typing import NamedTuple

from rapport.kit.problem import Problem

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for files of unknown origin. Characters, not bytes, for cells and records."""

    columns: int = 2_000
    cell: int = MEGABYTE
    record: int = 8 * MEGABYTE
    record_lines: int = 10_000
    # What may be read twice while looking for the end of broken quotes.
    reread: int = 64 * MEGABYTE
    # Of a workbook's parts when unpacked, and how many times larger than packed a large part may be.
    unpacked: int = 1024 * MEGABYTE
    packing: int = 200


DEFAULT_LIMITS = Limits()


class TableError(Problem):
    """The file as a whole cannot be read; `line` is the first line concerned (from 1), or None."""

    def __init__(self, template: str, line: int | None = None, /, **params: object) -> None:
        super().__init__(template, **params)
        self.line = line


class RowProblem(Problem):
    """One row is not as it should be. `code`: short, long, quote, cell, nul or encoding.

    A short row was padded and a long one keeps its surplus cells; the others must not be used as they are.
    """

    def __init__(self, code: str, template: str, /, **params: object) -> None:
        super().__init__(template, **params)
        self.code = code


class Row(NamedTuple):
    """One record: the line of the file (or row of the sheet, both from 1) where it begins, its texts, its problem."""

    line: int
    cells: list[str]
    problem: RowProblem | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """index from 0; name unique in the table; samples: up to 200 texts that are not empty, from the first rows."""

    index: int
    name: str
    samples: tuple[str, ...] = field(default=(), repr=False)
