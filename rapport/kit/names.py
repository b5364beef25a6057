"""Names of people and organisations: taken apart, shortened, and compared."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

MAX_LENGTH = 300

_PREFIXES = {
    "dr", "prof", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "lord", "lady", "rev", "fr", "hon", "herr",
    "frau", "hr", "fru", "m", "mme", "mlle", "me", "sr", "sra", "srta", "don", "dona", "dipl", "ing", "mag",
    "med", "dott", "ssa", "sig", "sigra", "senor", "senora", "monsieur", "madame", "professor", "doctor", "capt",
    "col", "lt", "maj", "gen",
}  # fmt: skip
_SUFFIXES = {
    "jr", "junior", "sr", "senior", "ii", "iii", "iv", "phd", "md", "mba", "msc", "bsc", "esq", "cpa", "dds",
    "llm", "obe", "mbe", "cbe", "filho", "neto", "fils", "pere",
}  # fmt: skip
# Words that belong to the family name that they stand right before ("van der Berg"). In "María del Carmen Ruiz"
# another name stands between, so "del Carmen" is a second given name.
_PARTICLES = {
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "do", "du", "des", "la", "le",
    "las", "los", "ter", "ten", "zu", "zum", "zur", "af", "av", "al", "el", "bin", "ibn", "abu", "st", "mac", "y",
    "e", "lo", "san", "vom", "ben", "bint", "o",
}  # fmt: skip
_LEGAL = {
    "gmbh", "ag", "kg", "ohg", "ug", "mbh", "inc", "incorporated", "corp", "corporation", "co", "company", "ltd",
    "limited", "llc", "llp", "lp", "plc", "pty", "sa", "sas", "sarl", "sl", "srl", "spa", "bv", "nv", "ab", "oy",
    "oyj", "as", "asa", "aps", "kft", "sro", "doo", "ltda", "cie", "se", "eg", "ev", "pvt", "pte", "kk",
}  # fmt: skip
_SPECIAL = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and "}
)
_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a person's name, each as written, "" where there is none."""

    prefix: str = ""
    first: str = ""
    middle: str = ""
    last: str = ""
    suffix: str = ""

    @property
    def full(self) -> str:
        """The parts in their usual order with single spaces."""
        return " ".join(part for part in (self.prefix, self.first, self.middle, self.last, self.suffix) if part)


def split_name(text: str) -> Name:
    """ "Dr. María del Carmen Ruiz Jr." -> Dr. / María / del Carmen / Ruiz / Jr.; "Ruiz, María" is turned round.

    A guess for forms and imports, never refused: one word is the first name; more than one give first and last.
    """
    text = " ".join(text[:MAX_LENGTH].split())
    before, comma, after = text.partition(",")
    suffixes: list[str] = []
    if comma:
        tail = [word for word in after.replace(",", " ").split() if word]
        if tail and all(_bare(word) in _SUFFIXES for word in tail):
            suffixes, text = tail, before.strip()
        elif tail and before.strip():
            while len(tail) > 1 and _bare(tail[-1]) in _SUFFIXES:
                suffixes.insert(0, tail.pop())
            given = split_name(" ".join(tail))
            second = " ".join(part for part in (given.middle, given.last) if part)
            return Name(given.prefix, given.first, second, before.strip(), " ".join(suffixes))
    words = text.replace(",", " ").split()
    start = 0
    while start < len(words) - 1 and _bare(words[start]) in _PREFIXES and (start or _is_prefix(words)):
        start += 1
    end = len(words)
    while end - start > 2 and _bare(words[end - 1]) in _SUFFIXES:
        end -= 1
    prefix, middle, suffix = words[:start], words[start:end], words[end:] + suffixes
    if len(middle) < 2:
        # After a title alone comes the family name: "Mr. Ruiz".
        alone = "".join(middle)
        first, family = ("", alone) if prefix and not suffix else (alone, "")
        return Name(" ".join(prefix), first, "", family, " ".join(suffix))
    if middle[0].islower() and middle[0] in _PARTICLES:
        return Name(" ".join(prefix), "", "", " ".join(middle), " ".join(suffix))
    cut = len(middle) - 1
    while cut > 1 and middle[cut - 1].lower() in _PARTICLES:
        cut -= 1
    return Name(" ".join(prefix), middle[0], " ".join(middle[1:cut]), " ".join(middle[cut:]), " ".join(suffix))


def initials(text: str) -> str:
    """One or two capital letters for an avatar: "María del Carmen Ruiz" -> "MR"; "" when there is no letter."""
    name = split_name(text)
    words = [name.first, (name.last.split() or [""])[-1]]
    letters = [next((c for c in word if c.isalnum()), "") for word in words]
    return "".join(letters).upper()


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """The key for likeness: lower case, no accents, words of letters and digits parted by single spaces.

    "Société-Générale  S.A." -> "societe generale s a"; letters of other scripts stay as they are.
    """
    plain = unicodedata.normalize("NFKD", text.lower().translate(_SPECIAL))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(_WORD.findall(plain.replace("'", "").replace("’", "").replace("_", " ")))


def compact(text: str) -> str:
    """`fold` without its spaces: equal for "GTX Pro", "GTXPro" and "gtx-pro"."""
    return fold(text).replace(" ", "")


def organisation_key(text: str) -> str:
    """`compact` without legal forms at the end: equal for "Acme GmbH & Co. KG", "ACME" and "Acme, Inc."."""
    words = fold(text.replace(".", "")).split()
    while len(words) > 1 and (words[-1] in _LEGAL or words[-1] == "and"):
        words.pop()
    return "".join(words)


def likeness(a: str, b: str) -> float:
    """How alike two names are: 1.0 same letters and digits ("GTXPro", "GTX Pro"), 0.0 nothing in common.

    The better of two readings: letters in order, and words in any order ("Ruiz Ana" ~ "Ana Ruiz" is 0.95).
    From 0.85 on it is worth asking whether both are the same.
    """
    first, second = compact(a), compact(b)
    if not first or not second:
        return 1.0 if first == second and a == b else 0.0
    if first == second:
        return 1.0
    if len(first) > MAX_LENGTH or len(second) > MAX_LENGTH:
        return 0.0
    in_order = _ratio(first, second)
    sorted_words = _ratio("".join(sorted(fold(a).split())), "".join(sorted(fold(b).split()))) * 0.95
    best = max(in_order, sorted_words)
    # Different numbers mean different things: "Area 51" is not "Area 52", "GTX 2" is not "GTX 3".
    if re.findall(r"\d+", first) != re.findall(r"\d+", second):
        best = min(best, 0.7)
    return round(best, 4)


def _ratio(a: str, b: str) -> float:
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    # The order of the arguments must not matter, and SequenceMatcher's ratio depends on it.
    return min(matcher.ratio(), SequenceMatcher(None, b, a, autojunk=False).ratio())


def _bare(word: str) -> str:
    return fold(word.replace(".", "").replace("-", ""))


def _is_prefix(words: list[str]) -> bool:
    """A first word that is a title and not a given name or an initial ("Don Draper", "M. Night Shyamalan")."""
    word = _bare(words[0])
    if word == "m":
        return words[0].endswith(".") and len(words) == 2
    return words[0].endswith(".") or word not in {"me", "fr", "don", "ing", "med", "lord", "gen", "sig", "mag", "maj"}
