"""Every address there is, read from the code: pages, fragments, files, streams, and the operations of the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver

from rapport.records import registry
from rapport.work.calendar.reading import KINDS

API = "api/v1/"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """An address as it is declared: `name` stands for all entities, `entity` is one that it exists for, or ""."""

    name: str
    entity: str
    pattern: str

    def address(self, **parts: Any) -> str:
        """The address with its parts filled in."""
        given = {"record": self.entity, "kind": self.entity, "entity": self.entity} | parts

        def one(found: re.Match[str]) -> str:
            return str(given[found[1]])

        return "/" + re.sub(r"[<{](?:\w+:)?(\w+)[>}]", one, self.pattern)


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """The patterns of all addresses."""
    for one in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from patterns(one, whole)
        else:
            yield whole


def routes() -> list[Route]:
    """Every route of every entity, each once."""
    found: dict[tuple[str, str], Route] = {}
    for pattern in patterns():
        for one in named(pattern):
            found.setdefault((one.name, one.entity), one)
    return list(found.values())


def named(pattern: str) -> Iterator[Route]:
    """The routes that a pattern stands for: one for each entity, or one."""
    if "<entity:record>" in pattern:
        for record in registry.all_records():
            yield Route(pattern, record.entity, pattern)
        return
    if "<slug:kind>" in pattern:
        for kind in KINDS:
            yield Route(pattern, kind, pattern)
        return
    first, _slash, rest = pattern.removeprefix(API).partition("/")
    record = registry.find(first)
    if record is None:
        yield Route(pattern, "", pattern)
    elif pattern.startswith(API):
        tail = rest.rpartition("/")[2]
        name = rest.replace(tail, "<verb>") if record.verb(tail) and "/" in rest else rest
        yield Route(f"{API}<entity>{'/' + name if rest else ''}", first, pattern)
    else:
        # A room's own address below one of its entities, such as tasks/<int:id>/day.
        yield Route(pattern, first, pattern)
