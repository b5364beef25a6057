"""Texts from a small grammar: "[Called|Rang] %(first)s {about}" with named parts in braces and choices in brackets."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rapport.kit.simulation.chance import Roll, pick, rolls
from rapport.kit.simulation.lines import escaped

_PART = re.compile(r"\{(\w+)\}")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")


class Phrases:
    """A pool of texts made once from a grammar; %(names)s are filled in when one is said."""

    def __init__(self, name: str, patterns: Sequence[str], parts: Mapping[str, Sequence[str]], size: int) -> None:
        roll = rolls("phrases", name)
        self.pool = tuple(
            dict.fromkeys(escaped(_expand(roll, patterns[n % len(patterns)], parts)) for n in range(size))
        )

    def say(self, roll: Roll, words: Mapping[str, str]) -> str:
        """One of the texts about these words, as COPY reads it."""
        return self.pool[int(roll() * len(self.pool))] % words


@lru_cache(maxsize=200_000)
def _choices(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


def _expand(roll: Roll, text: str, parts: Mapping[str, Sequence[str]]) -> str:
    while True:
        filled = _PART.sub(lambda found: pick(roll, parts[found[1]]), text)
        filled = _CHOICE.sub(lambda found: pick(roll, _choices(found[1])), filled)
        if filled == text:
            return re.sub(r"  +", " ", text).strip()
        text = filled
