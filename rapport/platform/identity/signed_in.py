"""The user behind a request: read on each of them, so with one statement that is planned once and built up once."""

from functools import cache

from django.db import DEFAULT_DB_ALIAS

from rapport.platform.access.models import Role
from rapport.platform.identity.models import User
from rapport.platform.prepared import prepared


def signed_in(pk: int) -> User | None:
    """The user with their role, or None if there is no such user or they may not sign in any more."""
    sql, own, roles = _statement()
    with prepared() as cursor:
        cursor.execute(sql, [pk])
        row = cursor.fetchone()
    if row is None:
        return None
    user: User = User.from_db(DEFAULT_DB_ALIAS, own, row[: len(own)])
    user.role = Role.from_db(DEFAULT_DB_ALIAS, roles, row[len(own) :]) if user.role_id is not None else None
    return user


@cache
def _statement() -> tuple[str, list[str], list[str]]:
    """The statement, and the names of the user's and the role's columns in it."""
    own = [one.attname for one in User._meta.concrete_fields]
    roles = [one.attname for one in Role._meta.concrete_fields]
    columns = [
        *(f'u."{one.column}"' for one in User._meta.concrete_fields),
        *(f'r."{one.column}"' for one in Role._meta.concrete_fields),
    ]
    sql = f"""SELECT {", ".join(columns)} FROM {User._meta.db_table} u LEFT JOIN {Role._meta.db_table} r ON r.id = u.role_id
              WHERE u.id = %s AND u.is_active AND u.deleted_at IS NULL"""  # noqa: S608 the names are the models'
    return sql, own, roles
