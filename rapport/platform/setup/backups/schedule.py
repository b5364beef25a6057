"""The nightly backup."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform.setup.backups.retention import KEPT, made_at, name_for, superfluous
from rapport.platform.setup.backups.take import take_backup
from rapport.platform.setup.health import Check
from rapport.platform.setup.lease import Refused

OVERDUE = timedelta(hours=49)


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


def freshness() -> Check:
    """Whether the last scheduled backup is as new as it should be; a young instance has until its second night."""
    where = folder()
    if where is None:
        return Check("backup", True, _("The nightly backup is switched off here."))
    last = max(filter(None, map(made_at, where.glob("*.backup"))), default=None)
    now = datetime.now(UTC)
    if last is None:
        key = settings.HOME / "secret_key"
        born = datetime.fromtimestamp(key.stat().st_mtime, UTC) if key.exists() else now
        return Check("backup", now - born < OVERDUE, _("There is no backup in %(folder)s yet.") % {"folder": where})
    hours = int((now - last).total_seconds() // 3600)
    text = ngettext("The last one was made %(n)s hour ago.", "The last one was made %(n)s hours ago.", hours)
    return Check("backup", now - last < OVERDUE, text % {"n": hours})
