"""What the health page says of the replica."""

from django.conf import settings
from django.utils.translation import gettext as _

from rapport.platform.replica.follower import follower
from rapport.platform.replica.own_writes import has_replica
from rapport.platform.setup.health import Check


def replica_checks() -> list[Check]:
    """One check, or none where no replica is named. The instance works without it, so that /readyz does not ask."""
    if not has_replica():
        return []
    behind = follower.look()
    if behind is None:
        text = _("Away, so that everything is read from the main database: %(reason)s") % {"reason": follower.reason}
        return [Check("replica", False, text)]
    if behind > settings.REPLICA_LAG:
        text = _("More than %(n)s s behind, so that everything is read from the main database.")
        return [Check("replica", False, text % {"n": f"{settings.REPLICA_LAG:g}"})]
    return [Check("replica", True, _("Follows the main database, %(n)s s behind at most.") % {"n": f"{behind:.1f}"})]
