"""Errors whose reason lies with the server or the machine, and not with what was being done."""

import errno

import psycopg
from django.db import InterfaceError, OperationalError

_DATABASE = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def is_outside(error: BaseException | None) -> bool:
    """No connection to the database, no room, no memory: what works again when somebody has mended it."""
    return any(isinstance(one, _DATABASE) or _is_full(one) for one in chain(error))


def is_full(error: BaseException | None) -> bool:
    """A disk has no room, ours or the database's."""
    return any(_is_full(one) or isinstance(one, psycopg.errors.DiskFull) for one in chain(error))


def chain(error: BaseException | None) -> list[BaseException]:
    """The error and what led to it."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _is_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in _NO_ROOM
