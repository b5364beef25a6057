"""Notices of work on many records: one for each person whom it concerns, whatever the number of records.

Whoever began a job is told of its end; whoever owns or follows what it changed is told how many of theirs it were.
"""

from typing import Any

from django.db import connection

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import Viewer, viewer_for
from rapport.platform.live.touch import touch
from rapport.records.fields.base import row_id
from rapport.records.models import BulkRun, Notification
from rapport.records.record import Record
from rapport.records.telling import NOTICE, tell

# The source of such a notice; its source_row is the run.
SOURCE = "bulk"
# The run of one's own is through; others were changed by somebody; records were given to one.
OWN, MANY, ASSIGNED = "run", "many", "assigned"

_CONCERNED = """
WITH touched AS (SELECT DISTINCT e.row AS id FROM journal_entry e WHERE e.action_id = %s AND e."table" = %s),
concerned AS (
    SELECT f.user_id, t.id FROM touched t JOIN records_follow f ON f.entity = %s AND f."row" = t.id WHERE f.follows
    UNION
    SELECT x.owner_id, t.id FROM touched t JOIN {table} x ON x.id = t.id WHERE x.owner_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM records_follow f
        WHERE f.user_id = x.owner_id AND f.entity = %s AND f."row" = t.id AND NOT f.follows)
)
SELECT user_id, array_agg(id) FROM concerned WHERE user_id <> %s GROUP BY 1 ORDER BY 1
"""


def tell_of_run(run: BulkRun, record: Record, viewer: Viewer) -> None:
    """Notifies those whose records a run changed, but for its user. Call in the transaction that ends it."""
    if not record.has_owner or run.action_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _CONCERNED.format(table=record.table),
            [run.action_id, record.table, record.entity, record.entity, viewer.id],
        )
        concerned = dict(cursor.fetchall())
    given = _given_to(run)
    if record.is_activity or not record.has_timeline:
        # Nobody follows a task, but whoever gets one has to know.
        concerned = {user: ids for user, ids in concerned.items() if user == given}
    elif run.changed == 1 and concerned and given not in concerned:
        tell(record, next(iter(concerned.values())), viewer)
        return
    counts = _within_reach(record, concerned)
    Notification.objects.bulk_create(
        Notification(
            user_id=user, kind=ASSIGNED if user == given else MANY, entity=record.entity, row=0, source=SOURCE,
            source_row=run.pk, actor_id=viewer.id, count=count,
        )
        for user, count in counts.items()
        if count
    )  # fmt: skip
    touch(*(f"notices-{user}" for user, count in counts.items() if count))


def tell_of_end(run: BulkRun) -> None:
    """Tells the user of a job that it is through: a toast passes, and nobody may be looking."""
    Notification.objects.create(
        user_id=run.created_by_id, kind=OWN, entity=run.entity, row=0, source=SOURCE, source_row=run.pk,
        count=max(1, run.changed),
    )  # fmt: skip
    touch(f"notices-{run.created_by_id}")


def take_back(action: int) -> None:
    """Removes the notices of a run whose action was undone."""
    mine = BulkRun.objects.filter(action_id=action).values("pk")
    told = Notification.objects.filter(source=SOURCE, source_row__in=mine)
    users = sorted(set(told.values_list("user_id", flat=True)))
    if users:
        told.delete()
        touch(*(f"notices-{user}" for user in users))


def _given_to(run: BulkRun) -> int | None:
    """To whom the run gave its records, if it did."""
    owner: Any = run.values.get("values", {}).get("owner") if run.do == "edit" else None
    owner = owner.get("id") if isinstance(owner, dict) else owner
    return row_id(owner)


def _within_reach(record: Record, concerned: dict[int, list[int]]) -> dict[int, int]:
    """How many of these records each user may see, of those who want to be told: one query."""
    parts: list[str] = []
    params: list[Any] = []
    active = User.objects.select_related("role").filter(pk__in=concerned, is_active=True, deleted_at=None)
    for user in active.exclude(muted__contains=[NOTICE]):
        rule = record.rule(viewer_for(user), "view", "t")
        parts.append(f"SELECT {user.pk}, count(*) FROM {record.table} t WHERE t.id = ANY(%s) AND {rule.sql}")  # noqa: S608
        params += [concerned[user.pk], *rule.params]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return dict(cursor.fetchall())
