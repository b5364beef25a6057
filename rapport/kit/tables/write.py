"""Writing tables: CSV as a stream of bytes (RFC 4180) and XLSX, both in constant memory.

On one core of a small machine about 200,000 rows of 8 columns per second as CSV and 20,000 as XLSX. Texts are
neutralised (see neutral.py) and come back byte-equal through `open_table` and `restore`; numbers, dates, times and
true/false are written as they are, phones with a country prefix too.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from rapport.kit.problem import _
from rapport.kit.tables.model import TableError
from rapport.kit.tables.neutral import is_phone, may_open, neutralise, neutralise_start

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

CHUNK = 64 * 1024
XLSX_ROWS = 1_048_576
XLSX_COLUMNS = 16_384
XLSX_TEXT = 32_767
# Digits that a spreadsheet keeps; a longer number is written as text.
XLSX_DIGITS = 15

BOM = "\ufeff"


def write_csv(
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    phones: Iterable[int] = (),
    bom: bool = True,
) -> Iterator[bytes]:
    """The file in pieces of about 64 KB. `phones`: indexes of columns with phone numbers. bom: what Excel needs to
    see that the file is UTF-8. All names of the header are quoted, which also tells readers the delimiter."""
    pieces: list[str] = [BOM] if bom else []
    size = 0

    class _Sink:
        def write(self, text: str) -> int:
            pieces.append(text)
            return len(text)

    phone_columns = frozenset(phones)

    def texts(row: Sequence[object], safe: Callable[[str], str]) -> list[str]:
        return [
            (value if i in phone_columns and is_phone(value) else safe(value))
            if isinstance(value, str)
            else plain_text(value)
            for i, value in enumerate(row)
        ]

    csv.writer(_Sink(), quoting=csv.QUOTE_ALL).writerow([neutralise(name) for name in header])
    writer = csv.writer(_Sink())
    for row in rows:
        size += writer.writerow(texts(row, neutralise_start))
        # One look at the line costs less than one at each cell, and nearly every line is fine.
        if may_open(pieces[-1]):
            pieces.pop()
            writer.writerow(texts(row, neutralise))
        if size > CHUNK:
            yield "".join(pieces).encode("utf-8", "replace")
            pieces.clear()
            size = 0
    yield "".join(pieces).encode("utf-8", "replace")


def plain_text(value: object) -> str:
    """The text of a value that is no text: ISO dates, true/false, numbers without exponent, "" for None."""
    if value is None:
        return ""
    if value.__class__ is int:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}" if "e" in repr(value) else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return neutralise(value) if isinstance(value, str) else str(value)


def write_xlsx(
    target: Path | BinaryIO, header: Sequence[str], rows: Iterable[Sequence[object]], *, phones: Iterable[int] = (),
    sheet: str = "Export",
) -> int:  # fmt: skip
    """Write one sheet with a fixed, bold header row; the number of rows. Numbers and dates are real cells.

    Raises TableError for more rows, columns or characters in a cell than the format has; the file is then not usable.
    """
    if len(header) > XLSX_COLUMNS:
        raise TableError(_("a sheet holds at most {count} columns"), count=XLSX_COLUMNS)
    # Here, because every start would pay for it and few exports need it.
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }  # fmt: skip
    book = xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target), options)
    try:
        page = book.add_worksheet(sheet[:31])
        formats = {
            "bold": book.add_format({"bold": True}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        page.freeze_panes(1, 0)
        put = _putter(page, formats, frozenset(phones))
        for column, name in enumerate(header):
            page.write_string(0, column, neutralise(name), formats["bold"])
        number = 0
        for number, row in enumerate(rows, 1):
            if number >= XLSX_ROWS:
                raise TableError(_("a sheet holds at most {count} rows; export as CSV instead"), count=XLSX_ROWS)
            for column, value in enumerate(row):
                if value is not None and value != "":
                    put(number, column, value)
        return number
    finally:
        try:
            book.close()
        except XlsxWriterException as error:
            raise TableError(_("the workbook cannot be written: {reason}"), reason=str(error)) from error


def _putter(
    page: "Worksheet", formats: dict[str, object], phones: frozenset[int]
) -> Callable[[int, int, object], None]:
    def text(row: int, column: int, value: str) -> None:
        if len(value) > XLSX_TEXT:
            message = _("row {row} has a text of {count} characters and a cell holds {limit}; export as CSV instead")
            raise TableError(message, row + 1, row=row + 1, count=len(value), limit=XLSX_TEXT)
        page.write_string(row, column, value)

    def put(row: int, column: int, value: object) -> None:
        if isinstance(value, str):
            text(row, column, value if column in phones and is_phone(value) else neutralise(value))
        elif isinstance(value, bool):
            page.write_boolean(row, column, value)
        elif isinstance(value, int | float | Decimal):
            plain = plain_text(value)
            exact = len(plain.strip("-0.").replace(".", "")) <= XLSX_DIGITS
            page.write_number(row, column, value) if exact else text(row, column, plain)
        elif isinstance(value, datetime):
            if value.tzinfo is None and value.microsecond == 0 and value.year >= 1901:
                page.write_datetime(row, column, value, formats["datetime"])
            else:
                text(row, column, value.isoformat())
        elif isinstance(value, date) and value.year >= 1901:
            page.write_datetime(row, column, value, formats["date"])
        else:
            text(row, column, plain_text(value))

    return put
