"""Moving an entry to another day or time, and changing how long it takes: through the gate, journalled, undoable."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry, write
from rapport.records.errors import InvalidFields
from rapport.records.read import Reader
from rapport.work.calendar.reading import KINDS, moment

VERB = "move"


def move(
    viewer: Viewer, kind: str, pk: int, *, day: date, at: time | None = None, whole: bool = False
) -> dict[str, Any]:
    """Puts an entry on a day and returns it; without `at` it keeps its time, `whole` takes a task's time away.

    What has an end keeps its length. Times are of the viewer's clock. Raises NotFound, Refused, InvalidFields.
    """
    _known(kind)
    item = Reader(registry.get(kind), viewer).get(pk)
    if kind == "tasks":
        values: dict[str, Any] = {"due_on": day}
        if at is not None or whole:
            values["due_time"] = at
        if item["remind_at"] and item["due_on"]:
            values["remind_at"] = _by_clock(item["remind_at"], day - item["due_on"], viewer)
        return write.change(registry.get(kind), pk, values, viewer=viewer, verb=VERB)
    if item["at"] is None:
        raise InvalidFields({"at": _("This has no time yet.")})
    starts = moment(day, at or item["at"].astimezone(viewer.zone).time(), viewer.zone)
    values = {"at": starts}
    if kind == "meetings" and item["ends_at"]:
        values["ends_at"] = _after(starts, item["ends_at"] - item["at"])
    return write.change(registry.get(kind), pk, values, viewer=viewer, verb=VERB)


def lengthen(viewer: Viewer, kind: str, pk: int, *, minutes: int) -> dict[str, Any]:
    """Lets a meeting or a call take so many minutes from its beginning. Raises as above."""
    _known(kind)
    if not 0 < minutes <= 14 * 24 * 60:
        raise InvalidFields({"minutes": _("That is not a length.")})
    record = registry.get(kind)
    item = Reader(record, viewer).get(pk)
    if kind == "meetings":
        values: dict[str, Any] = {"ends_at": _after(item["at"], timedelta(minutes=minutes))}
    elif kind == "calls":
        values = {"duration": minutes * 60}
    else:
        raise InvalidFields({"minutes": _("A task has no length.")})
    return write.change(record, pk, values, viewer=viewer, verb=VERB)


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise InvalidFields({"kind": _("This is not on the calendar.")})


def _after(starts: datetime, length: timedelta) -> datetime:
    """So much time later, by the stopwatch and not by the wall: an hour is an hour, also when the clocks change."""
    return (starts.astimezone(UTC) + length).astimezone(starts.tzinfo)


def _by_clock(at: datetime, days: timedelta, viewer: Viewer) -> datetime:
    local = at.astimezone(viewer.zone)
    return moment(local.date() + days, local.time(), viewer.zone)
