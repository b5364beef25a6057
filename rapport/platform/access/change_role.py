"""Changing how far a role reaches."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from rapport.platform.access.gate import SCOPES, Refused
from rapport.platform.access.models import Grant, Role
from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer

Cell = tuple[str, str]


@dataclass(frozen=True)
class RoleChanged:
    role_id: int
    changed: list[str]


def change_role(viewer: Viewer, role: Role, wanted: dict[Cell, str]) -> int:
    """Sets (entity, action) to a scope, or with "" lets it follow the wider grants. Returns how many cells changed.

    Every later request of such a user sees it, as the role's version moves. Raises Refused, ValueError.
    """
    if role.key == "administrator":
        raise Refused(_("Administrators reach everything; that cannot be changed, lest nobody could."))
    if bad := next((scope for scope in wanted.values() if scope not in (*SCOPES, "")), None):
        raise ValueError(f"unknown scope {bad!r}")
    with transaction.atomic():
        Role.objects.select_for_update().get(pk=role.pk)
        present = {(g.entity, g.action): g for g in Grant.objects.filter(role=role)}
        moved = [cell for cell, scope in wanted.items() if scope != (present[cell].scope if cell in present else "")]
        gone = [present[cell].pk for cell in moved if not wanted[cell]]
        Grant.objects.filter(pk__in=gone).delete()
        Grant.objects.bulk_create(
            [Grant(role=role, entity=cell[0], action=cell[1], scope=wanted[cell]) for cell in moved if wanted[cell]],
            update_conflicts=True, unique_fields=["role", "entity", "action"], update_fields=["scope"],
        )  # fmt: skip
        if moved:
            Role.objects.filter(pk=role.pk).update(version=F("version") + 1)
            state(RoleChanged(role.pk, [".".join(cell) for cell in moved]), viewer=viewer)
    return len(moved)
