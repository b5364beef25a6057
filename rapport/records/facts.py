"""What the engine states about every entity."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RecordCreated:
    entity: str
    id: int


@dataclass(frozen=True)
class RecordChanged:
    entity: str
    id: int
    fields: list[str]


@dataclass(frozen=True)
class RecordDeleted:
    entity: str
    id: int


@dataclass(frozen=True)
class RecordRestored:
    entity: str
    id: int


@dataclass(frozen=True)
class RecordsChanged:
    """Many at once: a bulk edit, a chunk of an import. Stated once, with the journal's action that lists them."""

    entity: str
    action: int
    count: int
