"""What one does with an import: upload, map, check, answer, write, undo. The only writers of its state."""

from collections.abc import Iterable
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Refused
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.models import Action
from rapport.platform.journal.undo import Undone
from rapport.platform.live.touch import touch
from rapport.records import registry
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.importing.checking import check, fail
from rapport.records.importing.definition import passes_from
from rapport.records.importing.proposing import Proposed, propose_settings, remember
from rapport.records.importing.storing import may_import, opened, store
from rapport.records.models import ImportRun
from rapport.records.record import Record
from rapport.records.undoing import undo_action

READING = ("encoding", "delimiter", "header", "sheet")


def upload(record: Record, name: str, data: BinaryIO | Iterable[bytes], *, viewer: Viewer, **reading: Any) -> ImportRun:
    """Keeps a file and proposes a mapping for it. Raises Refused, and InvalidFields for what is no table."""
    run = store(record, name, data, viewer=viewer)
    run.settings = {k: v for k, v in reading.items() if k in READING and v not in (None, "")}
    try:
        repropose(run, viewer=viewer)
    except InvalidFields:
        run.delete()
        raise
    return run


def repropose(run: ImportRun, *, viewer: Viewer) -> Proposed:
    """Proposes a mapping anew, after the file is read differently. Raises InvalidFields."""
    with opened(run) as table:
        proposed = propose_settings(registry.get(run.entity), table, viewer)
    run.settings = {
        **{k: v for k, v in run.settings.items() if k in READING},
        **proposed.settings,
        "origin": proposed.origin,
    }
    run.status = ImportRun.UPLOADED
    run.save()
    return proposed


def set_mapping(run: ImportRun, passes: Any, *, viewer: Viewer) -> None:
    """Takes a mapping, complete or wrong. Raises InvalidFields, Refused."""
    must_be_open(run)
    with opened(run) as table:
        header = [column.name for column in table.columns]
    made = passes_from(passes, header)
    for one in made:
        may_import(registry.get(one.entity), viewer)
    _keep(run, passes=[one.to_json() for one in made], origin="hand")


def _keep(run: ImportRun, **changed: Any) -> None:
    """Changes settings beside what a check has found out meanwhile: a draft and the check may be under way at once."""
    with transaction.atomic():
        now = ImportRun.objects.select_for_update().get(pk=run.pk)
        must_be_open(now)
        run.settings = {**now.settings, **changed}
        run.save(update_fields=["settings"])


def check_now(run: ImportRun, *, viewer: Viewer) -> ImportRun:
    """The dry run; on refusal the run keeps the reason. Raises InvalidFields."""
    must_be_open(run)
    try:
        return check(run, viewer=viewer)
    except InvalidFields as problem:
        fail(run, problem)
        raise


def answer(run: ImportRun, answers: dict[tuple[int, str, str], Any], *, viewer: Viewer) -> None:
    """Takes answers to questions: {(pass, target, text): id, title, "create", "empty" or "refuse"}; check again after it."""
    must_be_open(run)
    passes = passes_from(run.settings)
    for (number, target, text), value in answers.items():
        if not 1 <= number <= len(passes) or target not in passes[number - 1].columns:
            raise InvalidFields({target: _("There is no such question.")})
        passes[number - 1].columns[target].answers[text] = value
    _keep(run, passes=[one.to_json() for one in passes])


def open_questions(run: ImportRun) -> list[dict[str, Any]]:
    """Questions whose rows wait for an answer."""
    return [q for q in run.questions if q["kind"] in ("alike", "namesakes", "dates")]


def stopped(run: ImportRun, problem: Exception) -> None:
    """Keeps why the write stopped; what is left can still be written."""
    ImportRun.objects.filter(pk=run.pk).update(status=ImportRun.FAILED, error=str(problem)[:2000])
    touch(f"imports-{run.pk}", "imports")


def remember_mapping(run: ImportRun) -> None:
    """Proposes the run's mapping for the next file with the same header."""
    with opened(run) as table:
        remember(run, [column.name for column in table.columns])


def cancel(run: ImportRun, *, viewer: Viewer) -> None:
    """Gives up an import of which nothing is written; its file goes too. Raises Refused, InvalidFields."""
    if run.created_by_id != viewer.id:
        may_import(registry.get(run.entity), viewer)
    must_be_open(run)
    run.delete()
    touch("imports")


def must_be_open(run: ImportRun) -> None:
    """Raises InvalidFields once the write has begun."""
    if run.status not in (ImportRun.UPLOADED, ImportRun.CHECKING, ImportRun.CHECKED):
        raise InvalidFields({"": _("This import has been written already.")})


def run_for(pk: int, viewer: Viewer) -> ImportRun:
    """The viewer's import; everybody's for who may import everything. Raises NotFound."""
    run = ImportRun.objects.filter(pk=pk).first()
    if run is None or (run.created_by_id != viewer.id and not sees_all(viewer)):
        raise NotFound
    note_undone([run])
    return run


def run_to_change(pk: int, viewer: Viewer) -> ImportRun:
    """The import, for who goes on with it: sees it and may import now what its rows are. Raises NotFound, Refused."""
    run = run_for(pk, viewer)
    may_import(registry.get(run.entity), viewer)
    return run


def may_go_on(run: ImportRun, viewer: Viewer) -> bool:
    """Whether the viewer, who sees the import, may import now what its rows are."""
    try:
        may_import(registry.get(run.entity), viewer)
    except Refused:
        return False
    return True


def note_undone(runs: Iterable[ImportRun]) -> None:
    """Imports are also undone from the history, and the undo may be undone there: the run says how it stands now."""
    written = {run.action_id: run for run in runs if run.action_id and run.status in (ImportRun.DONE, ImportRun.UNDONE)}
    undone = set(
        Action.objects.filter(undoes_id__in=written, undone_by__isnull=True).values_list("undoes_id", flat=True)
    )
    for action, run in written.items():
        status = ImportRun.UNDONE if action in undone else ImportRun.DONE
        if run.status != status:
            run.status = status
            run.save(update_fields=["status"])


def sees_all(viewer: Viewer) -> bool:
    """Whether the viewer may look at the imports of others: it shows whole rows, so all must be within reach."""
    from rapport.platform.access.gate import scope

    return scope(viewer, "imports", "view") == "all"


def undo_run(run: ImportRun, *, viewer: Viewer) -> Undone:
    """Takes the whole import back; what was changed or used since stays, and is listed. Raises Refused, InvalidFields."""
    if run.action_id is None or run.status not in (ImportRun.DONE, ImportRun.FAILED):
        raise InvalidFields({"": _("There is nothing to undo.")})
    if run.created_by_id != viewer.id and not sees_all(viewer):
        raise Refused(_("This import is not yours."))
    done = undo_action(run.action_id, viewer=viewer)
    run.status = ImportRun.UNDONE
    run.save(update_fields=["status"])
    touch(f"imports-{run.pk}", "imports")
    return done


def on_missing(run: ImportRun, number: int, target: str, what: str) -> None:
    """Decides for a whole column what becomes of names that no record has."""
    must_be_open(run)
    passes = passes_from(run.settings)
    if not 1 <= number <= len(passes) or target not in passes[number - 1].columns:
        raise InvalidFields({target: _("There is no such question.")})
    passes[number - 1].columns[target].on_missing = what
    run.settings = {**run.settings, "passes": [one.to_json() for one in passes]}
    run.save(update_fields=["settings"])
