"""What an entity says of its board, and what a column of one is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

# drop(viewer, id, key): puts a record into the column of that key. Raises NotFound, Refused, InvalidFields.
Drop = Callable[[Any, int, str], Any]


@dataclass(frozen=True)
class Zone:
    """A place that appears while a card is dragged: the verb is done there; `asks` opens its form first."""

    verb: str
    asks: bool = False


@dataclass(frozen=True)
class Board:
    """How the board looks: the field of its columns, the fields on a card, and the sort behind urgency.

    `total` is a field of money or numbers summed per column; `weight` a link whose `weight(alias)` is the chance in per
    cent. `also` are further fields that people may choose for the columns. `drops` say how a record gets into a column
    where that is more than setting the field.
    """

    by: str
    card: str = ""
    total: str = ""
    weight: str = ""
    also: str = ""
    sort: str = ""
    alive: str = ""
    zones: Sequence[Zone] = ()
    drops: dict[str, Drop] = field(default_factory=dict)

    @property
    def card_names(self) -> list[str]:
        return self.card.split()

    @property
    def choices(self) -> list[str]:
        """The fields by which the cards may stand in columns, the usual one first."""
        return [self.by, *self.also.split()]


@dataclass
class Column:
    """One column. `key` is the value as a form has it, "" for records without one.

    `rots_after` are days without a touch, `weight` a chance in per cent. An `end` such as won or lost is reached by a
    zone and is no column of the day's work. One that is not `open` takes no more cards.
    """

    key: str
    name: str
    colour: str = ""
    rots_after: int | None = None
    weight: Decimal | None = None
    end: str = ""
    open: bool = True
