"""Who is looking: the user, their role and how they came in. Every read and write is done for a viewer."""

from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from rapport.platform.identity.models import User
from rapport.platform.prepared import prepared

_BELOW = """
WITH RECURSIVE below AS (
    SELECT id FROM identity_team WHERE deleted_at IS NULL AND (id = %(team)s OR manager_id = %(user)s)
    UNION
    SELECT t.id FROM identity_team t JOIN below b ON t.parent_id = b.id WHERE t.deleted_at IS NULL
)
SELECT array_agg(id ORDER BY id)::text FROM (
    SELECT u.id FROM identity_user u WHERE u.team_id IN (SELECT id FROM below) UNION SELECT %(user)s::bigint
) members
"""


@dataclass
class Viewer:
    """A user at work. `source` says through which surface: page, api, import, command, workflow."""

    user: User
    source: str = "page"
    zone_name: str = "UTC"
    extras: dict = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.user.pk

    @property
    def role_key(self) -> str:
        return self.user.role.key if self.user.role else ""

    @cached_property
    def team_ids(self) -> list[int]:
        """Ids of the viewer and of every user in their teams and the teams below, smallest first."""
        return [int(one) for one in self.team_list[1:-1].split(",")]

    @cached_property
    def team_list(self) -> str:
        """The same as PostgreSQL writes an array, read once: a page sends it back in a dozen statements."""
        with prepared() as cursor:
            cursor.execute(_BELOW, {"team": self.user.team_id, "user": self.user.pk})
            return str(cursor.fetchone()[0])

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)


def viewer_for(user: User, source: str = "page") -> Viewer:
    """Returns the viewer of an active user, in the user's time zone or else the company's."""
    from rapport.platform.setup.company import company

    return Viewer(user=user, source=source, zone_name=user.time_zone or company().time_zone)
