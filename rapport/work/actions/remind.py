"""Reminding people of their tasks when the time has come, once."""

from django.db import connection

from rapport.platform.identity.viewer import Viewer
from rapport.platform.live.touch import touch
from rapport.records import registry


def remind_of_tasks() -> int:
    """Writes a reminder for every open task whose time has come, and pokes the assignees' pages; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH due AS (
                   INSERT INTO work_reminder (task_id, remind_at)
                   SELECT id, remind_at FROM work_task
                   WHERE remind_at <= now() AND done_at IS NULL AND deleted_at IS NULL AND owner_id IS NOT NULL
                   ON CONFLICT (task_id, remind_at) DO NOTHING RETURNING task_id)
               SELECT t.owner_id, count(*) FROM due JOIN work_task t ON t.id = due.task_id GROUP BY 1"""
        )
        rows = cursor.fetchall()
    if rows:
        touch(*(f"reminders-{owner}" for owner, _count in rows))
    return sum(count for _owner, count in rows)


def take_reminders(viewer: Viewer) -> list[dict[str, object]]:
    """The viewer's reminders not seen yet, as {"id", "title", "due_on"} of their tasks; they count as seen now.

    What lies beyond their reach by now waits until they may look at it again.
    """
    rule = registry.get("tasks").rule(viewer, "view", "t")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH seen AS (
                   UPDATE work_reminder r SET seen_at = now() FROM work_task t
                   WHERE t.id = r.task_id AND t.owner_id = %s AND r.seen_at IS NULL AND {rule.sql}
                   RETURNING r.task_id, t.done_at, t.deleted_at, t.title, t.due_on)
               SELECT DISTINCT task_id, title, due_on FROM seen WHERE done_at IS NULL AND deleted_at IS NULL""",  # noqa: S608
            [viewer.id, *rule.params],
        )
        return [{"id": pk, "title": title, "due_on": due_on} for pk, title, due_on in cursor.fetchall()]
