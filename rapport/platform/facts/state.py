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


def state(fact: Any, *, viewer: Viewer | None = None) -> int:
    """Writes the fact in the present transaction and defers one job for each reaction with it.

    Raises TransactionManagementError outside a transaction: a fact without its change would be a lie.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A fact is stated in the transaction that makes it true.")
    name = fact_name(type(fact))
    with prepared() as cursor:
        cursor.execute(
            "INSERT INTO facts_fact (name, data, actor_id) VALUES (%s, %s, %s) RETURNING id",
            [name, json.dumps(dataclasses.asdict(fact)), viewer.id if viewer else None],
        )
        fact_id: int = cursor.fetchone()[0]
    if reactions_to(name):
        from rapport.platform.facts.jobs import react

        for reaction, _ in reactions_to(name):
            react.defer(fact_id=fact_id, reaction=reaction)
    return fact_id
