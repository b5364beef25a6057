"""The nightly backup."""

import os
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from rapport.platform.setup.backups.retention import KEPT, name_for, superfluous
from rapport.platform.setup.backups.take import take_backup
from rapport.platform.setup.lease import Refused


def folder() -> Path | None:
    """Where scheduled backups lie: RAPPORT_BACKUPS, else `backups` in the home; None when it is "off"."""
    given = os.environ.get("RAPPORT_BACKUPS", "")
    if given == "off":
        return None
    return Path(given) if given else settings.HOME / "backups"


def kept() -> dict[str, int]:
    """How many days, weeks and months stay: RAPPORT_BACKUPS_KEPT="7 4 6". Raises Refused for anything else."""
    given = os.environ.get("RAPPORT_BACKUPS_KEPT", "").split()
    if not given:
        return KEPT
    if len(given) != 3 or not all(part.isdecimal() for part in given):
        raise Refused('RAPPORT_BACKUPS_KEPT must be three numbers: days, weeks and months, for example "7 4 6".')
    return dict(zip(KEPT, map(int, given), strict=True))


def back_up_now(where: Path) -> Path:
    """Makes a backup in a folder and removes those that need not stay; returns the new file. Raises Refused, OSError."""
    keep = kept()
    path = where / name_for(datetime.now(UTC))
    take_backup(path, recipient=os.environ.get("RAPPORT_BACKUPS_RECIPIENT", ""))
    for old in superfluous(where, **keep):
        old.unlink(missing_ok=True)
    return path


def newest(where: Path) -> Path | None:
    """The last scheduled backup in a folder."""
    return max(where.glob("rapport-*.backup"), default=None, key=lambda path: path.name)
