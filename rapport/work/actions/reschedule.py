from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry, write
from rapport.records.errors import InvalidFields
from rapport.records.read import Reader


def reschedule(viewer: Viewer, entity: str, pk: int, *, day: date) -> None:
    """Moves a task, meeting or call to another day; times of day stay, a reminder and the end move along.

    Raises NotFound, Refused, InvalidFields.
    """
    record = registry.get(entity)
    item = Reader(record, viewer).get(pk)
    if entity == "tasks":
        if item["done_at"]:
            raise InvalidFields({"day": _("The task is done.")})
        changed: dict[str, Any] = {"due_on": day}
        if item["remind_at"] and item["due_on"]:
            changed["remind_at"] = item["remind_at"] + (day - item["due_on"])
    else:
        starts = item["at"].astimezone(viewer.zone)
        moved = datetime.combine(day, starts.time(), viewer.zone)
        changed = {"at": moved}
        if item.get("ends_at"):
            changed["ends_at"] = moved + (item["ends_at"] - item["at"])
    write.change(record, pk, changed, viewer=viewer, verb="reschedule")
