"""The search of the settings: by their words, by other words for the same, in the reader's language and in English."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import override

from rapport.platform.ui import navigation

MOST = 12


@dataclass(frozen=True)
class Found:
    """One setting: its name, where it is, and what it is part of."""

    label: str | Promise
    url: str
    icon: str
    part_of: str | Promise
    words: str | Promise = ""


def find(request: HttpRequest, text: str) -> list[Found]:
    """The settings within the viewer's reach that have every word of `text`, the best first."""
    wanted = _plain(text).split()
    ranked = []
    for place, one in enumerate(_all(request)):
        rank = max(_rank(one, wanted), _in_english(one, wanted))
        if rank:
            ranked.append((-rank, place, one))
    return [one for _rank_, _place, one in sorted(ranked, key=lambda r: r[:2])[:MOST]]


def _all(request: HttpRequest) -> Iterator[Found]:
    for entry in navigation.entries(request, "settings"):
        group = navigation.GROUPS[entry["group"]]
        yield Found(entry["label"], entry["url"], entry["icon"], group, f"{entry['words']} {entry['hint']}")
        for topic in entry["topics"]:
            yield Found(topic.label, topic.url, entry["icon"], entry["label"], topic.words)


def _in_english(one: Found, wanted: list[str]) -> int:
    with override("en-gb"):
        return _rank(one, wanted)


def _rank(one: Found, wanted: list[str]) -> int:
    """3 when the name begins so, 2 when a word of it does, 1 when the words mean it, 0 when it is something else."""
    label, words = _plain(str(one.label)), _plain(f"{one.label} {one.part_of} {one.words}")
    if not wanted or not all(any(word.startswith(w) for word in words.split()) for w in wanted):
        return 0
    if label.startswith(" ".join(wanted)):
        return 3
    return 2 if all(any(word.startswith(w) for word in label.split()) for w in wanted) else 1


def _plain(text: str) -> str:
    """Lower case, without accents, only letters and digits with spaces between."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c if c.isalnum() else " " for c in apart if not unicodedata.combining(c))
