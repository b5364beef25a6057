"""A process of its own that turns one sheet of a workbook into CSV on its output, inside limits set before it starts.

Run as a script with: path, sheet name ("" is the first visible), bytes of memory, seconds of CPU, columns, bytes of
output. First line of output: JSON {"sheets": [...], "sheet": name}; then one CSV row per row that is not blank, its
number (from 1) first. Exit codes are those in `EXITS`. It imports nothing of the project, so that it starts quickly.
"""

import csv
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from itertools import islice

EXITS = {"ok": 0, "unreadable": 3, "password": 4, "no_sheet": 5, "columns": 6, "memory": 7, "empty": 8}


def text_of(value: object) -> str:
    """The text that a person would read in the cell: ISO dates, whole numbers without ".0", true and false."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else _plain(repr(value))
    if isinstance(value, datetime):
        midnight = value.time() == time.min
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    return str(value)


def _plain(number: str) -> str:
    """A float's shortest text without an exponent."""
    if "e" not in number:
        return number
    from decimal import Decimal

    return f"{Decimal(number):f}"


def convert(path: str, wanted: str, max_columns: int) -> int:
    """Write the sheet; the exit code."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)
    pages = [page for page in book.sheets_metadata if page.typ == SheetTypeEnum.WorkSheet]
    names = [page.name for page in pages]
    shown = [page.name for page in pages if page.visible == SheetVisibleEnum.Visible] or names
    if not names:
        return EXITS["empty"]
    if wanted and wanted not in names:
        return EXITS["no_sheet"]
    name = wanted or shown[0]
    sheet = book.get_sheet_by_name(name)
    if sheet.width > max_columns:
        return EXITS["columns"]
    out = sys.stdout
    out.write(json.dumps({"sheets": names, "sheet": name}) + "\n")
    # With CR LF the writer also quotes cells that hold a lone CR.
    writer = csv.writer(out, lineterminator="\r\n")
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [text_of(value) for value in row]
        if any(cells):
            writer.writerow([number, *cells])
    out.flush()
    return EXITS["ok"]


def main(arguments: list[str]) -> int:
    """Set the limits, then convert; whatever goes wrong becomes an exit code."""
    path, wanted, memory, seconds, columns, output = arguments
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(output), int(output)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="")  # type: ignore[union-attr]
    from python_calamine import CalamineError, PasswordError

    try:
        return convert(path, wanted, int(columns))
    except PasswordError:
        return EXITS["password"]
    except MemoryError:
        return EXITS["memory"]
    except (CalamineError, OSError, ValueError, OverflowError):
        return EXITS["unreadable"]


if __name__ == "__main__":
    sys.exit(main(list(islice(sys.argv, 1, None))))
