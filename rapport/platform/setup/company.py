"""The one company row, read often and changed seldom: kept for two seconds in each process."""

import time

from rapport.platform.setup.models import Company

_kept: tuple[float, Company] | None = None
KEPT_SECONDS = 2.0


def company() -> Company:
    """Returns the company; defaults, unsaved, before the first run."""
    global _kept
    if _kept and time.monotonic() - _kept[0] < KEPT_SECONDS:
        return _kept[1]
    found = Company.objects.filter(pk=1).first() or Company(pk=1)
    _kept = (time.monotonic(), found)
    return found


def forget() -> None:
    """Drops the kept row, after a change."""
    global _kept
    _kept = None
