import io
import os
import random
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.tables import Limits, TableError, open_table


def read(data: bytes | str, **options: object) -> tuple[list[str], list[list[str]], list[str]]:
    """Names, cells of every row, codes of the problems."""
    source = io.BytesIO(data.encode() if isinstance(data, str) else data)
    with open_table(source, **options) as table:  # type: ignore[arg-type]
        rows = list(table.rows())
    return [c.name for c in table.columns], [r.cells for r in rows], [r.problem.code if r.problem else "" for r in rows]


UMLAUTS = "Name,Ort\nJürgen,Köln\nZoë,Genève\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_finds_the_encoding(encoding: str) -> None:
    assert read(UMLAUTS.encode(encoding)) == (["Name", "Ort"], [["Jürgen", "Köln"], ["Zoë", "Genève"]], ["", ""])


def test_finds_encodings_of_other_scripts() -> None:
    text = "Имя,Город\n" + "Дмитрий Иванович Менделеев,Санкт-Петербург\nАнна Каренина,Москва\n" * 20
    assert read(text.encode("cp1251"))[1][0] == ["Дмитрий Иванович Менделеев", "Санкт-Петербург"]
    assert read("Name,Note\nAna,\x81x\xe9y\n".encode("latin-1"))[1] == [["Ana", "\x81xéy"]]


def test_a_late_odd_byte_marks_its_row_only() -> None:
    data = b"Name,Ort\n" + "Jürgen,Köln\n".encode() * 100_000 + b"J\xfcrgen,x\n"
    with open_table(io.BytesIO(data)) as table:
        marked = [row for row in table.rows() if row.problem]
    assert [(row.line, row.problem and row.problem.code) for row in marked] == [(100_002, "encoding")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_finds_delimiter_and_line_ending(delimiter: str, ending: str) -> None:
    rows = [["Name", "Note"], ["Ana", 'says "hi"; or, so'], ["Ben", "two\nlines"]]
    text = ending.join(delimiter.join('"' + c.replace('"', '""') + '"' for c in row) for row in rows) + ending
    with open_table(io.BytesIO(text.encode())) as table:
        assert (table.delimiter, table.has_header) == (delimiter, True)
        assert table.line_ending == ending
        assert [row.cells for row in table.rows()] == rows[1:]


def test_other_dialects() -> None:
    assert read("Preis;Menge\n1,5;2,5\n2,5;3,5\n")[1] == [["1,5", "2,5"], ["2,5", "3,5"]]
    assert read("sep=;\nName;Ort\nAna;Köln\n")[:2] == (["Name", "Ort"], [["Ana", "Köln"]])
    assert read("'Name','Ort'\n'Ana','a,b'\n'Ben','c'\n")[1] == [["Ana", "a,b"], ["Ben", "c"]]
    assert read('Name,Note\nAna,"says \\"hi\\" now"\n')[1] == [["Ana", 'says "hi" now']]
    assert read("Name\nAna\nBen\n") == (["Name"], [["Ana"], ["Ben"]], ["", ""])


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("Name,Size\nAna,1\nBen,2\n", True),
        ("Ana,1\nBen,2\n", False),
        ("Ana,ana@x.yz\nBen,ben@x.yz\n", False),
        ("won,Ana\nlost,Ben\nwon,Cleo\nwon,Dora\n", False),
        ("Name,Ort\nAna,Köln\n", True),
        ("Region,2023,2024\nNorth,5,6\n", True),
        ("Name\n", True),
        ("1996-07-04,5\n", False),
    ],
)
def test_guesses_the_header(text: str, header: bool) -> None:
    with open_table(io.BytesIO(text.encode())) as table:
        assert table.has_header is header
    with open_table(io.BytesIO(text.encode()), has_header=not header) as table:
        assert table.has_header is not header


def test_names_of_columns_are_unique_and_never_empty() -> None:
    names = read("Name,,name,Name (2),\n" + "a,b,c,d,e\n", has_header=True)[0]
    assert names == ["Name", "Column 2", "name (2)", "Name (2) (2)", "Column 5"]
    assert read("Ana,1\nBen,2\n")[0] == ["Column 1", "Column 2"]


