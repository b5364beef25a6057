"""Ways in which a delimited file can be broken, each named by what it does: (bytes, chance) -> bytes."""

import codecs
import random
from collections.abc import Callable

from tests.hostile import cells

Mutation = Callable[[bytes, random.Random], bytes]

ENCODINGS = [
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1252", "latin-1", "cp1251", "koi8-r", "shift_jis", "gb18030",
    "big5", "euc-kr", "cp037", "utf-7", "mac-roman", "iso2022_jp", "cp1255", "cp1256", "utf-8-sig",
]  # fmt: skip
BOMS = [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE]
ENDS = ["\n", "\r\n", "\r", "\n\r", "\x0b", "\x0c", "\x85", "\u2028", "\x1e", "\n\n", "\r\r\n"]


# --- of any file -----------------------------------------------------------------------------------------------------


def flip_bits(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _time in range(chance.choice([1, 2, 8, 64])):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def cut_out(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice([1, 2, 16, 200])
    return data[:at] + data[at + size :]


def say_twice(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice([1, 16, 200, 2000])
    return data[:at] + data[at : at + size] * chance.choice([2, 3, 20]) + data[at + size :]


def put_noise_in(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(chance.choice([1, 4, 64, 1024])) + data[at:]


def blank_out(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice([1, 8, 100])
    return data[:at] + bytes([chance.choice([0, 0x20, 0x22, 0xFF])]) * size + data[at + size :]


def exchange_parts(data: bytes, chance: random.Random) -> bytes:
    one, two, three = sorted(chance.randrange(len(data)) for _i in range(3))
    return data[:one] + data[two:three] + data[one:two] + data[three:]


OF_ANY: list[Mutation] = [
    flip_bits, truncate, cut_out, say_twice, put_noise_in, blank_out, exchange_parts,
]  # fmt: skip


# --- of text ---------------------------------------------------------------------------------------------------------


def _lines(data: bytes) -> list[str]:
    return data.decode().splitlines(keepends=True)


def _delimiter(data: bytes) -> str:
    head = data.decode().split("\n", 1)[0]
    return max(";\t,", key=head.count)


def _put_into_cell(data: bytes, chance: random.Random, text: str) -> bytes:
    lines, delimiter = _lines(data), _delimiter(data)
    at = chance.randrange(len(lines))
    parts = lines[at].rstrip("\r\n").split(delimiter)
    parts[chance.randrange(len(parts))] = text
    lines[at] = delimiter.join(parts) + "\n"
    return "".join(lines).encode("utf-8", "surrogatepass")


def hostile_cell(data: bytes, chance: random.Random) -> bytes:
    for _time in range(chance.choice([1, 1, 5])):
        data = _put_into_cell(data, chance, chance.choice(cells.ALL))
        try:
            data.decode()
        except UnicodeDecodeError:
            break
    return data


def hostile_column(data: bytes, chance: random.Random) -> bytes:
    lines, delimiter = _lines(data), _delimiter(data)
    place, made = chance.randrange(max(1, lines[0].count(delimiter))), lines[:1]
    for line in lines[1:]:
        parts = line.rstrip("\r\n").split(delimiter)
        if place < len(parts):
            parts[place] = chance.choice(cells.ALL).replace("\n", " ")
        made.append(delimiter.join(parts) + "\n")
    return "".join(made).encode("utf-8", "surrogatepass")


def huge_cell(data: bytes, chance: random.Random) -> bytes:
    piece = chance.choice(["x", "ß", "1", "a b ", "a,", '""', "\U0001f600"])
    size = chance.choice([40_000, 300_000, 1_200_000, 3_000_000]) // len(piece)
    quote = chance.choice(["", '"'])
    return _put_into_cell(data, chance, quote + piece * size + quote)


def other_encoding(data: bytes, chance: random.Random) -> bytes:
    return data.decode().encode(chance.choice(ENCODINGS), "replace")


def mixed_encodings(data: bytes, chance: random.Random) -> bytes:
    lines = _lines(data)
    return b"".join(line.encode(chance.choice(["utf-8", "cp1252", "utf-16-le", "koi8-r"]), "replace") for line in lines)


def wrong_bom(data: bytes, chance: random.Random) -> bytes:
    at = chance.choice([0, 0, 0, chance.randrange(len(data))])
    return data[:at] + b"".join(chance.choices(BOMS, k=chance.choice([1, 1, 2, 3]))) + data[at:]


def bytes_that_are_no_text(data: bytes, chance: random.Random) -> bytes:
    bad = [
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xff",
        b"\x80",
        b"\xf4\x90\x80\x80",
        b"\x00",
        b"\x1a",
    ]
    made = data
    for _time in range(chance.choice([1, 3, 30])):
        at = chance.randrange(len(made))
        made = made[:at] + chance.choice(bad) + made[at:]
    return made


def mixed_line_ends(data: bytes, chance: random.Random) -> bytes:
    return "".join(line.rstrip("\r\n") + chance.choice(ENDS) for line in _lines(data)).encode()


def other_line_end(data: bytes, chance: random.Random) -> bytes:
    end = chance.choice(ENDS)
    return end.join(data.decode().splitlines()).encode()


def broken_quotes(data: bytes, chance: random.Random) -> bytes:
    text = data.decode()
    for _time in range(chance.choice([1, 2, 7, 40])):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(['"', '""', '"""', "'", '\\"', '"\n', '";"', '","']) + text[at:]
    return text.encode()


def no_quotes(data: bytes, _chance: random.Random) -> bytes:
    return data.replace(b'"', b"")


def other_delimiter(data: bytes, chance: random.Random) -> bytes:
    new = chance.choice([",", ";", "\t", "|", ":", "\x1f", "§", " ", "\x00", "::"])
    return data.decode().replace(_delimiter(data), new).encode()


def lying_sep_line(data: bytes, chance: random.Random) -> bytes:
    return (
        chance.choice([b"sep=;\n", b"sep=\x00\n", b'"sep=,"\r\n', b"sep=\n", b'sep="\n', b"SEP=|\n", b"sep=\r\n"])
        + data
    )


def ragged(data: bytes, chance: random.Random) -> bytes:
    delimiter, made = _delimiter(data), []
    for line in _lines(data):
        more = delimiter * chance.choice([0, 0, 1, 5, 300])
        made.append(line.split(delimiter, chance.randrange(1, 6))[-1] if chance.random() < 0.3 else more + line)
    return "".join(made).encode()


def many_columns(data: bytes, chance: random.Random) -> bytes:
    count, delimiter = chance.choice([1_999, 2_000, 2_001, 20_000, 100_000]), _delimiter(data)
    names = [chance.choice(["", "name", "email", f"c{i}"]) for i in range(count)]
    return (delimiter.join(names) + "\n" + delimiter.join(["x"] * count) + "\n").encode()


def many_lines(data: bytes, chance: random.Random) -> bytes:
    line = chance.choice(["\n", " \n", ",,,\n", '""\n', "x\n", '"\n', "\r"])
    return data + (line * chance.choice([1_000, 20_000])).encode()


def same_headers(data: bytes, chance: random.Random) -> bytes:
    lines, delimiter = _lines(data), _delimiter(data)
    name = chance.choice(["name", "", " ", "\u200b", "Name (2)", "id", "version", "x" * 5000, "{name}", "__proto__"])
    lines[0] = delimiter.join([name] * (lines[0].count(delimiter) + 1)) + "\n"
    return "".join(lines).encode()


def no_header(data: bytes, _chance: random.Random) -> bytes:
    return "".join(_lines(data)[1:]).encode()


def only_header(data: bytes, chance: random.Random) -> bytes:
    return (_lines(data)[0] * chance.choice([1, 2, 50])).encode()


def lines_shuffled(data: bytes, chance: random.Random) -> bytes:
    lines = _lines(data)
    chance.shuffle(lines)
    return "".join(lines).encode()


def another_format(data: bytes, chance: random.Random) -> bytes:
    heads = [
        b"%PDF-1.7\n", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b\x08", b"{\\rtf1 ",
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd">', b"<html>", b'[{"name": "x"}]\n', b"SQLite format 3\x00",
        b"{", b"#!/bin/sh\n", b"\x7fELF", b"BEGIN:VCARD\nFN:x\n",
    ]  # fmt: skip
    return chance.choice(heads) + data


OF_TEXT: list[Mutation] = [
    hostile_cell, hostile_column, hostile_cell, hostile_column, other_encoding, mixed_encodings, wrong_bom,
    bytes_that_are_no_text, mixed_line_ends, other_line_end, broken_quotes, no_quotes, other_delimiter, lying_sep_line, ragged,
    same_headers, no_header, only_header, lines_shuffled, another_format,
]  # fmt: skip
# Dear to make and to read, so they come seldom.
RARE: list[Mutation] = [huge_cell, many_columns, many_lines]
