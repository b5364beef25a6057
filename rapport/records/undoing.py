"""Undo, through the gate: one may take back one's own actions, or what one may edit everywhere."""

from django.db import connection
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Refused
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.models import Action, Entry
from rapport.platform.journal.undo import Undone, undo
from rapport.platform.live.touch import touch
from rapport.records import registry
from rapport.records.errors import NotFound


def undo_action(action_id: int, *, viewer: Viewer) -> Undone:
    """Undoes an action of the viewer's, or of anybody's for who may edit every row that it changed.

    Raises NotFound for an action that the viewer cannot know of, Refused if a changed row is out of their reach.
    """
    action = Action.objects.filter(pk=action_id).first()
    if action is None:
        raise NotFound
    own = action.actor_id == viewer.id
    tables = list(Entry.objects.filter(action=action).values_list("table", flat=True).distinct())
    if not tables:
        raise NotFound
    entities = []
    for table in tables:
        record = registry.by_table(table)
        if record is None:
            raise Refused(_("This cannot be undone here."))
        entities.append(record.entity)
        rule = record.rule(viewer, "edit", "t")
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT 1 FROM journal_entry e JOIN {table} t ON t.id = e.row
                    WHERE e.action_id = %s AND e."table" = %s AND NOT coalesce(({rule.sql}), false) LIMIT 1""",  # noqa: S608
                [action.pk, table, *rule.params],
            )
            if cursor.fetchone() is not None:
                if own:
                    raise Refused(_("A record that this changed is no longer within your reach."))
                raise NotFound
    done = undo(action.pk, viewer=viewer)
    touch(*entities)
    return done
