"""Undo, through the gate: one may take back one's own actions, or what one may edit everywhere."""

from contextlib import nullcontext

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Refused
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.models import Action, Entry
from rapport.platform.journal.undo import Undone, undo
from rapport.platform.live.touch import touch
from rapport.records import registry
from rapport.records.errors import NotFound
from rapport.records.grouped import take_back
from rapport.records.models import ImportRun
from rapport.records.record import Record
from rapport.records.saved_views import ViewRows
from rapport.records.telling import MOST, grouped, tell

# What can be undone though it is no record: it answers with a table and a rule as a record does.
OTHERS = {one.table: one for one in (ViewRows(),)}


def undo_action(action_id: int, *, viewer: Viewer) -> Undone:
    """Undoes an action of the viewer's, or of anybody's for who may edit every row that it changed.

    Raises NotFound for an action that the viewer cannot know of, Refused if a changed row is out of their reach or its
    place was taken.
    """
    action = Action.objects.filter(pk=action_id).first()
    if action is None:
        raise NotFound
    own = action.actor_id == viewer.id
    tables = list(Entry.objects.filter(action=action).values_list("table", flat=True).distinct())
    if not tables:
        raise NotFound
    records = [registry.by_table(table) or OTHERS.get(table) for table in tables]
    try:
        with transaction.atomic():
            for record in records:
                if record is None:
                    raise Refused(_("This cannot be undone here."))
                _check(record, action, viewer)
            done = undo(action.pk, viewer=viewer)
            for record in records:
                # Rows that came back can only be judged now.
                assert record is not None
                _check(record, action, viewer)
            if not own and not (done.restored or done.removed or done.brought_back or done.kept):
                raise NotFound
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if said := next((r.constraints[name][1] for r in records if r and name in r.constraints), None):
            raise Refused(str(said)) from None
        raise Refused(_("Another record has taken the place of one that this changed.")) from None
    for record in records:
        if isinstance(record, Record):
            rows = Entry.objects.filter(action=action, table=record.table).values_list("row", flat=True).distinct()
            some = list(rows[: MOST + 1])
            with grouped() if len(some) > 1 else nullcontext():
                tell(record, some, viewer)
    take_back(action.pk)
    # The page of an import says whether it stands; so does that of one whose undo is undone.
    concerned = [pk for pk in (action.pk, action.undoes_id) if pk]
    for pk in ImportRun.objects.filter(action_id__in=concerned).values_list("pk", flat=True):
        touch(f"imports-{pk}", "imports")
    return done


def may_undo(action_id: int, *, viewer: Viewer) -> None:
    """Raises NotFound or Refused where `undo_action` would, as far as it can be known beforehand."""
    action = Action.objects.filter(pk=action_id).first()
    tables = list(Entry.objects.filter(action_id=action_id).values_list("table", flat=True).distinct())
    if action is None or not tables:
        raise NotFound
    for table in tables:
        record = registry.by_table(table) or OTHERS.get(table)
        if record is None:
            raise Refused(_("This cannot be undone here."))
        _check(record, action, viewer)


def _check(record: Record | ViewRows, action: Action, viewer: Viewer) -> None:
    """Raises NotFound or Refused unless the viewer may see and edit every row that the action touched and that is there."""
    see, edit = record.rule(viewer, "view", "t"), record.rule(viewer, "edit", "t")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT 1 FROM journal_entry e JOIN {record.table} t ON t.id = e.row
                WHERE e.action_id = %s AND e."table" = %s AND NOT coalesce(({see.sql}) AND ({edit.sql}), false) LIMIT 1""",  # noqa: S608
            [action.pk, record.table, *see.params, *edit.params],
        )
        if cursor.fetchone() is None:
            return
    if action.actor_id == viewer.id:
        raise Refused(_("A record that this changed is no longer within your reach."))
    raise NotFound
