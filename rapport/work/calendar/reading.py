"""Reads what lies on the days of a window: one query, within the viewer's reach."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time
from django.db import connection

from rapport.platform.identity.viewer import Viewer
from rapport.platform.ui.templatetags.ui import locale
from rapport.records import registry
from rapport.records.fields.base import json_of
from rapport.records.pages.doings import names_of

KINDS = ("tasks", "meetings", "calls")
MOST = 1500
# How long something is shown that has no end, in minutes.
SHOWN = 30

_TASKS = """SELECT 'tasks', t.id, t.title, t.due_on, t.due_time, NULL::timestamptz, NULL::timestamptz, t.owner_id, t.about,
    t.done_at IS NOT NULL, {edit}, t.version FROM work_task t
    WHERE t.deleted_at IS NULL AND t.due_on BETWEEN %s AND %s AND {view} {who}"""
_MEETINGS = """SELECT 'meetings', t.id, t.title, NULL::date, NULL::time, t.at, t.ends_at, t.owner_id, t.about,
    coalesce(t.ends_at, t.at) < now(), {edit}, t.version FROM work_meeting t
    WHERE t.deleted_at IS NULL AND t.at < %s AND (t.at >= %s OR t.ends_at > %s) AND {view} {who}"""
_CALLS = """SELECT 'calls', t.id, t.title, NULL::date, NULL::time, t.at, t.at + coalesce(t.duration, 0) * interval '1 second',
    t.owner_id, t.about, t.at < now(), {edit}, t.version FROM work_call t
    WHERE t.deleted_at IS NULL AND t.at < %s AND t.at >= %s AND {view} {who}"""


@dataclass
class Entry:
    """Something on the calendar. `starts` and `ends` are in the viewer's zone; without them it is of the whole `day`."""

    kind: str
    id: int
    title: str
    day: date
    starts: datetime | None
    ends: datetime | None
    owner_id: int | None
    done: bool
    editable: bool
    version: int
    has_end: bool = False
    owner: str = ""
    about: list[dict[str, Any]] = field(default_factory=list)

    @property
    def whole_days(self) -> bool:
        """Whether it stands above the hours: without a time, or a day long and longer."""
        return self.starts is None or (self.ends is not None and self.ends - self.starts >= timedelta(days=1))

    @property
    def icon(self) -> str:
        return registry.get(self.kind).icon

    @property
    def called(self) -> str:
        return self.title or str(registry.get(self.kind).label)

    @property
    def clock(self) -> str:
        """When it begins, by the clock, or nothing."""
        return "" if self.starts is None or self.whole_days else format_time(self.starts, "short", locale=locale())

    @property
    def clock_end(self) -> str:
        """When it ends, if that is known and another minute than its beginning."""
        shown = self.has_end and self.ends is not None and not self.whole_days
        ends = format_time(self.ends, "short", locale=locale()) if shown else ""
        return "" if ends == self.clock and self.last_day == self.day else ends

    @property
    def last_day(self) -> date:
        """The last day that it touches; what ends at midnight does not touch the day after."""
        if self.starts is None or self.ends is None or self.ends <= self.starts:
            return self.day
        return (self.ends - timedelta(microseconds=1)).astimezone(self.ends.tzinfo).date()


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment when a clock in the zone shows this; a time that is skipped in spring is the one that follows it."""
    return datetime.combine(day, at, zone).astimezone(ZoneInfo("UTC")).astimezone(zone)


def entries(
    viewer: Viewer, first: date, last: date, *, kinds: tuple[str, ...] = KINDS, owner: int | None = None
) -> list[Entry]:
    """What lies on the days from `first` to `last` in the viewer's zone, in order; of one owner, or of all within reach."""
    zone = viewer.zone
    begins, ends = moment(first, time(), zone), moment(last + timedelta(days=1), time(), zone)
    asked: dict[str, tuple[str, list[Any]]] = {
        "tasks": (_TASKS, [first, last]),
        "meetings": (_MEETINGS, [ends, begins, begins]),
        "calls": (_CALLS, [ends, begins]),
    }
    parts: list[str] = []
    params: list[Any] = []
    for kind in kinds:
        record = registry.get(kind)
        view, edit = record.rule(viewer, "view", "t"), record.rule(viewer, "edit", "t")
        if view.is_shut:
            continue
        sql, days = asked[kind]
        who = "AND t.owner_id = %s" if owner is not None else ""
        parts.append(f"({sql.format(view=view.sql, edit=f'coalesce({edit.sql}, false)', who=who)} LIMIT {MOST})")
        params += [*edit.params, *days, *view.params, *([owner] if owner is not None else [])]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        found = [_entry(row, zone) for row in cursor.fetchall()]
    _name(found, viewer)
    return sorted(found, key=lambda e: (e.day, e.starts is not None, e.starts or begins, e.title, e.id))


def _entry(row: tuple[Any, ...], zone: ZoneInfo) -> Entry:
    kind, pk, title, day, at, starts, ends, owner, about, done, editable, version = row
    if day is not None and at is not None:
        starts = moment(day, at, zone)
    if starts is not None:
        starts = starts.astimezone(zone)
        day = starts.date()
    has_end = kind != "tasks" and ends is not None and ends > starts
    ends = ends.astimezone(zone) if has_end else starts and starts + timedelta(minutes=SHOWN)
    about = json_of(about) or []
    return Entry(kind, pk, title, day, starts, ends, owner, done, editable, version, has_end, about=about[:3])


def _name(found: list[Entry], viewer: Viewer) -> None:
    """Adds the names of owners and of the first record that each is about."""
    wanted: dict[str, set[int]] = {"users": {e.owner_id for e in found if e.owner_id}}
    for entry in found:
        for one in entry.about[:1]:
            wanted.setdefault(one["entity"], set()).add(one["id"])
    names = names_of({entity: ids for entity, ids in wanted.items() if ids and registry.find(entity)}, viewer)
    for entry in found:
        entry.owner = names.get("users", {}).get(entry.owner_id or 0, "")
        entry.about = [
            {**one, "name": name} for one in entry.about[:1] if (name := names.get(one["entity"], {}).get(one["id"]))
        ]
