"""Stating facts, and reacting to them after commit."""

import dataclasses
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import transaction

from rapport.platform.identity.viewer import Viewer
from rapport.platform.prepared import prepared

Reaction = Callable[[dict[str, Any]], None]
_reactions: dict[str, list[tuple[str, Reaction]]] = {}


def fact_name(fact_type: type) -> str:
    """DealWon -> deal_won"""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", fact_type.__name__).lower()


def reacts_to(fact_type: type) -> Callable[[Reaction], Reaction]:
    """Registers a function that is run as a job after the commit of each such fact, once per fact."""

    def register(function: Reaction) -> Reaction:
        name = f"{function.__module__}.{function.__name__}"
        _reactions.setdefault(fact_name(fact_type), []).append((name, function))
        return function

    return register


def reactions_to(name: str) -> list[tuple[str, Reaction]]:
    """The reactions registered for a fact of that name."""
    return _reactions.get(name, [])


# A fact as a part of another statement, before what it begins with otherwise.
_PART = "stated AS (INSERT INTO facts_fact (name, data, actor_id) VALUES (%s, %s, %s) RETURNING id)"


def stated_with(fact: Any, *, viewer: Viewer | None = None) -> tuple[str, list[Any]]:
    """The fact as a common table expression with its parameters, for a statement that follows at once; "" if it was
    stated already, as a fact is that somebody reacts to. Raises as `state` does.
    """
    if reactions_to(fact_name(type(fact))):
        state(fact, viewer=viewer)
        return "", []
    return _PART, _columns(fact, viewer)


def state(fact: Any, *, viewer: Viewer | None = None) -> int:
    """Writes the fact in the present transaction and defers one job for each reaction with it.

    Raises TransactionManagementError outside a transaction: a fact without its change would be a lie.
    """
    with prepared() as cursor:
        cursor.execute(f"WITH {_PART} SELECT id FROM stated", _columns(fact, viewer))  # noqa: S608 a constant
        fact_id: int = cursor.fetchone()[0]
    if reactions := reactions_to(fact_name(type(fact))):
        from rapport.platform.facts.jobs import react

        for reaction, _ in reactions:
            react.defer(fact_id=fact_id, reaction=reaction)
    return fact_id


def _columns(fact: Any, viewer: Viewer | None) -> list[Any]:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A fact is stated in the transaction that makes it true.")
    return [fact_name(type(fact)), json.dumps(dataclasses.asdict(fact)), viewer.id if viewer else None]
