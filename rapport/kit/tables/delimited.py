"""Reading delimited text row by row in constant memory, with every row that is not well-formed kept and marked.

About 350,000 rows of 8 columns per second on one core of a small machine.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO

from rapport.kit.problem import _
from rapport.kit.tables.dialect import Dialect
from rapport.kit.tables.encoding import Encoding
from rapport.kit.tables.model import Limits, Row, RowProblem, TableError

# The module's own limit would stop the whole file; ours are per record.
csv.field_size_limit(64 * 1024 * 1024)

_SURROGATE = re.compile("[\ud800-\udfff]")


class _RecordTooLong(Exception):
    """The record under way has passed a limit: most likely a quote was never closed."""


class _Lines:
    """The physical lines of a text, counted, with those of the record under way remembered so that they can be put
    back."""

    def __init__(self, text: io.TextIOBase, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._again: deque[str] = deque()
        self.record: list[str] = []
        self.size = 0
        self.line = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._again:
            line = self._again.popleft()
        else:
            line = self._text.readline(self._limits.record + 1)
            if not line:
                raise StopIteration
        self.line += 1
        self.size += len(line)
        self.record.append(line)
        if self.size > self._limits.record or len(self.record) > self._limits.record_lines:
            if len(self.record) == 1:
                raise TableError(_("line {line} is longer than {count} characters"), self.line, line=self.line,
                                 count=self._limits.record)  # fmt: skip
            raise _RecordTooLong
        return line

    def begin(self) -> None:
        """A new record begins with the next line."""
        self.record.clear()
        self.size = 0

    def put_back(self) -> tuple[str, int]:
        """Keep the record's first line and give its others again; (first line, characters to be read again)."""
        first, *others = self.record
        self._again.extendleft(reversed(others))
        self.line -= len(others)
        self.begin()
        return first, sum(map(len, others))


def read_records(
    stream: BinaryIO, encoding: Encoding, dialect: Dialect, limits: Limits, *, start: int = 0
) -> Iterator[Row]:
    """Every record that is not blank, header included, with its cells as they stand; `start` is a byte offset.

    The width of rows is not judged here. Closing the iterator leaves the stream open.
    """
    stream.seek(start)
    text = io.TextIOWrapper(stream, encoding.name, errors="surrogateescape", newline="")
    try:
        yield from _records(text, encoding, dialect, limits)
    except UnicodeError as error:
        raise TableError(_("the file is not in the encoding {name}"), name=encoding.name) from error
    finally:
        # The table may have been closed under an iterator that nobody finished.
        with suppress(ValueError):
            text.detach()


def _records(text: io.TextIOBase, encoding: Encoding, dialect: Dialect, limits: Limits) -> Iterator[Row]:
    lines = _Lines(text, limits)
    for _number in range(dialect.skip):
        next(lines, None)
    budget = limits.reread
    first_bad: int | None = None
    record = lines.record
    damaged = encoding.damaged
    reader = _reader(lines, dialect, strict=True)
    while True:
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _RecordTooLong):
            raw, reread = lines.put_back()
            line, budget = lines.line, budget - reread
            first_bad = first_bad or line
            if budget < 0:
                raise TableError(
                    _("a quote opens in line {line} and is never closed"), first_bad, line=first_bad
                ) from None
            reader = _reader(lines, dialect, strict=True)
            loose = next(_reader([raw], dialect, strict=False), [])
            message = _("a quote opens in this row and is not closed, or stands inside a quoted cell")
            yield Row(line, loose, RowProblem("quote", message))
            continue
        if not any(cells):
            continue
        line = lines.line - len(record) + 1
        problem: RowProblem | None = None
        if lines.size > limits.cell and max(map(len, cells)) > limits.cell:
            problem = RowProblem("cell", _("a cell has more than {count} characters"), count=limits.cell)
        for piece in record:
            if "\x00" in piece:
                problem = RowProblem("nul", _("a cell contains a NUL character"))
            if damaged and not piece.isascii() and _SURROGATE.search(piece):
                problem = RowProblem("encoding", _("a cell has bytes that are not {name}"), name=encoding.name)
        yield Row(line, cells, problem)


def _reader(lines: Iterable[str], dialect: Dialect, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(
        lines,
        strict=strict,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape,
        doublequote=dialect.escape is None,
    )
