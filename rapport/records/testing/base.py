"""What every part of the inherited tests stands on: the entity, its cast and rows to work with."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform.journal.models import Action
from rapport.records import registry, write
from rapport.records.access import OwnedBy, Shared
from rapport.records.record import Record
from rapport.records.testing.cast import Cast, make_cast
from rapport.records.testing.samples import sample


@pytest.mark.django_db
class Base:
    """Set `entity` and `values`; override the rest only where the entity is special.

    `values(i)` is what a POST needs, different for each i where the entity asks for it. `edit` is a change of one field.
    `also_taken` are names that a POST takes though they are no field that can be changed.
    `managed_by` says who may write rows that belong to everybody.
    """

    entity: str = ""
    edit: dict[str, Any]
    also_taken: frozenset[str] = frozenset()
    managed_by: tuple[str, ...] = ("mia", "adam")
    creators: tuple[str, ...] = ()
    # Fields that `vary` leaves alone, as the entity's own rules tie them to others.
    steady: tuple[str, ...] = ()

    cast: Cast

    @pytest.fixture(autouse=True)
    def _people(self, db: None) -> None:
        self.cast = make_cast()
        self._linked: dict[tuple[str, str], list[int]] = {}

    def values(self, i: int = 0) -> dict[str, Any]:
        raise NotImplementedError

    # --- the entity ------------------------------------------------------------------------------------------------

    @property
    def record(self) -> Record:
        return registry.get(self.entity)

    @property
    def path(self) -> str:
        return f"/{self.entity}"

    @property
    def is_shared(self) -> bool:
        """Rows belong to everybody."""
        return isinstance(self.record.access, Shared)

    @property
    def is_owned(self) -> bool:
        """Rows have an owner of their own; else, unless shared, they belong to the records they are parts of."""
        return isinstance(self.record.access, OwnedBy)

    @property
    def writer(self) -> str:
        """Somebody who may write."""
        return "adam" if self.is_shared else "ana"

    @property
    def writable(self) -> dict[str, Any]:
        return {name: one for name, one in self.record.fields_for().items() if not one.readonly}

    # --- rows ------------------------------------------------------------------------------------------------------

    def make(self, who: str = "", **more: Any) -> int:
        """Writes a row as that person and returns its id."""
        self._made = getattr(self, "_made", 500) + 1
        who = who or self.writer
        return write.create(self.record, self.values(self._made) | more, viewer=self.cast.viewer(who))

    def linked(self, entity: str, who: str = "ana", **values: Any) -> int:
        """The id of a row of another entity, the same for the same question."""
        key = (entity, f"{who} {sorted(values.items())}")
        if key not in self._linked:
            self._linked[key] = [self.another(entity, who, **values)]
        return self._linked[key][0]

    def another(self, entity: str, who: str = "ana", **values: Any) -> int:
        """Writes a row of another entity as that person."""
        record = registry.get(entity)
        if isinstance(record.access, Shared):
            who = "adam"
        given = _OTHERS.get(entity, {}) | values
        for name, one in record.fields_for().items():
            if one.required and name not in given:
                given[name] = self.linked(one.to, who) if hasattr(one, "to") else sample(one, 1, lambda _e: [])
        return write.create(record, given, viewer=self.cast.viewer(who))

    def choices(self, entity: str) -> list[int]:
        """Some rows that a link may name."""
        record, key = registry.get(entity), (entity, "choices")
        if entity == "users":
            return [self.cast.ana.pk, self.cast.ben.pk]
        if key not in self._linked:
            if entity == self.entity:
                made = [self.make(), self.make()]
            elif entity == "stages":
                made = list(record.model._default_manager.order_by("pk").values_list("pk", flat=True)[:2])
            elif record.title == "name":
                made = [self.another(entity, name=f"{word} {entity}") for word in ("Alder", "Birch")]
            else:
                made = [self.another(entity)]
            self._linked[key] = made
        return self._linked[key]

    def vary(self, i: int) -> dict[str, Any]:
        """Values of the i-th of many rows, with ties and empty ones, in every field that can be written."""
        made = {
            name: sample(one, i, self.choices)
            for name, one in self.writable.items()
            if name not in self.steady and not (name == "owner" or name in self.values(i))
        }
        return self.values(i) | {name: value for name, value in made.items() if value is not None}

    # --- calls -----------------------------------------------------------------------------------------------------

    def call(self, who: str, method: str, path: str = "", body: Any = None, **more: Any) -> Any:
        return self.cast.call(who, method, self.path + path, body, **more)

    def latest_action(self) -> int:
        return Action.objects.latest("pk").pk


_OTHERS: dict[str, dict[str, Any]] = {"people": {"name": "Pat Example"}, "rates": {"currency": "USD"}}
