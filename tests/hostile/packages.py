"""Ways in which the zip file around a workbook can be broken: (bytes, chance) -> bytes."""

import io
import random
import struct
import warnings
import zipfile

from tests.hostile.delimited import Mutation

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
Parts = dict[str, bytes]


def unpacked(data: bytes) -> Parts:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED, twice: str = "") -> bytes:
    """The parts as a workbook; `twice` names one that stands in it a second time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in parts.items():
            # No moment of now in the file: the same seed gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, method)
        if twice:
            archive.writestr(zipfile.ZipInfo(twice, (2026, 1, 1, 0, 0, 0)), b"<x/>", method)
    return target.getvalue()


def _headers(data: bytes, signature: bytes) -> list[int]:
    found, at = [], data.find(signature)
    while at >= 0:
        found.append(at)
        at = data.find(signature, at + 4)
    return found


def _overwritten(data: bytes, at: int, form: str, value: int) -> bytes:
    piece = struct.pack(form, value)
    return data[:at] + piece + data[at + len(piece) :]


def lying_sizes(data: bytes, chance: random.Random) -> bytes:
    """Declared sizes that are not those of the content."""
    value = chance.choice([0, 1, 100, 2**20, 2**31, 2**32 - 1])
    for signature, offset in ((b"PK\x01\x02", chance.choice([20, 24])), (b"PK\x03\x04", chance.choice([18, 22]))):
        places = _headers(data, signature)
        if places and chance.random() < 0.7:
            data = _overwritten(data, chance.choice(places) + offset, "<I", value)
    return data


def other_method(data: bytes, chance: random.Random) -> bytes:
    for signature, offset in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        at = chance.choice(_headers(data, signature))
        data = _overwritten(data, at + offset, "<H", chance.choice([0, 1, 9, 12, 14, 93, 95, 99, 65535]))
    return data


def other_flags(data: bytes, chance: random.Random) -> bytes:
    at = chance.choice(_headers(data, b"PK\x01\x02"))
    return _overwritten(data, at + 8, "<H", chance.choice([1, 8, 0x40, 0x2000, 0xFFFF]))


def wrong_checksum(data: bytes, chance: random.Random) -> bytes:
    at = chance.choice(_headers(data, b"PK\x01\x02"))
    return _overwritten(data, at + 16, "<I", chance.randrange(2**32))


def wrong_offsets(data: bytes, chance: random.Random) -> bytes:
    at = chance.choice(_headers(data, b"PK\x01\x02"))
    return _overwritten(
        data, at + 42, "<I", chance.choice([0, 1, len(data), 2**31, 2**32 - 1, chance.randrange(len(data))])
    )


def overlapping_parts(data: bytes, chance: random.Random) -> bytes:
    """Several entries that share the bytes of one."""
    places = _headers(data, b"PK\x01\x02")
    source = chance.choice(places)
    shared = data[source + 16 : source + 28], data[source + 42 : source + 46]
    made = bytearray(data)
    for at in places:
        made[at + 16 : at + 28], made[at + 42 : at + 46] = shared
    return bytes(made)


def broken_end(data: bytes, chance: random.Random) -> bytes:
    at = data.rfind(b"PK\x05\x06")
    way = chance.randrange(4)
    if way == 0:
        return data[:at]
    if way == 1:
        return data + b"\x00" * chance.choice([1, 70_000])
    offset, form, value = chance.choice(
        [(8, "<H", 0xFFFF), (10, "<H", 0), (12, "<I", 2**32 - 1), (16, "<I", 0), (20, "<H", 9)]
    )
    return _overwritten(data, at + offset, form, value)


def something_before(data: bytes, chance: random.Random) -> bytes:
    return chance.choice([b"PK\x03\x04", b"\x00" * 100, b"MZ" * 500, data[:200]]) + data


def parts_missing(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    for name in chance.sample(list(parts), chance.choice([1, 1, 3])):
        del parts[name]
    return packed(parts)


def parts_renamed(data: bytes, chance: random.Random) -> bytes:
    parts, names = (
        unpacked(data),
        ["../../etc/passwd", "/etc/passwd", "C:\\x", "xl/\x01", "XL/WORKBOOK.XML", "é" * 300, "xl/", "a/" * 400],
    )
    old = chance.choice(list(parts))
    return packed({chance.choice(names) if name == old else name: content for name, content in parts.items()})


def part_twice(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    return packed(parts, twice=chance.choice(list(parts)))


def very_many_parts(data: bytes, chance: random.Random) -> bytes:
    return packed(
        unpacked(data) | {f"xl/x{i}.xml": b"" for i in range(chance.choice([500, 10_001, 12_000]))}, zipfile.ZIP_STORED
    )


def nested(data: bytes, chance: random.Random) -> bytes:
    """Zips within zips."""
    parts, inner = unpacked(data), data
    for _level in range(chance.choice([1, 3, 10])):
        inner = packed({"xl/workbook.xml": inner})
    return inner if chance.random() < 0.5 else packed(parts | {SHEET: inner})


def parts_exchanged(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    one, two = chance.sample(list(parts), 2)
    parts[one], parts[two] = parts[two], parts[one]
    return packed(parts)


def bomb(data: bytes, chance: random.Random) -> bytes:
    """A part that unpacks to far more than it weighs: nothing, spaces, cells, texts."""
    megabytes = chance.choice([2, 7, 12, 30, 60])
    name = chance.choice(
        [SHEET, STRINGS, "xl/styles.xml", "xl/media/picture.png", "docProps/core.xml", "xl/workbook.xml"]
    )
    parts = unpacked(data)
    piece = chance.choice([
        b"\x00", b" ", b"<c><v>1</v></c>", b'<row><c t="inlineStr"><is><t>x</t></is></c></row>', b"<si><t>x</t></si>", b"<row/>",
        b"<!-- -->", b"<a>", b"<![CDATA[x]]>", b'<c r="A1" t="s"><v>0</v></c>', b"&amp;", bytes(range(97, 123)) * 40,
    ])  # fmt: skip
    head, _tag, tail = parts.get(name, b"").partition(b"<sheetData>")
    body = piece * (megabytes * 2**20 // len(piece))
    parts[name] = head + b"<sheetData>" + body + tail if tail else head[: len(head) // 2] + body
    return packed(parts)


def bomb_of_a_measured_kind(data: bytes, chance: random.Random) -> bytes:
    """Cells that are packed just so well that the file may still be an honest one."""
    parts, rows = unpacked(data), []
    for i in range(1, chance.choice([20_000, 60_000, 150_000])):
        rows.append(f'<row r="{i}"><c r="A{i}"><v>{chance.randrange(10)}</v></c><c r="B{i}" t="s"><v>0</v></c></row>')
    head, _tag, tail = parts[SHEET].partition(b"<sheetData")
    end = tail[tail.find(b"</sheetData>") :] or b"</sheetData></worksheet>"
    parts[SHEET] = head + b"<sheetData>" + "".join(rows).encode() + end
    return packed(parts)


OF_PACKAGE: list[Mutation] = [
    lying_sizes, other_method, other_flags, wrong_checksum, wrong_offsets, overlapping_parts, broken_end, something_before,
    parts_missing, parts_renamed, part_twice, nested, parts_exchanged, bomb,
]  # fmt: skip
# Dear to make, so they come seldom.
RARE: list[Mutation] = [very_many_parts, bomb_of_a_measured_kind]
