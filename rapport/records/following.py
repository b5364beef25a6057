"""Who follows a record: its owner, until they say no, and whoever said yes."""

from typing import Any

from rapport.platform.identity.viewer import Viewer
from rapport.platform.live.touch import touch
from rapport.platform.prepared import prepared
from rapport.records.models import Follow
from rapport.records.reach import who_may
from rapport.records.record import Record


def follow(record: Record, pk: int, viewer: Viewer, *, wanted: bool) -> None:
    """Follows or leaves a record. The caller checked that the viewer may see it."""
    Follow.objects.update_or_create(user_id=viewer.id, entity=record.entity, row=pk, defaults={"follows": wanted})
    touch(f"{record.entity}-{pk}")


def followers(record: Record, pk: int, viewer: Viewer) -> dict[str, Any]:
    """Those who follow and may see the record, by name, and whether the viewer is one of them."""
    owner = f"UNION SELECT x.owner_id FROM {record.table} x WHERE x.id = %s" if record.has_owner else ""  # noqa: S608
    params: list[Any] = [record.entity, pk, *([pk] if owner else []), record.entity, pk]
    with prepared() as cursor:
        cursor.execute(
            f"""SELECT u.id, u.name FROM identity_user u
                JOIN (SELECT f.user_id FROM records_follow f WHERE f.entity = %s AND f."row" = %s AND f.follows {owner}) w
                  ON w.user_id = u.id
                WHERE u.is_active AND u.deleted_at IS NULL AND NOT EXISTS (
                    SELECT 1 FROM records_follow f
                    WHERE f.user_id = u.id AND f.entity = %s AND f."row" = %s AND NOT f.follows)
                ORDER BY u.name, u.id LIMIT 100""",  # noqa: S608 the table's name is the declaration's
            params,
        )
        found = cursor.fetchall()
    others = [user for user, _name in found if user != viewer.id]
    seeing = who_may(record, pk, others) | {viewer.id} if others else {viewer.id}
    return {
        "followers": [{"id": user, "name": name} for user, name in found if user in seeing],
        "follows": any(user == viewer.id for user, _name in found),
    }
