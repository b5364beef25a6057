"""Text as people compare it: without case and accents, as the database's rapport_fold does it."""

import unicodedata

# What has no accent to take away but is written with plain letters or signs, by the rules of PostgreSQL's unaccent.
_PLAIN = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t",
        "ŋ": "n", "ĸ": "q", "ŉ": "'n", "ĳ": "ij", "ŀ": "l", "ſ": "s", "ƒ": "f", "’": "'", "‘": "'", "‚": ",", "“": '"',
        "”": '"', "„": ",,", "–": "-", "—": "-", "‐": "-", "‑": "-", "…": "...", "«": "<<", "»": ">>", "¡": "!", "¿": "?",
        "©": "(c)", "®": "(r)", "±": "+/-", "×": "*", "÷": "/", "¼": " 1/4", "½": " 1/2", "¾": " 3/4", "ё": "е", "ª": "a", "º": "o", "µ": "μ",
        "\u00ad": "-",
    }
)  # fmt: skip


def fold_text(text: str) -> str:
    """ "Müller-Łódź" -> "muller-lodz". Marks of other scripts than Latin and Greek mean another letter and stay."""
    if text.isascii():
        return text.lower()
    return "".join(_bare(c) for c in text).lower().translate(_PLAIN)


def _bare(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    if len(parts) == 1 or ord(parts[0]) >= 0x400:
        return letter
    return "".join(c for c in parts if not unicodedata.combining(c))
