"""Tasks, notes, meetings and calls, declared for the engine."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.access import OwnedOrNamed
from rapport.records.boards import planned
from rapport.records.boards.declare import Board
from rapport.records.fields import (
    About,
    Boolean,
    Choice,
    Date,
    DateTime,
    Duration,
    File,
    Image,
    LongText,
    Owner,
    Text,
    Time,
)
from rapport.records.record import List, Page, Record, filled
from rapport.records.verbs import Verb
from rapport.work import models
from rapport.work.actions.draw_previews import draw_previews, file_name
from rapport.work.actions.finish_task import finish_task, reopen_task

PRIORITIES = [("low", _("Low")), ("normal", _("Normal")), ("high", _("High"))]
TASK_KINDS = [
    ("todo", _("To do")),
    ("call", _("Call")),
    ("email", _("E-mail")),
    ("meeting", _("Meeting")),
    ("deadline", _("Deadline")),
]
REPEATS = [
    ("daily", _("Daily")),
    ("weekly", _("Weekly")),
    ("fortnightly", _("Fortnightly")),
    ("monthly", _("Monthly")),
    ("quarterly", _("Quarterly")),
    ("yearly", _("Yearly")),
]
OPEN_TASKS = '{"all":[{"field":"done_at","op":"is_empty"}]}'
DIRECTIONS = [("out", _("Outgoing")), ("in", _("Incoming"))]
OUTCOMES = [
    ("reached", _("Reached")),
    ("no_answer", _("No answer")),
    ("busy", _("Busy")),
    ("voicemail", _("Left a message")),
    ("wrong_number", _("Wrong number")),
]

# What lies ahead: a task until it is done, a meeting or a call until it begins.
planned.register(planned.Source("tasks", "a.done_at IS NULL", "a.due_on", kept="w.at IS NULL"))
for _entity in ("meetings", "calls"):
    planned.register(
        planned.Source(
            _entity, "a.at > now()", "(a.at AT TIME ZONE %s)::date", kept="w.at > now()", zoned=True, few=True
        )
    )


@registry.register
class Tasks(Record):
    entity, model, icon, title = "tasks", models.Task, "square-check", "title"
    label, plural = _("Task"), _("Tasks")
    explains_itself = _("What is to be done next, by whom and by when. Plan one from any record.")
    is_activity = True
    has_timeline = False
    access = OwnedOrNamed()
    fields = [
        Text("title", _("Title"), required=True, longest=300, aliases=("subject", "task", "name")),
        Choice("kind", TASK_KINDS, _("Kind"), default="todo"),
        Date("due_on", _("Due"), aliases=("due date", "deadline", "due")),
        Time("due_time", _("Time")),
        DateTime("remind_at", _("Reminder")),
        Choice("priority", PRIORITIES, _("Priority"), default="normal", colours={"high": "red", "low": "grey"}),
        Choice("repeat", REPEATS, _("Repeats")),
        LongText("body", _("Description"), aliases=("description", "notes", "details")),
        About("about", _("About")),
        DateTime("done_at", _("Done"), readonly=True),
        Owner("owner", _("Assignee"), aliases=("assigned to", "assignee", "owner")),
    ]
    lists = List(
        columns="title due_on priority kind about owner done_at",
        sort="due_on",
        filter=OPEN_TASKS,
    )
    board = Board(by="priority", card="kind about", also="kind owner", sort="due_on")
    page = Page(
        groups=[(_("Task"), "title due_on due_time remind_at priority kind repeat owner about body")], timeline=False
    )
    verbs = [
        Verb(
            "finish",
            _("Done"),
            finish_task,
            icon="check",
            tone="primary",
            when=lambda v: not v["done_at"],
            done=_("%(name)s is done."),
            told=_("finished"),
        ),
        Verb(
            "reopen",
            _("Reopen"),
            reopen_task,
            icon="rotate-ccw",
            when=lambda v: bool(v["done_at"]),
            done=_("%(name)s is open again."),
            told=_("reopened"),
        ),
    ]
    navigation = ("work", 10, "g t")

    def fill(self, values: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        return filled({"kind": "todo", "priority": "normal"}, values)


@registry.register
class Notes(Record):
    entity, model, icon, title = "notes", models.Note, "sticky-note", "title"
    label, plural = _("Note"), _("Notes")
    explains_itself = _("What is worth remembering. Write one on the page of any person, organisation or deal.")
    stand_in = "body"
    is_activity = True
    has_timeline = False
    access = OwnedOrNamed()
    fields = [
        Text("title", _("Title"), longest=300, aliases=("subject",)),
        LongText("body", _("Text"), required=True, aliases=("note", "text", "content", "comment")),
        Boolean("pinned", _("Pinned"), default=False),
        DateTime("at", _("When"), aliases=("date", "created")),
        About("about", _("About")),
        Owner("owner", _("Author"), aliases=("author", "owner")),
    ]
    lists = List(columns="title body about owner at", sort="-at")
    page = Page(groups=[(_("Note"), "title body about pinned at owner")], timeline=False)
    navigation = ("work", 20, "g n")


@registry.register
class Meetings(Record):
    entity, model, icon, title = "meetings", models.Meeting, "calendar", "title"
    label, plural = _("Meeting"), _("Meetings")
    explains_itself = _("Meetings that were held or lie ahead, with whom and where. They stand in the calendar, too.")
    is_activity = True
    has_timeline = False
    access = OwnedOrNamed()
    fields = [
        Text("title", _("Title"), required=True, longest=300, aliases=("subject",)),
        DateTime("at", _("Starts"), required=True, aliases=("start", "starts at", "date")),
        DateTime("ends_at", _("Ends"), aliases=("end",)),
        Text("location", _("Place"), longest=300, aliases=("where", "location")),
        LongText("body", _("Minutes"), aliases=("description", "notes", "minutes")),
        About("about", _("About")),
        Owner("owner", _("Organiser"), aliases=("organiser", "owner")),
    ]
    lists = List(columns="title at ends_at location about owner", sort="-at")
    page = Page(groups=[(_("Meeting"), "title at ends_at location about owner body")], timeline=False)
    navigation = ("work", 30, "g m")
    constraints = {"meeting_ends_after_start": ("ends_at", _("The meeting ends before it begins."))}


@registry.register
class Calls(Record):
    entity, model, icon, title = "calls", models.Call, "phone", "title"
    label, plural = _("Call"), _("Calls")
    explains_itself = _("Who was called or called you, how it went and what comes next. Log one on any record.")
    is_activity = True
    has_timeline = False
    access = OwnedOrNamed()
    fields = [
        Text("title", _("Title"), required=True, longest=300, aliases=("subject",)),
        Choice("direction", DIRECTIONS, _("Direction"), default="out"),
        Text("number", _("Number"), longest=60, aliases=("phone",)),
        DateTime("at", _("When"), aliases=("date", "called at")),
        Duration("duration", _("Duration"), aliases=("seconds",)),
        Choice("outcome", OUTCOMES, _("Outcome"), aliases=("result",)),
        LongText("body", _("Notes"), aliases=("description", "notes")),
        About("about", _("About")),
        Owner("owner", _("Caller"), aliases=("caller", "owner")),
    ]
    lists = List(columns="title direction number at duration outcome about owner", sort="-at")
    page = Page(groups=[(_("Call"), "title direction number at duration outcome about owner body")], timeline=False)
    navigation = ("work", 40, "g l")

    def fill(self, values: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        return filled({"direction": "out"}, values)


@registry.register
class Attachments(Record):
    entity, model, icon, title = "attachments", models.Attachment, "paperclip", "title"
    label, plural = _("File"), _("Files")
    explains_itself = _("Files that belong to records. Drop one on any record's page.")
    is_activity = True
    has_timeline = False
    access = OwnedOrNamed()
    fields = [
        Text("title", _("Name"), longest=300, aliases=("file name",)),
        File("file", _("File"), required=True),
        Image("preview", _("Preview"), readonly=True),
        LongText("body", _("Description"), aliases=("description",)),
        DateTime("at", _("Added"), aliases=("date",)),
        About("about", _("About")),
        Owner("owner", _("Added by"), aliases=("owner",)),
    ]
    lists = List(columns="title about owner at", sort="-at")
    page = Page(groups=[(_("File"), "title file preview body about at owner")], timeline=False)

    def fill(self, values: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        """Without a name of its own the attachment is called like the file."""
        return filled({"title": file_name(values.get("file"), viewer)}, values)

    def after_write(self, ids: Sequence[int], viewer: Viewer | None) -> None:
        draw_previews(ids, viewer)