def test_ragged_rows_are_padded_or_kept_and_marked() -> None:
    _names, rows, codes = read("a,b,c\nx\n1,2,3,4\n1,2,3,,\n\n,,\nx,y,z\n")
    assert rows == [["x", "", ""], ["1", "2", "3", "4"], ["1", "2", "3"], ["x", "y", "z"]]
    assert codes == ["short", "long", "", ""]


@pytest.mark.parametrize("data", [b"", b"   \n\r\n ", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00" * 50])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(TableError, match="empty"):
        read(data)


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7 x", b"\x89PNG\r\n", random.Random(1).randbytes(5000), bytes(range(256)) * 9, b"\x00\x01\x02" * 99],
)
def test_a_binary_file_is_refused(data: bytes) -> None:
    with pytest.raises(TableError, match="not a table"):
        read(data)


def test_nul_marks_its_row() -> None:
    assert read(b"Name,Ort\nAna,K\x00ln\nBen,Bonn\nCleo,Ulm\n")[2] == ["nul", "", ""]


def test_an_unclosed_quote_marks_the_line_where_it_opens_and_loses_nothing() -> None:
    text = 'a,b\n1,2\n3,"four\n5,6\n7,8\n'
    with open_table(io.BytesIO(text.encode())) as table:
        rows = list(table.rows())
    assert [row.line for row in rows] == [2, 3, 4, 5]
    assert [row.problem.code if row.problem else "" for row in rows] == ["", "quote", "", ""]
    assert [row.cells[0] for row in rows] == ["1", "3", "5", "7"]
    assert read('a,b\n"x"y,1\n2,"u\nv"\n')[2] == ["quote", ""]


def test_quotes_that_never_make_sense_are_refused_with_their_first_line() -> None:
    text = "a,b\n1,2\n" + 'a","\n' * 400_000
    start = time.perf_counter()
    with pytest.raises(TableError) as caught:
        read(text, has_header=True, limits=Limits(reread=2_000_000), delimiter=",")
    assert caught.value.line == 3
    assert time.perf_counter() - start < 3


def test_cells_and_lines_have_limits() -> None:
    limits = Limits(cell=100, record=1000)
    assert read("a,b\n1," + "x" * 101 + "\n3,4\n", limits=limits)[2] == ["cell", ""]
    with pytest.raises(TableError, match="line 2 is longer") as caught:
        read("a,b\n1," + "x" * 2000 + "\n3,4\n", limits=limits)
    assert caught.value.line == 2


def test_a_hundred_thousand_columns_answer_at_once() -> None:
    data = ",".join(f"c{i}" for i in range(100_000)) + "\n" + ",".join("1" * 100_000)
    start = time.process_time()
    with pytest.raises(TableError, match="100000 columns"):
        read(data)
    assert time.process_time() - start < 1


def test_a_long_row_late_in_the_file_does_not_cost_memory() -> None:
    _names, rows, codes = read("a,b\n" + "1,2\n" * 500 + "x," * 100_000 + "\n" + "y" + ",z" * 100_000)
    assert codes[-1] == "long" and len(rows[-1]) <= 2000


def test_memory_is_constant(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_bytes(b"name,size\n" + b"Ana Ruiz,12345\n" * 100_000)
    tracemalloc.start()
    with open_table(path) as table:
        assert sum(1 for _ in table.rows()) == 100_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


def test_streams_that_cannot_seek_and_missing_files(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"a,b\n1,2\n")
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe, open_table(pipe) as table:
        assert len(list(table.rows())) == 1
    with pytest.raises(TableError, match="cannot be opened"):
        open_table(tmp_path / "none.csv")
    with pytest.raises(TableError, match="no encoding"):
        read("a,b\n", encoding="klingon")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_refusal(data: bytes) -> None:
    try:
        names, rows, codes = read(data)
    except TableError:
        return
    assert all(len(cells) >= len(names) for cells in rows) and len(rows) == len(codes)


@given(st.text(alphabet="ab\",;\n\r\t'\\ 1é", max_size=80))
def test_any_text_keeps_its_letters(text: str) -> None:
    try:
        _names, rows, _codes = read(text, has_header=False)
    except TableError:
        return
    seen = "".join(cell for row in rows for cell in row)
    assert seen.count("a") == text.count("a")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as writer:
        sheet = writer.add_worksheet("People")
        sheet.write_row(0, 0, ["Name", "Size", "Note"])
        sheet.write_row(1, 0, ["Ana", 12, "two\nlines"])
        sheet.write_row(3, 0, ["Ben", 1.5])
        writer.add_worksheet("Empty")
    return path


def test_reads_a_workbook(book: Path) -> None:
    with open_table(book) as table:
        assert (table.kind, table.sheets, table.sheet) == ("workbook", ["People", "Empty"], "People")
        assert [c.name for c in table.columns] == ["Name", "Size", "Note"]
        rows = list(table.rows())
    assert [(row.line, row.cells) for row in rows] == [(2, ["Ana", "12", "two\nlines"]), (4, ["Ben", "1.5", ""])]


def test_sheets_are_chosen_by_name(book: Path) -> None:
    with pytest.raises(TableError, match="no rows"):
        open_table(book, sheet="Empty")
    for name in ("Nobody", "\x00"):
        with pytest.raises(TableError, match="no sheet"):
            open_table(book, sheet=name)


def with_part(book: Path, name: str, content: bytes) -> io.BytesIO:
    """A copy of the workbook with one part replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            new.writestr(item, content if item == name else old.read(item))
    return target


SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
CELLS = f"<worksheet {MAIN}><sheetData>{{}}</sheetData></worksheet>"


def test_a_bomb_is_refused(book: Path) -> None:
    start = time.perf_counter()
    with pytest.raises(TableError, match="unpacks to far more"):
        open_table(with_part(book, SHEET, b"<a>" + b" " * 60_000_000))
    assert time.perf_counter() - start < 2


def test_a_bomb_that_lies_about_its_size_is_refused(book: Path) -> None:
    data = bytearray(with_part(book, SHEET, b"<a>" + b" " * 60_000_000).getvalue())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        position = data.find(signature)
        while position >= 0:
            if struct.unpack_from("<I", data, position + offset)[0] > 1_000_000:
                struct.pack_into("<I", data, position + offset, 1000)
            position = data.find(signature, position + 4)
    with pytest.raises(TableError, match="unpacks to far more"):
        open_table(io.BytesIO(bytes(data)))


def test_a_sheet_that_claims_to_be_endless_costs_little(book: Path) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    before = time.perf_counter()
    with pytest.raises(TableError):
        open_table(with_part(book, SHEET, CELLS.format(far).encode()))
    assert time.perf_counter() - before < 2


def test_one_long_text_used_everywhere_costs_little(book: Path) -> None:
    strings = f"<sst {MAIN}><si><t>{'x' * 500_000}</t></si></sst>"
    cells = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 5001))
    once = with_part(book, SHEET, CELLS.format(cells).encode())
    path = book.with_name("long.xlsx")
    path.write_bytes(once.getvalue())
    before = time.perf_counter()
    with pytest.raises(TableError, match="far more time or memory"):
        open_table(with_part(path, "xl/sharedStrings.xml", strings.encode()))
    assert time.perf_counter() - before < 2


def test_damaged_workbooks_are_refused(book: Path) -> None:
    data = book.read_bytes()
    picks = random.Random(3)
    for _ in range(12):
        broken = bytearray(data)
        for _ in range(20):
            broken[picks.randrange(len(broken))] = picks.randrange(256)
        try:
            with open_table(io.BytesIO(bytes(broken))) as table:
                list(table.rows())
        except TableError:
            continue
    for cut in (30, 500, len(data) - 10):
        with pytest.raises(TableError):
            open_table(io.BytesIO(data[:cut]))
    with pytest.raises(TableError):
        open_table(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 5000))
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(TableError, match="zip file"):
        open_table(zipped)
