"""Opening a file of unknown origin as a table."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from types import TracebackType
from typing import BinaryIO

from rapport.kit.problem import _
from rapport.kit.tables.delimited import read_records
from rapport.kit.tables.dialect import SAMPLE, SAMPLE_ROWS, Dialect, detect_dialect, looks_like_header
from rapport.kit.tables.encoding import Encoding, detect_encoding
from rapport.kit.tables.model import DEFAULT_LIMITS, Column, Limits, Row, RowProblem, TableError
from rapport.kit.tables.neutral import restore
from rapport.kit.tables.workbook import convert_workbook, is_workbook

NAME_LENGTH = 200

_ENDING = re.compile(r"\r\n|\r|\n")


@dataclass
class Table:
    """An open table. Close it (or use `with`); `rows()` may be called again and again, one iterator at a time.

    kind: "csv" or "workbook". sheets: names of all sheets, sheet: the one that was read; empty for csv.
    encoding, delimiter: how the text was read. line_ending: "\\n", "\\r\\n" or "\\r", "" for workbooks.
    has_header: the first row names the columns.
    """

    name: str
    kind: str
    columns: list[Column]
    has_header: bool
    encoding: str
    delimiter: str
    line_ending: str
    sheets: list[str]
    sheet: str
    _stream: BinaryIO
    _owned: bool
    _start: int
    _encoding: Encoding
    _dialect: Dialect
    _limits: Limits

    def rows(self) -> Iterator[Row]:
        """The data rows, header and blank rows left out. Rows that are too short are padded and marked, rows that are
        too long keep their surplus and are marked. Raises TableError when reading on makes no sense."""
        records = _numbered(self)
        if self.has_header:
            next(records, None)
        width = len(self.columns)
        for row in records:
            count = len(row.cells)
            if count == width:
                yield row
            elif count < width:
                message = _("the row has {count} cells and the table has {width} columns")
                padded = row.cells + [""] * (width - count)
                yield Row(row.line, padded, row.problem or RowProblem("short", message, count=count, width=width))
            elif not any(row.cells[width:]):
                yield Row(row.line, row.cells[:width], row.problem)
            else:
                message = _("the row has {count} cells and the table has {width} columns")
                cells = row.cells[: self._limits.columns]
                yield Row(row.line, cells, row.problem or RowProblem("long", message, count=count, width=width))

    def close(self) -> None:
        """Close the file; temporary copies vanish with it."""
        if self._owned:
            self._stream.close()

    def __enter__(self) -> "Table":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_table(
    source: str | Path | BinaryIO,
    filename: str = "",
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    has_header: bool | None = None,
    sheet: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Table:
    """The table in a file: CSV in any usual form, XLSX, XLSM, XLSB, XLS or ODS, told apart by content, not by name.

    source: a path, or a stream of bytes, which stays the caller's (and is copied when it cannot seek). The options
    overrule what would be detected. Raises TableError, with the line where it can name one, and no other error for
    bad input.
    """
    name = filename or (Path(source).name if isinstance(source, str | Path) else "")
    stream, owned = _seekable(source)
    try:
        return _open(stream, owned, name, encoding, delimiter, has_header, sheet, limits)
    except BaseException:
        if owned:
            stream.close()
        raise


def _open(
    stream: BinaryIO,
    owned: bool,
    name: str,
    encoding: str | None,
    delimiter: str | None,
    has_header: bool | None,
    sheet: str | None,
    limits: Limits,
) -> Table:
    stream.seek(0)
    workbook = is_workbook(stream)
    start, sheets, chosen = 0, [], ""
    if workbook:
        converted = convert_workbook(stream, sheet, limits)
        if owned:
            stream.close()
        stream, owned, start = converted.stream, True, converted.start
        sheets, chosen = converted.sheets, converted.sheet
        found, dialect, ending = Encoding("utf-8"), Dialect(), ""
    else:
        found = Encoding(_known(encoding), damaged=True) if encoding else detect_encoding(stream)
        sample = _sample(stream, found)
        dialect = detect_dialect(sample, delimiter)
        ending = max(("\n", "\r\n", "\r"), key=Counter(_ENDING.findall(sample)).__getitem__)
    table = Table(
        name, "workbook" if workbook else "csv", [], False, found.name, dialect.delimiter, ending, sheets, chosen,
        stream, owned, start, found, dialect, limits,
    )  # fmt: skip
    _look(table, has_header)
    return table


def _look(table: Table, has_header: bool | None) -> None:
    """Read the first rows: columns with their names and samples, header or not."""
    head = list(islice(_numbered(table), SAMPLE_ROWS + 1))
    if not head:
        raise TableError(_("the file has no rows"))
    cells = [row.cells for row in head]
    table.has_header = looks_like_header(cells) if has_header is None else has_header
    # Without a header the usual width counts: a first row that is short must not make all others too long.
    width = len(cells[0]) if table.has_header else max(map(len, cells))
    if width > table._limits.columns:
        message = _("the table has {count} columns and at most {limit} can be read")
        raise TableError(message, head[0].line, count=width, limit=table._limits.columns)
    names = _names(cells[0] if table.has_header else [], width)
    data = cells[1:] if table.has_header else cells
    samples = [tuple(row[i] for row in data if i < len(row) and row[i].strip()) for i in range(width)]
    table.columns = [Column(i, name, sample) for i, (name, sample) in enumerate(zip(names, samples, strict=True))]


def _names(header: list[str], width: int) -> list[str]:
    """Unique names: a repeated one becomes "Name (2)", an empty one "Column 3"."""
    taken: set[str] = set()
    names: list[str] = []
    for index in range(width):
        given = restore(header[index]).replace("\x00", "") if index < len(header) else ""
        text = " ".join(given.split())[:NAME_LENGTH]
        # Bytes that are no text cannot stand in a name, which is kept and shown.
        text = text if text.isascii() else text.encode("utf-8", "replace").decode()
        name = base = text or f"Column {index + 1}"
        count = 1
        while name.lower() in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name.lower())
        names.append(name)
    return names


def _numbered(table: Table) -> Iterator[Row]:
    """The records with the numbers of their rows; a converted sheet has them in its first cell."""
    records = read_records(table._stream, table._encoding, table._dialect, table._limits, start=table._start)
    if table.kind == "csv":
        yield from records
        return
    for row in records:
        yield Row(int(row.cells[0]), row.cells[1:], row.problem)


def _sample(stream: BinaryIO, encoding: Encoding) -> str:
    stream.seek(0)
    data = stream.read(SAMPLE)
    text = data.decode(encoding.name, "ignore")
    if len(data) == SAMPLE and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    return text


def _known(encoding: str) -> str:
    try:
        "".encode(encoding)
    except LookupError:
        raise TableError(_("there is no encoding “{name}”"), name=encoding[:40]) from None
    return encoding


def _seekable(source: str | Path | BinaryIO) -> tuple[BinaryIO, bool]:
    """A stream that can seek, and whether it is ours to close."""
    if isinstance(source, str | Path):
        try:
            return Path(source).open("rb"), True
        except OSError as error:
            raise TableError(_("the file cannot be opened: {reason}"), reason=error.strerror or str(error)) from error
    if source.seekable():
        return source, False
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the table closes it
    copyfileobj(source, copy)
    return copy, True
