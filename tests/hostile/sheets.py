"""Ways in which the XML of a workbook can be broken while its zip file is in order: (bytes, chance) -> bytes."""

import random
import re
from collections.abc import Callable
from xml.sax.saxutils import escape

from tests.hostile import cells, delimited
from tests.hostile.delimited import Mutation
from tests.hostile.packages import SHEET, STRINGS, packed, unpacked

WORKBOOK = "xl/workbook.xml"
REFERENCES = [
    "A0", "XFE1", "A1048577", "ZZZZZZ99999999999", "1A", "", "A-1", "$A$1", "a1", "AA" * 50 + "1", "A1:B2", "XFD1048576", "A" + "9" * 30,
    "Ä1", "A1048576", "XFD1", "BZZ40000",
]  # fmt: skip
INDEXES = ["-1", "99999", "4294967295", "4294967296", "18446744073709551616", "1.5", "", "x", "0x1", " 0 ", "1e3", "٣"]
ENTITIES = [
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]>', '<!DOCTYPE x [<!ENTITY % e SYSTEM "file:///dev/zero"> %e;]>',
    "<!DOCTYPE x [<!ENTITY a0 'lol'>" + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10)) + "]>",
]  # fmt: skip


def _of(name: str, change: Callable[[str, random.Random], str]) -> Mutation:
    """A change of one part of the workbook as a mutation of the file."""

    def mutation(data: bytes, chance: random.Random) -> bytes:
        parts = unpacked(data)
        if name in parts:
            parts[name] = change(parts[name].decode(), chance).encode("utf-8", "surrogatepass")
        return packed(parts)

    mutation.__name__ = change.__name__.lstrip("_")
    return mutation


def _some(pattern: str, make: Callable[[re.Match[str]], str], text: str, chance: random.Random) -> str:
    """Replaces a few of the places."""
    places = list(re.finditer(pattern, text))
    if not places:
        return text
    chosen = {found.start() for found in chance.sample(places, min(len(places), chance.choice([1, 3, 20])))}
    return re.sub(pattern, lambda found: make(found) if found.start() in chosen else found[0], text)


def _cell_references(text: str, chance: random.Random) -> str:
    return _some(r' r="[A-Z]+\d+"', lambda _f: chance.choice(["", f' r="{chance.choice(REFERENCES)}"']), text, chance)


def _row_numbers(text: str, chance: random.Random) -> str:
    numbers = ["0", "-5", "1048576", "1048577", "4294967295", "4294967296", "99999999999999999999", "x", "", "1"]
    return _some(r'<row r="\d+"', lambda _f: f'<row r="{chance.choice(numbers)}"', text, chance)


def _far_cells(text: str, chance: random.Random) -> str:
    """Two cells with the whole sheet between them."""
    far = chance.choice(["XFD1048576", "A1048576", "XFD1", "ZZ100000", "BXX900000"])
    row = re.sub(r"\D", "", far)
    return text.replace("</sheetData>", f'<row r="{row}"><c r="{far}"><v>1</v></c></row></sheetData>')


def _dimension(text: str, chance: random.Random) -> str:
    said = chance.choice(
        ["A1:XFD1048576", "B7", "", "x", "A1:A0", "XFD1048576:A1", "A1:" + "Z" * 60 + "9", "A1:B4294967297"]
    )
    return re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{said}"', text)


def _string_indexes(text: str, chance: random.Random) -> str:
    return _some(r't="s"><v>\d+</v>', lambda _f: f't="s"><v>{chance.choice(INDEXES)}</v>', text, chance)


def _style_indexes(text: str, chance: random.Random) -> str:
    return _some(r'<c r="(\w+)"', lambda f: f'<c r="{f[1]}" s="{chance.choice(INDEXES)}"', text, chance)


