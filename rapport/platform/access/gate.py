"""The gate: the one place that answers who may do what, and compiles it to SQL.

Default deny: an entity or action that no grant names has scope "none". The most exact grant wins:
(entity, action), then (entity, *), then (*, action), then (*, *).
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.platform.access.models import Grant
from rapport.platform.identity.viewer import Viewer

SCOPES = ("none", "own", "team", "all")
_kept: dict[tuple[int, int], dict[tuple[str, str], str]] = {}


class Refused(Exception):
    """The viewer may not do this. Says what, in words for the viewer."""


@dataclass(frozen=True)
class Rule:
    """A compiled piece of SQL: a condition with its parameters. TRUE and FALSE need none."""

    sql: str
    params: tuple[Any, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.sql == "TRUE"

    @property
    def is_shut(self) -> bool:
        return self.sql == "FALSE"


OPEN, SHUT = Rule("TRUE"), Rule("FALSE")


def _grants(viewer: Viewer) -> dict[tuple[str, str], str]:
    role = viewer.user.role
    if role is None:
        return {}
    key = (role.pk, role.version)
    if key not in _kept:
        _kept[key] = {(g.entity, g.action): g.scope for g in Grant.objects.filter(role_id=role.pk)}
    return _kept[key]


def scope(viewer: Viewer | None, entity: str, action: str) -> str:
    """Returns how far the viewer reaches: none, own, team (team and below) or all."""
    if viewer is None or not viewer.user.is_active or viewer.user.deleted_at is not None:
        return "none"
    grants = _grants(viewer)
    for key in ((entity, action), (entity, "*"), ("*", action), ("*", "*")):
        if key in grants:
            return grants[key]
    return "none"


def owned_rule(viewer: Viewer | None, entity: str, action: str, owner: str) -> Rule:
    """Compiles the rule for rows whose owner stands in the SQL column `owner`.

    A row without an owner is in the pool: whoever reaches a team may see and take it.
    """
    reach = scope(viewer, entity, action)
    if reach == "all":
        return OPEN
    if viewer is None or reach == "none":
        return SHUT
    if reach == "own":
        return Rule(f"{owner} = %s", (viewer.id,))
    return Rule(f"({owner} IS NULL OR {owner} = ANY(%s::bigint[]))", (viewer.team_list,))


def explain(viewer: Viewer | None, entity: str, action: str) -> str:
    """Says in words why the viewer may or may not do this."""
    if viewer is None:
        return _("Nobody is signed in.")
    role = viewer.user.role.name if viewer.user.role else "-"
    return {
        "none": _("The role %(role)s may not do this."),
        "own": _("The role %(role)s may do this with records that the user owns."),
        "team": _(
            "The role %(role)s may do this with records owned in the user's team and the teams below, and with unowned ones."
        ),
        "all": _("The role %(role)s may do this with every record."),
    }[scope(viewer, entity, action)] % {"role": role}
