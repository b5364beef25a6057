"""The few figures at the head of a record's page. Rooms add theirs for entities below them, e.g. sales for people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rapport.platform.identity.viewer import Viewer
from rapport.records.record import Record


@dataclass(frozen=True)
class Figure:
    """One figure: `html` is text or safe HTML, `note` stands small beside it."""

    label: Any
    html: Any
    note: Any = ""


Source = Callable[[Record, int, dict[str, Any], Viewer], list[Figure]]
_sources: dict[str, list[Source]] = {}


def register(entity: str, source: Source) -> None:
    """source(record, id, values, viewer) gives figures that the viewer may see; it may ask one query."""
    _sources.setdefault(entity, []).append(source)


def figures(record: Record, pk: int, item: dict[str, Any], viewer: Viewer) -> list[Figure]:
    """The figures of all sources for one record, in the order of registration."""
    return [figure for source in _sources.get(record.entity, []) for figure in source(record, pk, item, viewer)]