def _types(text: str, chance: random.Random) -> str:
    kinds = ["s", "b", "e", "d", "n", "str", "inlineStr", "x", ""]
    values = [
        "#REF!",
        "#DIV/0!",
        "7",
        "true",
        "1e400",
        "NaN",
        "inf",
        "-1",
        "2958466",
        "1e15",
        "-0",
        "2026-02-30T99:99",
        "",
        "x" * 5000,
    ]
    return _some(
        r"(<c [^>]*?)>(<v>[^<]*</v>)?", lambda f: f'{re.sub(chr(32) + "t=.[a-z]*.", "", f[1])} t="{chance.choice(kinds)}"><v>'
        f"{chance.choice(values)}</v>", text.replace("/>", "/>"), chance,
    )  # fmt: skip


def _inline(text: str, chance: random.Random) -> str:
    """Hostile texts in cells, well escaped."""

    def make(found: re.Match[str]) -> str:
        said = escape(chance.choice(cells.ALL))
        return f'<c r="{found[1]}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'

    return _some(r'<c r="(\w+)"[^>]*>(?:<f>[^<]*</f>)?<v>[^<]*</v></c>', make, text, chance)


def _shared(text: str, chance: random.Random) -> str:
    return _some(r"<t>[^<]*</t>", lambda _f: f"<t>{escape(chance.choice(cells.ALL))}</t>", text, chance)


def _string_counts(text: str, chance: random.Random) -> str:
    number = chance.choice(["0", "-1", "4294967295", "18446744073709551615", "99999999999999999999", "x", "1000000000"])
    return re.sub(r' (count|uniqueCount)="\d+"', lambda f: f' {f[1]}="{number}"', text)


def _formulas(text: str, chance: random.Random) -> str:
    made = ["<f>1/0</f>", '<f t="shared" si="0" ref="A1:XFD1048576">A1</f>', '<f t="array" ref="x">SUM(A1)</f>', "<f/>", "<f>" + "(" * 9000 + "</f>",
            '<f t="shared" si="4294967295"/>', "<f>WEBSERVICE(&quot;http://127.0.0.1:9&quot;)</f>"]  # fmt: skip
    return _some(r"(<c [^>]*>)(<f>[^<]*</f>)?(<v>)", lambda f: f[1] + chance.choice(made) + f[3], text, chance)


def _merged(text: str, chance: random.Random) -> str:
    ref = chance.choice(["A1:XFD1048576", "A1", "x", "B2:A1", "A1:A4294967296"])
    return text.replace("</sheetData>", f'</sheetData><mergeCells count="99999"><mergeCell ref="{ref}"/></mergeCells>')


def _sheet_list(text: str, chance: random.Random) -> str:
    name = escape(
        chance.choice(["", "x" * 400, "../x", "\u202e", "a/b:c?*[]", "\x00", "Contacts", "'"]), {'"': "&quot;"}
    )
    ways = [
        lambda: re.sub(r'name="[^"]*"', f'name="{name}"', text),
        lambda: re.sub(r"<sheet [^>]*/>", "", text),
        lambda: re.sub(r'r:id="[^"]*"', f'r:id="{chance.choice(["rId99", "", "x"])}"', text),
        lambda: text.replace(
            "<sheets>", "<sheets>" + '<sheet name="s" sheetId="1" r:id="rId1"/>' * chance.choice([5, 5000])
        ),
        lambda: text.replace("<sheet ", '<sheet state="veryHidden" '),
        lambda: text.replace("<workbookPr", '<workbookPr date1904="1"'),
    ]
    return chance.choice(ways)()


def _relations(text: str, chance: random.Random) -> str:
    target = chance.choice(
        [
            "../../../../etc/passwd",
            "file:///etc/passwd",
            "http://127.0.0.1:9/x",
            "",
            "workbook.xml",
            "\\\\host\\x",
            "worksheets/",
        ]
    )
    return _some(r'Target="[^"]*"', lambda _f: f'Target="{target}"', text, chance)


def _styles(text: str, chance: random.Random) -> str:
    ways = [
        lambda: re.sub(r'numFmtId="\d+"', f'numFmtId="{chance.choice(INDEXES)}"', text),
        lambda: re.sub(
            r'formatCode="[^"]*"',
            'formatCode="' + chance.choice(["[h" * 4000, "yyyy" * 3000, "", "@", "[$-F800]", "\\"]) + '"',
            text,
        ),
        lambda: re.sub(r"<cellXfs.*?</cellXfs>", "", text, flags=re.S),
        lambda: re.sub(r' count="\d+"', ' count="4294967295"', text),
    ]
    return chance.choice(ways)()


