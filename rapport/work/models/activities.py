from django.db import models
from django.db.models import Q

from rapport.records.models import Activity, search_index, search_text


class Task(Activity):
    """Something to do. The owner is the assignee; `at` is empty until it is done."""

    PRIORITIES = [("low", "Low"), ("normal", "Normal"), ("high", "High")]

    at = models.DateTimeField(null=True, blank=True)
    kind = models.CharField(max_length=20, default="todo", db_default="todo")
    due_on = models.DateField(null=True, blank=True)
    due_time = models.TimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    priority = models.CharField(max_length=10, default="normal", db_default="normal")
    repeat = models.CharField(max_length=20, blank=True, default="", db_default="")
    done_at = models.DateTimeField(null=True, editable=False)
    search_text = search_text("title", "body")

    class Meta:
        indexes = [
            models.Index("owner", "due_on", condition=Q(done_at=None, deleted_at=None), name="task_open"),
            models.Index("due_on", "id", name="task_by_due"),
            models.Index("remind_at", condition=Q(remind_at__isnull=False, done_at=None), name="task_to_remind"),
            search_index("task_search"),
        ]

    def __str__(self) -> str:
        return self.title


class Note(Activity):
    pinned = models.BooleanField(default=False, db_default=False)
    search_text = search_text("title", "body")

    class Meta:
        indexes = [
            models.Index(models.F("at").desc(), models.F("id").desc(), name="note_by_at"),
            search_index("note_search"),
        ]

    def __str__(self) -> str:
        return self.title or self.body[:60]


class Meeting(Activity):
    """A meeting; `at` is when it starts and `ends_at` when it ends."""

    ends_at = models.DateTimeField(null=True, blank=True)
    location = models.CharField(max_length=300, blank=True, default="", db_default="")
    search_text = search_text("title", "body", "location")

    class Meta:
        indexes = [
            models.Index(models.F("at").desc(), models.F("id").desc(), name="meeting_by_at"),
            search_index("meeting_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(at=None) | Q(ends_at__gte=models.F("at")), name="meeting_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Call(Activity):
    """A phone call; `duration` is in seconds."""

    direction = models.CharField(max_length=10, default="out", db_default="out")
    number = models.CharField(max_length=60, blank=True, default="", db_default="")
    outcome = models.CharField(max_length=20, blank=True, default="", db_default="")
    duration = models.IntegerField(null=True, blank=True)
    search_text = search_text("title", "body", "number")

    class Meta:
        indexes = [
            models.Index(models.F("at").desc(), models.F("id").desc(), name="call_by_at"),
            search_index("call_search"),
        ]

    def __str__(self) -> str:
        return self.title
