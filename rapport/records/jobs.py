"""What the engine does in the background."""

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import Viewer, viewer_for
from rapport.platform.jobs import job, scheduled
from rapport.records import repeats
from rapport.records.errors import InvalidFields
from rapport.records.importing import steps
from rapport.records.importing.writing import AlreadyRunning, write
from rapport.records.many import run as runs
from rapport.records.models import BulkRun, ImportRun


def _viewer(user_id: int) -> Viewer:
    return viewer_for(User.objects.get(pk=user_id), "import")


@job(queue="imports", atomic=False, lock="import-{run_id}")
def check_import(run_id: int, user_id: int) -> None:
    """The dry run of a large file."""
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None or run.status != ImportRun.CHECKING:
        return
    try:
        steps.check_now(run, viewer=_viewer(user_id))
    except InvalidFields:
        return  # the run keeps the reason


@job(queue="imports", atomic=False, lock="import-{run_id}")
def write_import(run_id: int, user_id: int) -> None:
    """Writes an import, or goes on with one whose worker died."""
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        return
    try:
        write(run, viewer=_viewer(user_id))
    except AlreadyRunning:
        # Perhaps only the connection of one that has died: the job comes back, and finds it written or goes on.
        raise
    except Exception as problem:
        steps.stopped(run, problem)
        raise


@job(queue="bulk", atomic=False, lock="bulk-{run_id}")
def run_bulk(run_id: int) -> None:
    """Does with many records what their user asked, with the user's rights as they are now."""
    run = BulkRun.objects.select_related("created_by").filter(pk=run_id).first()
    if run is None:
        return
    try:
        runs.carry_out(run, viewer=viewer_for(run.created_by, "page"))
    except Exception as problem:
        runs.stopped(run, problem)
        raise


@scheduled("50 2 * * *")
@job()
def forget_repeats() -> None:
    """Keys of requests that nobody repeats any more."""
    repeats.forget_old()
