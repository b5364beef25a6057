"""What the worker does for the instance itself."""

from rapport.platform.jobs import job, scheduled


@scheduled("30 2 * * *")
@job(queue="backups", retries=2, atomic=False)
def make_nightly_backup() -> None:
    """Backs database and files up at half past two (UTC), unless RAPPORT_BACKUPS is off."""
    from rapport.platform.setup.backups.schedule import back_up_now, folder

    if where := folder():
        back_up_now(where)