def _any_part(change: Callable[[bytes, random.Random], bytes]) -> Mutation:
    def mutation(data: bytes, chance: random.Random) -> bytes:
        parts = unpacked(data)
        name = chance.choice([SHEET, SHEET, STRINGS, WORKBOOK, *parts])
        if name in parts:
            parts[name] = change(parts[name], chance)
        return packed(parts)

    mutation.__name__ = f"part_{change.__name__}"
    return mutation


def entities(data: bytes, chance: random.Random) -> bytes:
    """External entities, and such as grow when they are put in."""
    head, mark, rest = data.partition(b"?>")
    text = chance.choice([b"&e;", b"&a9;", b"&#0;", b"&#xD800;", b"&#99999999;", b"&nothing;", b"&"])
    rest = rest.replace(b"<t>", b"<t>" + text, 3).replace(b"<v>", b"<v>" + text, chance.choice([0, 3]))
    return head + mark + chance.choice(ENTITIES).encode() + rest


def tags(data: bytes, chance: random.Random) -> bytes:
    """Tags opened and never closed, closed and never opened, nested a thousand times."""
    places = [found.start() for found in re.finditer(rb"<", data)]
    at = chance.choice(places) if places else 0
    depth = chance.choice([1, 1_000, 50_000])
    piece = chance.choice(
        [
            b"<a>" * depth,
            b"</a>" * depth,
            b"<",
            b">",
            b"]]>",
            b"<!--",
            b"<![CDATA[",
            b"<?x",
            b"<row>" * depth,
            b"<is>" * depth,
        ]
    )
    return data[:at] + piece + data[at:]


def other_namespace(data: bytes, chance: random.Random) -> bytes:
    return re.sub(
        rb'xmlns="[^"]*"',
        chance.choice([b"", b'xmlns=""', b'xmlns:x="y"', b'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"']),
        data,
    )


def encoding_declared(data: bytes, chance: random.Random) -> bytes:
    name = chance.choice([b"UTF-16", b"latin-1", b"UTF-7", b"x" * 3000, b"", b"shift_jis"])
    made = data.replace(b'encoding="UTF-8"', b'encoding="' + name + b'"')
    return made if chance.random() < 0.5 else made.decode("utf-8", "replace").encode("utf-16")


def attributes(data: bytes, chance: random.Random) -> bytes:
    """Attributes a thousand at a time, twice, without quotes, very long."""
    piece = chance.choice([
        b" r=A1", b' r="A1" r="A2"', b' x="' + b"y" * 200_000 + b'"', b"".join(b' a%d="1"' % i for i in range(3_000)), b" r", b' r="', b" \x00",
    ])  # fmt: skip
    return re.sub(rb"<(c|row|sheet|si) ", lambda f: b"<" + f[1] + piece + b" ", data, count=1)


SHEET_CHANGES = [
    _cell_references,
    _row_numbers,
    _far_cells,
    _dimension,
    _string_indexes,
    _style_indexes,
    _types,
    _inline,
    _formulas,
    _merged,
]
XML_CHANGES = [entities, tags, other_namespace, encoding_declared, attributes, delimited.flip_bits, delimited.truncate,
               delimited.cut_out, delimited.say_twice, delimited.blank_out]  # fmt: skip
OF_SHEETS: list[Mutation] = [
    *(_of(SHEET, change) for change in SHEET_CHANGES),
    *(_of("xl/worksheets/sheet2.xml", change) for change in SHEET_CHANGES),
    _of(STRINGS, _shared), _of(STRINGS, _string_counts), _of(WORKBOOK, _sheet_list), _of("xl/_rels/workbook.xml.rels", _relations),
    _of("_rels/.rels", _relations), _of("xl/styles.xml", _styles), *(_any_part(change) for change in XML_CHANGES),
]  # fmt: skip
