"""A verb is a typed action on one record: form, button, API route and palette entry from one declaration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapport.records.fields import Field

Run = Callable[..., Any]


@dataclass(frozen=True)
class Verb:
    """`run(viewer, id, **values)` does it; `fields` are asked for; `when` says from the record's values whether it fits now.

    `needs` is the action that the gate must allow on the record.
    """

    name: str
    label: Any
    run: Run
    icon: str = "zap"
    tone: str = ""
    fields: Sequence[Field] = ()
    when: Callable[[dict[str, Any]], bool] = lambda values: True
    needs: str = "edit"
    # What the toast says, and the word in "Ana won the deal".
    done: Any = ""
    told: Any = ""

    @property
    def needs_values(self) -> bool:
        """Whether it cannot be done without being told something."""
        return any(one.required for one in self.fields)
