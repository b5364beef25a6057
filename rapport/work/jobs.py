from rapport.platform.jobs.declare import job, scheduled
from rapport.work.actions.remind import remind_of_tasks


@scheduled("* * * * *")
@job(queue="reminders")
def remind() -> None:
    """Every minute: reminds people of the tasks whose time has come."""
    remind_of_tasks()
