"""A run: begun in the request, carried out at once or by a worker, piece by piece, so that it can go on after any end."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Refused
from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.jobs import fence
from rapport.platform.journal.acting import acting, open_action
from rapport.platform.journal.models import Action, Entry
from rapport.platform.live.touch import touch
from rapport.records import grouped as notices
from rapport.records import registry
from rapport.records.bulk import Selection
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.facts import RecordsChanged
from rapport.records.many.tasks import TASKS, Task
from rapport.records.models import BulkRun
from rapport.records.read import Query, Reader
from rapport.records.record import Record
from rapport.records.telling import grouped, tell
from rapport.records.undoing import may_undo, undo_action

# Of the records that could not be changed so many are listed; all are counted.
LISTED = 1000
# An undo of more entries of the journal than this is a job.
UNDO_AT_ONCE = 500


def topic(user_id: int) -> str:
    """What a user's pages follow to hear of their own runs."""
    return f"bulk-{user_id}"


def ids_of(record: Record, selection: Selection, viewer: Viewer) -> list[int]:
    """The records meant, fixed now: what a filter matches may change by the work itself. Raises InvalidFields."""
    if not selection.everything:
        return sorted(set(selection.ids))
    reader = Reader(record, viewer)
    rule = reader.within(Query(filter=selection.filter, q=selection.q))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.id FROM {record.table} t {' '.join(reader.built.joins.values())} WHERE {rule.sql} ORDER BY t.id",  # noqa: S608
            [*reader.built.join_params, *rule.params],
        )
        return [row[0] for row in cursor.fetchall()]


def begin(record: Record, selection: Selection, do: str, values: dict[str, Any], *, viewer: Viewer) -> BulkRun:
    """Does it at once if it is little, else leaves it to a worker. Raises Refused, InvalidFields before anything is
    written.
    """
    if do not in TASKS:
        raise InvalidFields({"do": _("There is no such work.")})
    task = TASKS[do](record, viewer, values)
    task.check()
    ids = ids_of(record, selection, viewer)
    run = BulkRun(entity=record.entity, do=do, values=task.values, ids=ids, total=len(ids), created_by_id=viewer.id)
    return _start(run, at_once=len(ids) <= task.at_once, viewer=viewer)


def begin_undo(action: int, *, viewer: Viewer) -> BulkRun | None:
    """Leaves a large undo to a worker; None for one that is little. Raises NotFound, Refused."""
    entries = Entry.objects.filter(action=action)
    if len(entries.values_list("pk")[: UNDO_AT_ONCE + 1]) <= UNDO_AT_ONCE:
        return None
    may_undo(action, viewer=viewer)
    table = entries.values_list("table", flat=True)[0]
    record = registry.by_table(table)
    entity = record.entity if record else ""
    count = entries.values("table", "row").distinct().count()
    run = BulkRun(entity=entity, do="undo", values={"action": action}, total=count, created_by_id=viewer.id)
    return _start(run, at_once=False, viewer=viewer)


def _start(run: BulkRun, *, at_once: bool, viewer: Viewer) -> BulkRun:
    from rapport.records.jobs import run_bulk

    run.told = at_once
    with transaction.atomic():
        run.save()
        if not at_once:
            run_bulk.defer(run_id=run.pk)
            touch(topic(viewer.id))
    if at_once:
        carry_out(run, viewer=viewer)
    return run


def carry_out(run: BulkRun, *, viewer: Viewer) -> BulkRun:
    """Does what is left of a run. Raises nothing that is the run's own fault: that stands in it."""
    if run.status == BulkRun.DONE:
        return run
    try:
        if run.do == "undo":
            _undo(run, viewer)
        else:
            _work(run, viewer)
    except (Refused, InvalidFields, NotFound) as problem:
        _finish(run, BulkRun.FAILED, error=said(problem))
    return run


def said(problem: Exception) -> str:
    """A refusal in words."""
    if isinstance(problem, InvalidFields):
        return " ".join(problem.errors.values())
    return str(problem) or _("It is gone, or no longer within your reach.")


def _work(run: BulkRun, viewer: Viewer) -> None:
    record = registry.get(run.entity)
    task = TASKS[run.do](record, viewer, run.values)
    task.check()
    name = f"{run.values['verb'] if run.do == 'verb' else 'bulk ' + run.do} {record.entity}"
    with transaction.atomic():
        if run.action_id is None:
            run.action_id = open_action(viewer, name)
        run.status, run.error = BulkRun.RUNNING, ""
        run.save(update_fields=["action", "status", "error"])
    while run.done < run.total:
        _piece(run, task, viewer, name)
    with transaction.atomic():
        # Rows that had the value already leave no trace, and an action without a trace cannot be undone.
        if not Entry.objects.filter(action_id=run.action_id).exists():
            action, run.action_id = run.action_id, None
            run.save(update_fields=["action"])
            Action.objects.filter(pk=action).delete()
        notices.tell_of_run(run, record, viewer)
        _finish(run, BulkRun.DONE)
        fence()


def _piece(run: BulkRun, task: Task, viewer: Viewer, name: str) -> None:
    """One piece in one transaction with the note of how far it is."""
    ids = run.ids[run.done : run.done + task.chunk]
    task.refused = {}
    assert run.action_id is not None
    with acting(viewer, name, within=run.action_id), grouped():
        if run.do == "delete":
            tell(task.record, ids)
        written = task.piece(ids)
        run.done += len(ids)
        run.changed += len(written)
        run.refused_count += len(task.refused)
        run.refused = [*run.refused, *([pk, why] for pk, why in task.refused.items())][:LISTED]
        run.save(update_fields=["done", "changed", "refused", "refused_count"])
        if written:
            if run.do != "verb":
                state(RecordsChanged(run.entity, run.action_id, len(written)), viewer=viewer)
            tell(task.record, written)
        if not run.told:
            touch(topic(viewer.id))
        fence()


def _undo(run: BulkRun, viewer: Viewer) -> None:
    """All of it in one transaction: half an undo would be neither the one nor the other."""
    BulkRun.objects.filter(pk=run.pk).update(status=BulkRun.RUNNING)
    with transaction.atomic():
        done = undo_action(run.values["action"], viewer=viewer)
        mine = {record.table for record in [registry.find(run.entity)] if record}
        kept = sorted({row for table, row in done.kept if table in mine})
        run.action_id, run.done = done.action, run.total
        run.refused_count = len(set(done.kept))
        run.changed = max(0, run.total - run.refused_count)
        why = _("It was changed or used since, and stays as it is.")
        run.refused = [[pk, why] for pk in kept[:LISTED]]
        run.save(update_fields=["action", "done", "refused", "refused_count", "changed"])
        _finish(run, BulkRun.DONE)
        fence()


def _finish(run: BulkRun, status: str, *, error: str = "") -> None:
    run.status, run.error, run.finished_at, run.ids = status, error[:2000], timezone.now(), []
    run.save(update_fields=["status", "error", "finished_at", "ids"])
    if not run.told:
        notices.tell_of_end(run)
        touch(topic(run.created_by_id))


def stopped(run: BulkRun, problem: Exception) -> None:
    """Keeps why a run stopped half way; the job tries again from where it was."""
    BulkRun.objects.filter(pk=run.pk).update(error=str(problem)[:2000])
    touch(topic(run.created_by_id))
