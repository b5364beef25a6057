from django.db import models


class Reminder(models.Model):
    """That a task's reminder came due, and when its assignee was shown it."""

    task = models.ForeignKey("work.Task", on_delete=models.CASCADE, related_name="reminders")
    remind_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "remind_at"], name="reminder_once")]
        indexes = [models.Index("task", condition=models.Q(seen_at=None), name="reminder_unseen")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.remind_at}"
