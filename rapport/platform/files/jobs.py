from rapport.platform.files.clearing import clear_unheld
from rapport.platform.jobs.declare import job, scheduled


@scheduled("17 3 * * *")
@job(queue="clearing", atomic=False)
def clear_files() -> None:
    """Every night: clears away uploads that nothing holds."""
    clear_unheld()
