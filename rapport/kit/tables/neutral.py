"""Texts that spreadsheets would run as formulas, made harmless on the way out and whole again on the way in.

A text that begins with one of `DANGEROUS` gets an apostrophe before it. So that nothing is ambiguous, a text that
already begins with apostrophes followed by such a sign gets one more. `restore(neutralise(t)) == t` for every text, and
both leave every other text alone ("'tis" stays "'tis").
"""

import re

# What Excel, LibreOffice or Google Sheets take for the start of a formula, full-width forms included.
DANGEROUS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

_MARKED = re.compile("^'+[" + re.escape("".join(sorted(DANGEROUS))) + "]")
_PHONE = re.compile(r"^\+[0-9][0-9 ().\-/]*$", re.ASCII)


def neutralise(text: str) -> str:
    """`text` as it may stand in a file. For texts only: a negative number is none, and `is_phone` need none of this."""
    if text and (text[0] in DANGEROUS or (text[0] == "'" and _MARKED.match(text))):
        return "'" + text
    return text


def restore(text: str) -> str:
    """The text that was neutralised; any other text unchanged."""
    if text[:1] == "'" and _MARKED.match(text):
        return text[1:]
    return text


def is_phone(text: str) -> bool:
    """A phone number with its country prefix: begins with + and yet no formula, as nothing but digits and their
    separators follow. It stays as it is, so that other programs read it."""
    return _PHONE.match(text) is not None
