"""Why can they see this? For one record and every user at once: what each may do with it, and by what right.

The answer is worked out from grants and teams, user by user in one pass; a test compares it with the gate itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.platform.access.gate import explain, scope
from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.access import OwnedBy, OwnedOrNamed, Shared, Via
from rapport.records.models import Mention
from rapport.records.record import Record

# Who reaches the owner through teams: by (user, the team that does it, "manages" or "works").
_ABOVE = """
WITH RECURSIVE above AS (
    SELECT t.id, t.parent_id, t.manager_id, t.name, 0 AS height FROM identity_team t
    JOIN identity_user o ON o.team_id = t.id WHERE o.id = %s AND t.deleted_at IS NULL
    UNION
    SELECT t.id, t.parent_id, t.manager_id, t.name, a.height + 1 FROM identity_team t
    JOIN above a ON t.id = a.parent_id WHERE t.deleted_at IS NULL AND a.height < 100
)
SELECT DISTINCT ON (u.id) u.id, a.name, u.id = a.manager_id, a.height FROM above a
JOIN identity_user u ON u.team_id = a.id OR u.id = a.manager_id ORDER BY u.id, a.height, u.id = a.manager_id
"""

# (whether the user manages the team, whether it lies above the owner's) -> the reason.
_TEAM_WORDS = {
    (True, False): gettext_lazy("Manages %(team)s, the owner's team."),
    (True, True): gettext_lazy("Manages %(team)s, above the owner's team."),
    (False, False): gettext_lazy("Works with the owner in %(team)s."),
    (False, True): gettext_lazy("Works in %(team)s, above the owner's team."),
}


@dataclass
class Reach:
    """What one user may do with the record: action -> reason in words; what is missing is not allowed."""

    user: User
    reasons: dict[str, str] = field(default_factory=dict)
    # In words, what the user's role says about such records.
    role: str = ""


def reasons(record: Record, pk: int, actions: tuple[str, ...] = ("view", "edit", "delete")) -> list[Reach]:
    """Everybody who may do at least one of the actions with the record, by name. The caller checked the record."""
    users = list(User.objects.filter(is_active=True, deleted_at=None).select_related("role").order_by("name", "pk"))
    viewers = {user.pk: Viewer(user) for user in users}
    found = {user.pk: Reach(user) for user in users}
    for action in actions:
        for user_id, why in _allowed(record, pk, action, viewers).items():
            found[user_id].reasons[action] = why
    entity = record.access.entity_of(record)
    for user_id, reach in found.items():
        reach.role = explain(viewers[user_id], entity, "view")
    return [reach for reach in found.values() if reach.reasons]


def _allowed(record: Record, pk: int, action: str, viewers: dict[int, Viewer]) -> dict[int, str]:
    """User id -> reason, for those who may do the action."""
    access = record.access
    if isinstance(access, Shared):
        return {
            user_id: _("They belong to everybody, and the role may do this.")
            for user_id, viewer in viewers.items()
            if scope(viewer, record.entity, action) != "none"
        }
    if isinstance(access, OwnedBy):
        found = _owned(record, access.column, pk, action, viewers)
        if action == "view" and isinstance(access, OwnedOrNamed):
            named = Mention.objects.filter(source=record.entity, source_row=pk).values_list("user_id", flat=True)
            for user_id in named:
                if user_id in viewers and scope(viewers[user_id], record.entity, action) != "none":
                    found.setdefault(user_id, _("Is named in the text."))
        return found
    if isinstance(access, Via):
        return _through(record, access, pk, action, viewers)
    raise NotImplementedError(f"no reasons for {access!r}")


def _row(record: Record, pk: int, columns: list[str]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        chosen = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(f"SELECT {chosen} FROM {record.table} WHERE id = %s", [pk])  # noqa: S608 names from declarations
        return cursor.fetchone() or (None,) * len(columns)


def _owned(record: Record, column: str, pk: int, action: str, viewers: dict[int, Viewer]) -> dict[int, str]:
    (owner,) = _row(record, pk, [column])
    near: dict[int, tuple[str, bool, int]] = {}
    if owner is not None:
        with connection.cursor() as cursor:
            cursor.execute(_ABOVE, [owner])
            near = {user_id: (team, manages, height) for user_id, team, manages, height in cursor.fetchall()}
    made = {}
    for user_id, viewer in viewers.items():
        reach = scope(viewer, record.entity, action)
        if reach == "none":
            continue
        if user_id == owner:
            made[user_id] = _("Owns it.")
        elif reach == "all":
            made[user_id] = _("The role %(role)s reaches all.") % {"role": viewer.user.role}
        elif reach == "team" and owner is None:
            made[user_id] = _("Nobody owns it, so it is there for every team.")
        elif reach == "team" and user_id in near:
            team, manages, height = near[user_id]
            made[user_id] = _TEAM_WORDS[bool(manages), height > 0] % {"team": team}
    return made


def _through(record: Record, access: Via, pk: int, action: str, viewers: dict[int, Viewer]) -> dict[int, str]:
    wanted = action if action in ("view", "export", "import") else "edit"
    links = [record.field(name) for name in access.links]
    allowed = dict.fromkeys(viewers, "")
    for link, target in zip(links, _row(record, pk, [link.column for link in links]), strict=True):
        whole = registry.get(link.to)  # type: ignore[attr-defined]
        if target is None:
            # An open link asks nothing but the role.
            allowed = {u: why for u, why in allowed.items() if whole.scope(viewers[u], wanted) != "none"}
            continue
        reached = _allowed(whole, target, wanted, viewers)
        allowed = {u: f"{why} {link.label}: {reached[u]}".strip() for u, why in allowed.items() if u in reached}
    return allowed
