"""Who is named in what one writes, and is told of it if they may see it."""

from django.db import connection

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import Viewer
from rapport.platform.live.touch import touch
from rapport.records import registry
from rapport.records.mention_text import MENTION
from rapport.records.models import Mention, Notification
from rapport.records.reach import who_may
from rapport.records.record import Record

NOTICE = "mentions"
# Nobody names more people at once and means it.
MOST = 50


def sync(record: Record, pk: int, text: str, viewer: Viewer | None) -> None:
    """Keeps the mentions of an activity in step with its text, and notifies those named anew who may see it."""
    wanted = {int(found[2]) for found in MENTION.finditer(text or "")}
    known = set(Mention.objects.filter(source=record.entity, source_row=pk).values_list("user_id", flat=True))
    if known - wanted:
        Mention.objects.filter(source=record.entity, source_row=pk, user_id__in=known - wanted).delete()
    fresh = set(User.objects.filter(pk__in=sorted(wanted - known)[:MOST]).values_list("pk", flat=True))
    if not fresh:
        return
    about = _about(record, pk)
    target = registry.get(about[0])
    # To be named is to be shown the text, so only those count who may see what it is about.
    seeing = who_may(target, about[1], fresh) | who_may(record, pk, fresh)
    Mention.objects.bulk_create(
        [Mention(source=record.entity, source_row=pk, user_id=user) for user in sorted(seeing)], ignore_conflicts=True
    )
    told = seeing - ({viewer.id} if viewer else set())
    told -= set(User.objects.filter(pk__in=told, muted__contains=[NOTICE]).values_list("pk", flat=True))
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=user, kind="mention", entity=about[0], row=about[1], source=record.entity, source_row=pk,
                actor_id=viewer.id if viewer else None,
            )
            for user in sorted(told)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    if told:
        touch(*(f"notices-{user}" for user in told))


def unreached(record: Record, pk: int, text: str) -> list[str]:
    """The names of those in the text who may not see what it is about, and so were not told."""
    wanted = {int(found[2]) for found in MENTION.finditer(text or "")}
    if not wanted:
        return []
    known = Mention.objects.filter(source=record.entity, source_row=pk).values("user_id")
    return list(
        User.objects.filter(pk__in=wanted).exclude(pk__in=known).order_by("name").values_list("name", flat=True)
    )


def _about(record: Record, pk: int) -> tuple[str, int]:
    """The record that the activity was written about, else the activity itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT about -> 0 ->> 'entity', (about -> 0 ->> 'id')::bigint FROM {record.table} WHERE id = %s",  # noqa: S608
            [pk],
        )
        entity, row = cursor.fetchone()
    return (entity, row) if entity else (record.entity, pk)
