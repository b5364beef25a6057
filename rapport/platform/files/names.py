"""What a file may be called. The name is shown and offered for saving; it never becomes part of a path of ours."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 200
# Controls end header lines, and marks of direction make "exe.fdp" read as "pdf.exe".
_NEVER = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def clean_name(name: object) -> str:
    """The last part of a given name, without what could deceive, at most LONGEST characters; the ending is kept."""
    text = unicodedata.normalize("NFC", _NEVER.sub("", str(name or "")))
    text = " ".join(text.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1].split()).strip(". ")
    if len(text) > LONGEST:
        ending = PurePosixPath(text).suffix[:20]
        text = text[: LONGEST - len(ending)] + ending
    return text or "file"
