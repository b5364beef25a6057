"""What a file is, by its content: the name and what the sender calls it do not count."""

import zipfile
from typing import BinaryIO

UNKNOWN = "application/octet-stream"
_SIGNATURES = [
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (4, b"ftyp", "video/mp4"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
]
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def kind_of(file: BinaryIO) -> str:
    """The media type of an open file, read from its first bytes; leaves the file where it was.

    Text of any kind, HTML and SVG too, is text/plain: nothing that was uploaded may run in a browser.
    """
    at = file.tell()
    head = file.read(4096)
    try:
        for place, signature, kind in _SIGNATURES:
            if head[place : place + len(signature)] == signature:
                return kind
        if head[:4] == b"PK\x03\x04":
            return _archive(file)
        return "text/plain" if head and _is_text(head) else UNKNOWN
    finally:
        file.seek(at)


def _archive(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()[:2000]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return UNKNOWN
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in _OFFICE.items() if any(n.startswith(part) for n in names)), UNKNOWN)
    return "application/zip"


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The last character may be cut in two.
        return error.start > len(head) - 4 and len(head) == 4096
    return True
