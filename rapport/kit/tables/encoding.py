"""Which encoding a text file is in. The whole file is looked at, in pieces, so that no late surprise comes."""

import codecs
from dataclasses import dataclass
from typing import BinaryIO

from rapport.kit.problem import _
from rapport.kit.tables.model import TableError

CHUNK = 1024 * 1024
SAMPLE = 256 * 1024

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The beginnings of files that are certainly no table, with the name to say it.
_FOREIGN = (
    (b"%PDF-", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"\x7fELF", "ELF"),
    (b"MZ\x90", "EXE"), (b"SQLite format 3", "SQLite"), (b"PAR1", "Parquet"), (b"{\\rtf", "RTF"),
)  # fmt: skip
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\x1b"))
_UNDEFINED_IN_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")


@dataclass(frozen=True, slots=True)
class Encoding:
    """name: for Python's codecs. damaged: some bytes may not fit, so each row has to be looked at."""

    name: str
    damaged: bool = False


def detect_encoding(stream: BinaryIO) -> Encoding:
    """The encoding of a seekable stream, read from its start and left there. Raises TableError for what is no text."""
    stream.seek(0)
    head = stream.read(SAMPLE)
    stream.seek(0)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise TableError(_("the file is empty"))
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Encoding(name, damaged=True) if name != "utf-8-sig" else _utf8(stream, head, name)
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            raise TableError(_("this is a {name} file, not a table"), name=name)
    if wide := _wide_without_bom(head):
        return Encoding(wide, damaged=True)
    return _utf8(stream, head, "utf-8")


def _wide_without_bom(head: bytes) -> str | None:
    """UTF-16 in Latin script has a zero in nearly every second byte."""
    even, odd = head[0:4096:2], head[1:4096:2]
    if len(head) < 8:
        return None
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _utf8(stream: BinaryIO, head: bytes, name: str) -> Encoding:
    broken, undefined = _scan(stream)
    control = 1 - len(head.translate(None, _CONTROL)) / len(head)
    if control > 0.3 or (broken is not None and control > 0.02):
        raise TableError(_("this is a binary file, not a table"))
    if broken is None:
        return Encoding(name)
    stream.seek(max(0, broken - SAMPLE // 2))
    sample = head + stream.read(SAMPLE)
    stream.seek(0)
    text = sample.decode("utf-8", "surrogateescape")
    bad = sum("\udc80" <= c <= "\udcff" for c in text)
    good = sum(c > "\x7f" for c in text) - bad
    if name == "utf-8-sig" or good > 9 * bad:
        return Encoding(name, damaged=True)
    letters = sum(c > 0x7F for c in sample)
    if letters < 0.15 * len(sample):
        return Encoding("latin-1" if undefined else "cp1252")
    return _guess(sample)


def _scan(stream: BinaryIO) -> tuple[int | None, bool]:
    """(where UTF-8 breaks or None, whether bytes occur that cp1252 does not have); the stream is left at its start."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    broken: int | None = None
    undefined = False
    position = 0
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        if broken is None:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                broken = position + error.start
        undefined = undefined or any(byte in chunk for byte in _UNDEFINED_IN_CP1252)
        position += len(chunk)
    if broken is None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            broken = position
    stream.seek(0)
    return broken, undefined


def _guess(sample: bytes) -> Encoding:
    """Text in other scripts: asked of charset-normalizer, which costs tenths of a second and is loaded only here."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample[: 64 * 1024]).best()
    return Encoding(best.encoding if best else "cp1252", damaged=True)
