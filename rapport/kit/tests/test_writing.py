import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.kit.tables import TableError, open_table, write
from rapport.kit.tables.neutral import is_phone, neutralise, restore
from rapport.kit.tables.write import write_csv, write_xlsx

# NUL cannot be stored, and XML has no U+FFFE and U+FFFF, which are no characters.
UNFIT = "\x00\ufffe\uffff"
TEXTS = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters=UNFIT), max_size=12),
    st.text(alphabet="'=+-@\t\r\n;,\"\\a1|( ", max_size=9),
)


@given(TEXTS)
def test_restore_undoes_neutralise(text: str) -> None:
    safe = neutralise(text)
    assert restore(safe) == text
    assert not safe or safe[0] not in "=+-@\t\r\n"


@pytest.mark.parametrize("text", ["'tis", "Ana", "", "'", "''", "5-3", "a=b", " =1", "a;'b", "a; =1", "a;b"])
def test_harmless_texts_stay_as_they_are(text: str) -> None:
    assert neutralise(text) == text == restore(text)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a;=cmd", "a;'=cmd"),
        ("a;'=cmd", "a;''=cmd"),
        ('a;"=cmd', "a;\"'=cmd"),
        ("two\n=lines\t@x", "two\n'=lines\t'@x"),
        ("- milk\n- eggs", "'- milk\n'- eggs"),
    ],
)
def test_a_formula_further_back_is_marked_too(text: str, safe: str) -> None:
    assert neutralise(text) == safe and restore(safe) == text


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take the cell for a formula."""
    return cell[:1] in ("=", "+", "-", "@")


def opened_as(data: bytes, delimiter: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter) for cell in row]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_no_wrong_delimiter_opens_a_formula(texts: list[str]) -> None:
    data = b"".join(write_csv(["id", *"abcd"[: len(texts)]], [[7, *texts], [8, *texts]], bom=False))
    for delimiter in ",;\t|":
        assert not [cell for cell in opened_as(data, delimiter) if runs(cell)], (delimiter, data)


def test_a_formula_would_be_opened_if_only_the_starts_were_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control."""
    monkeypatch.setattr(write, "may_open", lambda _line: False)
    data = b"".join(write_csv(["id", "a"], [[7, "a;=cmd"]], bom=False))
    assert [cell for cell in opened_as(data, ";") if runs(cell)] == ["=cmd"]


def test_phones_stay_readable_only_when_they_are_phones() -> None:
    line = b"".join(write_csv(["a", "b"], [["+49 30 1", "a;=1"]], phones=[0], bom=False)).splitlines()[1]
    assert line == b"+49 30 1,a;'=1"
    assert is_phone("+49 (0)30 00-74") and not is_phone("+cmd|' /C calc'!A0") and not is_phone("+")
    data = b"".join(write_csv(["a", "b"], [["+49 30 1", "+49 30 1"], ["+A1", "-1"]], phones=[0], bom=False))
    assert data == b'"a","b"\r\n+49 30 1,\'+49 30 1\r\n\'+A1,\'-1\r\n'
    back = [[restore(cell) for cell in row.cells] for row in open_table(io.BytesIO(data)).rows()]
    assert back == [["+49 30 1", "+49 30 1"], ["+A1", "-1"]]


ROWS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=6).map(
    lambda rows: [row for row in rows if any(row)]
)


@given(ROWS, st.booleans())
def test_csv_comes_back_byte_equal(rows: list[tuple[str, ...]], bom: bool) -> None:
    data = b"".join(write_csv(["Name", "Note", "Other"], rows, bom=bom))
    with open_table(io.BytesIO(data)) as table:
        assert table.delimiter == ","
        assert [column.name for column in table.columns] == ["Name", "Note", "Other"] or not rows
        if table.has_header:
            assert [tuple(map(restore, row.cells)) for row in table.rows()] == rows
    with open_table(io.BytesIO(data), has_header=True) as table:
        assert [tuple(map(restore, row.cells)) for row in table.rows()] == rows
        assert not any(row.problem for row in table.rows())


@settings(max_examples=8, deadline=None)
@given(ROWS)
def test_xlsx_comes_back_equal(rows: list[tuple[str, ...]]) -> None:
    target = io.BytesIO()
    assert write_xlsx(target, ["Name", "Note", "Other"], rows) == len(rows)
    if not rows:
        return
    with open_table(target, has_header=True) as table:
        assert [tuple(map(restore, row.cells)) for row in table.rows()] == rows


def test_values_keep_their_kind() -> None:
    row = [Decimal("-1.50"), 7, 1.5, True, date(2026, 1, 31), datetime(2026, 1, 31, 10, 30), None, 12345678901234567890]
    text = b"".join(write_csv(list("abcdefgh"), [row], bom=False)).splitlines()[1]
    assert text == b"-1.50,7,1.5,true,2026-01-31,2026-01-31T10:30:00,,12345678901234567890"
    target = io.BytesIO()
    write_xlsx(target, list("abcdefgh"), [row])
    with open_table(target) as table:
        assert table.has_header
        assert next(table.rows()).cells == [
            "-1.5", "7", "1.5", "true", "2026-01-31", "2026-01-31 10:30:00", "", "12345678901234567890",
        ]  # fmt: skip


def test_what_a_sheet_cannot_hold_is_refused() -> None:
    with pytest.raises(TableError, match="32767"):
        write_xlsx(io.BytesIO(), ["a"], [["x" * 40_000]])
    with pytest.raises(TableError, match="columns"):
        write_xlsx(io.BytesIO(), ["a"] * 20_000, [])


def test_csv_is_streamed() -> None:
    produced = 0

    def rows() -> object:
        nonlocal produced
        for produced in range(100_000):
            yield ["some text", produced]

    stream = write_csv(["a", "b"], rows())  # type: ignore[arg-type]
    next(stream)
    assert 0 < produced < 10_000
