"""The user behind a request: read on each of them, so with one statement that is planned once and built up once."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from rapport.platform.access.models import Role
from rapport.platform.identity.models import User
from rapport.platform.prepared import prepared

_OWN = [one.attname for one in User._meta.concrete_fields]


@dataclass(frozen=True)
class Token:
    """An API token that was shown: whose it is, and what became of it."""

    id: int
    user: User | None
    last_used_at: datetime | None
    revoked_at: datetime | None


def signed_in(pk: int) -> User | None:
    """The user with their role, or None if there is no such user or they may not sign in any more."""
    row = _row(_statement("WHERE u.id = %s"), pk)
    return _let_in(row) if row else None


def token_of(digest: str) -> Token | None:
    """The token with this digest, revoked or not; its user is None if they may not sign in any more."""
    row = _row(
        _statement(
            "JOIN identity_apitoken t ON t.user_id = u.id WHERE t.digest = %s", "t.id", "t.last_used_at", "t.revoked_at"
        ),
        digest,
    )
    return Token(row[-3], _let_in(row[:-3]), row[-2], row[-1]) if row else None


def _row(sql: str, value: Any) -> tuple[Any, ...] | None:
    with prepared() as cursor:
        cursor.execute(sql, [value])
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _let_in(row: tuple[Any, ...]) -> User | None:
    user: User = User.from_db(DEFAULT_DB_ALIAS, _OWN, row[: len(_OWN)])
    if not user.is_active:
        return None
    if user.deleted_at is not None:
        return None
    roles = [one.attname for one in Role._meta.concrete_fields]
    user.role = Role.from_db(DEFAULT_DB_ALIAS, roles, row[len(_OWN) :]) if user.role_id is not None else None
    return user


@cache
def _statement(where: str, *more: str) -> str:
    """SELECT of the user's columns, the role's, and then more."""
    own = [f'u."{one.column}"' for one in User._meta.concrete_fields]
    roles = [f'r."{one.column}"' for one in Role._meta.concrete_fields]
    return f"""SELECT {", ".join([*own, *roles, *more])} FROM {User._meta.db_table} u
               LEFT JOIN {Role._meta.db_table} r ON r.id = u.role_id {where}"""  # noqa: S608 the names are ours
