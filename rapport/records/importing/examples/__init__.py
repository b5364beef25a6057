"""Mappings that ship with Rapport; a room may add its own folder of JSON files."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from rapport.records.importing.headers import digest


@lru_cache(maxsize=1)
def examples() -> list[dict[str, Any]]:
    """Every shipped mapping: {"name", "title", "entity", "header", "settings": {"passes": ...}}."""
    found = [orjson.loads(path.read_bytes()) for path in sorted(Path(__file__).parent.glob("*.json"))]
    return [{**one, "digest": digest(one["header"])} for one in found]


def example_for(header: list[str]) -> dict[str, Any] | None:
    """The shipped mapping for files with this header, or None."""
    return next((one for one in examples() if one["digest"] == digest(header)), None)


def example_named(name: str) -> dict[str, Any] | None:
    """The shipped mapping of that name, or None."""
    return next((one for one in examples() if one["name"] == name), None)
