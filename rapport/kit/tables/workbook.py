"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS), read by calamine in a process with limits, so that a hostile file costs
little and can break nothing."""

import json
import os
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from rapport.kit.problem import _
from rapport.kit.tables import workbook_worker
from rapport.kit.tables.model import MEGABYTE, Limits, TableError

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# A small file gets these; each unpacked megabyte (two for XLS: it is not packed) adds to them.
BASE_MEMORY = 160 * MEGABYTE
MEMORY_PER_BYTE = 16
BASE_SECONDS = 2
BYTES_PER_SECOND = 8 * MEGABYTE
BASE_OUTPUT = 16 * MEGABYTE
OUTPUT_PER_BYTE = 16


@dataclass(frozen=True, slots=True)
class Converted:
    """A sheet as CSV in UTF-8 from byte `start` of `stream`, each row's number in its first cell."""

    stream: BinaryIO
    start: int
    sheets: list[str]
    sheet: str


def is_workbook(stream: BinaryIO) -> bool:
    """Whether the content begins as a workbook does (zip or OLE container)."""
    stream.seek(0)
    head = stream.read(8)
    stream.seek(0)
    return head.startswith(ZIP) or head == OLE


def convert_workbook(stream: BinaryIO, sheet: str | None, limits: Limits) -> Converted:
    """The named sheet, or the first visible one. Raises TableError for whatever cannot be read within the limits."""
    stream.seek(0)
    packed = stream.read(4) == ZIP
    size = _unpacked_size(stream, limits) if packed else _size(stream)
    with tempfile.NamedTemporaryFile(suffix=".xlsx" if packed else ".xls") as copy:
        stream.seek(0)
        copyfileobj(stream, copy)
        copy.flush()
        return _run(copy.name, sheet or "", size, limits)


def _run(path: str, sheet: str, size: int, limits: Limits) -> Converted:
    seconds = BASE_SECONDS + size // BYTES_PER_SECOND
    arguments = (path, sheet, BASE_MEMORY + MEMORY_PER_BYTE * size, seconds, limits.columns,
                 BASE_OUTPUT + OUTPUT_PER_BYTE * size)  # fmt: skip
    output = tempfile.TemporaryFile()  # noqa: SIM115 - the table closes it
    try:
        # The arguments are our own path and numbers, and the sheet's name as one argument without a shell.
        result = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", str(Path(workbook_worker.__file__)), *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL, timeout=seconds * 4 + 10, check=False,
            env={"PATH": os.defpath},
        )  # fmt: skip
        code = result.returncode
    except subprocess.TimeoutExpired:
        code = -1
    except ValueError:
        # A name with a NUL in it cannot be an argument, so no sheet has it.
        code = workbook_worker.EXITS["no_sheet"]
    if code != 0:
        output.close()
        raise _refusal(code, sheet, limits)
    output.seek(0)
    about = json.loads(output.readline())
    return Converted(output, output.tell(), about["sheets"], about["sheet"])


def _refusal(code: int, sheet: str, limits: Limits) -> TableError:
    exits = workbook_worker.EXITS
    if code == exits["password"]:
        return TableError(_("the workbook is protected by a password"))
    if code == exits["no_sheet"]:
        return TableError(_("the workbook has no sheet “{sheet}”"), sheet=sheet[:60])
    if code == exits["columns"]:
        return TableError(_("the table has more than {limit} columns"), limit=limits.columns)
    if code == exits["empty"]:
        return TableError(_("the workbook has no sheet with cells"))
    if code < 0 or code == exits["memory"]:
        return TableError(_("the workbook needs far more time or memory than its size explains"))
    return TableError(_("the file is not a workbook that can be read, or it is damaged"))


def _unpacked_size(stream: BinaryIO, limits: Limits) -> int:
    """Bytes of all parts when unpacked, first as declared, then as they really are. Raises TableError for bombs."""
    try:
        stream.seek(0)
        with ZipFile(stream) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if not any(name.startswith("xl/") or name == "content.xml" for name in names):
                raise TableError(_("this is a zip file, not a table"))
            declared = sum(part.file_size for part in parts)
            if len(parts) > 10_000 or declared > limits.unpacked:
                raise _bomb()
            actual = 0
            for part in parts:
                offset = part.header_offset
                actual += _inflated(stream, offset, part.compress_size, part.compress_type, part.file_size)
                if part.file_size > 8 * MEGABYTE and part.file_size > limits.packing * max(part.compress_size, 1):
                    raise _bomb()
            return actual
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(_("the file is not a workbook that can be read, or it is damaged")) from error


def _inflated(stream: BinaryIO, offset: int, packed: int, method: int, declared: int) -> int:
    """The real size of one part; as soon as it passes the declared one, the file is refused."""
    stream.seek(offset)
    header = stream.read(30)
    if header[:4] != ZIP or method not in (0, 8):
        raise BadZipFile
    stream.seek(offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"))
    if method == 0:
        if packed != declared:
            raise _bomb()
        return packed
    inflate = zlib.decompressobj(-15)
    size, left = 0, packed
    while left > 0 and not inflate.eof:
        chunk = stream.read(min(left, 64 * 1024))
        if not chunk:
            raise BadZipFile
        left -= len(chunk)
        while chunk and not inflate.eof:
            size += len(inflate.decompress(chunk, MEGABYTE))
            chunk = inflate.unconsumed_tail
            if size > declared:
                raise _bomb()
    return size


def _bomb() -> TableError:
    return TableError(_("the workbook unpacks to far more than its size explains"))


def _size(stream: BinaryIO) -> int:
    return stream.seek(0, os.SEEK_END)
