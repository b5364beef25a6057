"""Which database a read goes to: the main one, but for views that say @from_replica and a replica that is fit for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest

from rapport.platform.replica.follower import follower
from rapport.platform.replica.own_writes import ALIAS, has_replica

_alias: ContextVar[str] = ContextVar("the database that is read from", default=DEFAULT_DB_ALIAS)


def reading() -> BaseDatabaseWrapper:
    """The connection that records are read from. What decides on rights, and what is written, never asks here."""
    return connections[_alias.get()]


def chosen(request: HttpRequest, *, fresh: bool = False) -> str:
    """The alias of the database for a read of this request's user; see Follower.is_fit for `fresh`."""
    if not has_replica() or request.viewer is None:
        return DEFAULT_DB_ALIAS
    return ALIAS if follower.is_fit(request.viewer.id, fresh=fresh) else DEFAULT_DB_ALIAS


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """Inside, and in this thread, reading() is the connection of this alias."""
    token = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(token)


def from_replica(view: Callable[..., Any]) -> Callable[..., Any]:
    """Lets a view of lists or figures read from the replica; should that fail half-way, it is asked for again without."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # htmx asks for a part of what is shown when a live update came: it must find what it was told of.
        alias = chosen(request, fresh=bool(getattr(request, "htmx", None)))
        if alias == DEFAULT_DB_ALIAS:
            return view(request, *args, **kwargs)
        try:
            with reading_from(alias):
                return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            follower.lost(error)
        return view(request, *args, **kwargs)

    return wrapper
