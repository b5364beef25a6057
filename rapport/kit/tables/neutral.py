"""Texts that spreadsheets would run as formulas, made harmless on the way out and whole again on the way in.

A text that begins with one of `DANGEROUS` gets an apostrophe before it, and so does a formula that stands further back,
after a sign that other programs take for the end of a cell: a German Excel cuts a file with commas at its semicolons, and
then quotes hold nothing together. So that nothing is ambiguous, where apostrophes stand already there is one more.
`restore(neutralise(t)) == t` for every text, and both leave every other text alone ("'tis" stays "'tis").
"""

import re

# What Excel, LibreOffice or Google Sheets take for the start of a formula, full-width forms included.
FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
DANGEROUS = frozenset(FORMULA + "\t\r\n")

# Where a cell would begin if the file were cut at something else than commas; quotes may come before its text.
_CUT = '[;\t|\r\n]"*+'
_OPENS = re.compile(f"({_CUT}'*+)(?=[{re.escape(FORMULA)}])")
_HIDDEN = re.compile(f"({_CUT})'('*+)(?=[{re.escape(FORMULA)}])")

_MARKED = re.compile("^'+[" + re.escape("".join(sorted(DANGEROUS))) + "]")
_PHONE = re.compile(r"^\+[0-9][0-9 ().\-/]*$", re.ASCII)


def neutralise(text: str) -> str:
    """`text` as it may stand in a file. For texts only: a negative number is none, and `is_phone` need none of this."""
    return neutralise_start(_OPENS.sub(r"\1'", text))


def neutralise_start(text: str) -> str:
    """The same for a text of a line of which `may_open` is false."""
    if text and (text[0] in DANGEROUS or (text[0] == "'" and _MARKED.match(text))):
        return "'" + text
    return text


def may_open(line: str) -> bool:
    """Whether `neutralise` may find something further back in one of the texts of a line, which ends with CR LF."""
    texts = line[:-2]
    # To look for single signs is ten times as fast as the expression, and few lines have any.
    cut = ";" in texts or "\n" in texts or "\t" in texts or "|" in texts or "\r" in texts
    return cut and _OPENS.search(texts) is not None


def restore(text: str) -> str:
    """The text that was neutralised; any other text unchanged."""
    if "'" not in text:
        return text
    if text[0] == "'" and _MARKED.match(text):
        text = text[1:]
    return _HIDDEN.sub(r"\1\2", text)


def is_phone(text: str) -> bool:
    """A phone number with its country prefix: begins with + and yet no formula, as nothing but digits and their
    separators follow. It stays as it is, so that other programs read it."""
    return _PHONE.match(text) is not None
