"""Asking the gate for others: which of these users may see a record."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records.record import Record


def who_may(record: Record, pk: int, users: Iterable[int], action: str = "view") -> set[int]:
    """Those of the users who may do the action with the record: one query for all that the gate has to look up."""
    parts: list[str] = []
    params: list[Any] = []
    for user in User.objects.select_related("role").filter(pk__in=list(users), is_active=True, deleted_at=None):
        rule = record.rule(viewer_for(user), action, "t")
        parts.append(f"SELECT {user.pk} FROM {record.table} t WHERE t.id = %s AND t.deleted_at IS NULL AND {rule.sql}")  # noqa: S608
        params += [pk, *rule.params]
    if not parts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return {row[0] for row in cursor.fetchall()}
