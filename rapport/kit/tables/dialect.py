"""How a delimited file is written: its delimiter and quotes, and whether its first row names the columns."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# In the order in which they are preferred when several fit: commas stand in numbers and sentences, the others rarely.
DELIMITERS = (";", "\t", "|", ",")
SAMPLE = 64 * 1024
SAMPLE_ROWS = 200

_SEP_LINE = re.compile(r"^\ufeff?\"?sep=(.)\"?\r?\n", re.IGNORECASE)
_ESCAPED_QUOTE = re.compile(r"[^\\\"]\\\"[^,;|\t\r\n]")
_NUMBER = re.compile(r"^[-+(]?\W{0,2}\d[\d .,'%]*\)?\W{0,2}$")
_DATE = re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([ T].*)?$")
_YEAR = re.compile(r"^(19|20)\d\d$")
_EMAIL = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$")


@dataclass(frozen=True, slots=True)
class Dialect:
    """escape: the character before a quote inside quotes, or None when quotes are doubled. skip: leading lines that
    are no data ("sep=;")."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None
    skip: int = 0


def detect_dialect(sample: str, delimiter: str | None = None) -> Dialect:
    """The dialect of the beginning of a file; `delimiter` when it is known already."""
    skip = 0
    if match := _SEP_LINE.match(sample):
        delimiter, skip, sample = delimiter or match[1], 1, sample[match.end() :]
    if delimiter is None:
        delimiter = max(DELIMITERS, key=lambda candidate: _evenness(sample, candidate))
    quote = '"'
    edge = re.escape(delimiter)
    if '"' not in sample and len(re.findall(rf"(?:^|{edge})'[^'\n]*'(?={edge}|\r?$)", sample, re.M)) > 3:
        quote = "'"
    escape = "\\" if '""' not in sample and _ESCAPED_QUOTE.search(sample) else None
    return Dialect(delimiter, quote, escape, skip)


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    """How evenly the delimiter cuts the rows: (share of rows of the usual width, width), (0, 0) if it never cuts."""
    if delimiter not in sample:
        return (0.0, 0)
    widths: Counter[int] = Counter()
    first = 0
    try:
        for count, cells in enumerate(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)):
            if cells:
                widths[len(cells)] += 1
                first = first or len(cells)
            if count > SAMPLE_ROWS:
                break
    except csv.Error:
        return (0.0, 0)
    rows = sum(widths.values())
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return (0.0, 0)
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    # A first row that is not cut like the others speaks against the delimiter more than any other row does.
    share = count / rows if first == width else count / rows / 2
    # Rows are seldom all even; beyond nine in ten, the wider cut of two delimiters says more than the last percent.
    return (round(share, 1), width if share < 0.9 else 0)


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns; when nothing speaks against it, it does.

    Against: an empty table of one row of values; a first row with numbers, dates or addresses in it; a text of the
    first row that comes again in its column. For: a column of numbers, dates or addresses under a word.
    """
    if not rows:
        return False
    first, rest = rows[0], rows[1:]
    columns = [[row[i] for row in rest if i < len(row) and row[i].strip()] for i in range(len(first))]
    if any(kind(cell) and not _names_a_year(cell, below) for cell, below in zip(first, columns, strict=True)):
        return False
    for cell, below in zip(first, columns, strict=True):
        if below and sum(bool(kind(text)) for text in below) > 0.8 * len(below):
            return True
        if cell.strip() and below.count(cell) > max(1, len(below) // 50):
            return False
    return True


def _names_a_year(cell: str, below: Sequence[str]) -> bool:
    """Columns may be named "2023", "2024" when no years stand under them."""
    years = sum(_YEAR.match(text) is not None for text in below)
    return bool(_YEAR.match(cell) and below) and years * 2 < len(below)


def kind(text: str) -> str:
    """number, date or email when the text is one at first sight, else ""."""
    text = text.strip()
    if not text or len(text) > 100:
        return ""
    if _DATE.match(text):
        return "date"
    if _NUMBER.match(text):
        return "number"
    return "email" if _EMAIL.match(text) else ""
