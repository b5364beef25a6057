"""What people have begun to write about a record: kept as typed, theirs alone, until it is saved or thrown away."""

from typing import Any

from django.db.models.functions import Now
from django.http import QueryDict

from rapport.platform.identity.viewer import Viewer
from rapport.platform.prepared import prepared
from rapport.records.fields.base import json_of
from rapport.records.models import Draft
from rapport.records.record import Record

LONGEST = 100_000
# What alone is worth keeping: the other parts of a short form have a value before anybody typed one.
WORDS = {"title", "body", "location"}


def keep(record: Record, pk: int, activity: Record, names: list[str], data: QueryDict, viewer: Viewer) -> bool:
    """Keeps what was typed, or forgets the draft when there are no words in it; says which. The caller checked the record."""
    values = {name: data.get(name, "")[:LONGEST] for name in names}
    mine: dict[str, Any] = {"user_id": viewer.id, "entity": record.entity, "row": pk, "activity": activity.entity}
    if not any(values[name].strip() for name in names if name in WORDS):
        Draft.objects.filter(**mine).delete()
        return False
    Draft.objects.update_or_create(**mine, defaults={"values": values, "at": Now()})
    return True


def forget(record: Record, pk: int, activity: Record, viewer: Viewer) -> None:
    """Throws a draft away."""
    Draft.objects.filter(user_id=viewer.id, entity=record.entity, row=pk, activity=activity.entity).delete()


def drafts(record: Record, pk: int, viewer: Viewer) -> dict[str, dict[str, Any]]:
    """The viewer's drafts about a record by activity, the newest first."""
    with prepared() as cursor:
        cursor.execute(
            "SELECT activity, values, at FROM records_draft WHERE user_id = %s AND entity = %s AND row = %s ORDER BY at DESC",
            [viewer.id, record.entity, pk],
        )
        return {activity: {"values": json_of(values), "at": at} for activity, values, at in cursor.fetchall()}
