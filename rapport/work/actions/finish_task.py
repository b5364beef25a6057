from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.records import registry
from rapport.records.telling import tell
from rapport.records.write import lock
from rapport.work.facts import TaskDone, TaskReopened
from rapport.work.models import Task

REPEATS = {
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "fortnightly": timedelta(weeks=2),
    "monthly": relativedelta(months=1),
    "quarterly": relativedelta(months=3),
    "yearly": relativedelta(years=1),
}


def next_due(due_on: date, repeat: str, today: date) -> date:
    """The first day of the series after both `due_on` and `today`; months are counted from the first day, so 31 stays 31."""
    steps, day = 1, due_on
    while day <= max(due_on, today):
        day = due_on + REPEATS[repeat] * steps
        steps += 1
    return day


def finish_task(viewer: Viewer, task_id: int) -> Task:
    """Marks a task as done; a repeating one comes back at its next date. Doing it twice does it once."""
    with acting(viewer, "finish tasks"):
        lock(registry.get("tasks"), task_id, viewer, "edit")
        task = Task.objects.get(pk=task_id)
        if task.done_at is not None:
            return task
        task.done_at = task.at = timezone.now()
        task.save(update_fields=["done_at", "at"])
        if task.repeat and task.due_on:
            due_on = next_due(task.due_on, task.repeat, timezone.localdate())
            remind_at = task.remind_at and task.remind_at + (due_on - task.due_on)
            Task.objects.create(
                title=task.title, body=task.body, kind=task.kind, about=task.about, owner_id=task.owner_id, at=None,
                due_on=due_on, due_time=task.due_time, remind_at=remind_at, priority=task.priority, repeat=task.repeat,
                created_by_id=viewer.id,
            )  # fmt: skip
        state(TaskDone(task_id), viewer=viewer)
        tell(registry.get("tasks"), [task_id], viewer)
    return task


def reopen_task(viewer: Viewer, task_id: int) -> Task:
    """Takes a done task up again."""
    with acting(viewer, "reopen tasks"):
        lock(registry.get("tasks"), task_id, viewer, "edit")
        task = Task.objects.get(pk=task_id)
        if task.done_at is None:
            return task
        task.done_at = task.at = None
        task.save(update_fields=["done_at", "at"])
        state(TaskReopened(task_id), viewer=viewer)
        tell(registry.get("tasks"), [task_id], viewer)
    return task
