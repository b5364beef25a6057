"""Bringing the database up to date with a way back: backup, migrate, verify, or restore.

A note in the home says that an upgrade is under way and where its backup lies. Whoever finds the note at a start goes on
with the migrations, which know what was done; if that fails the backup is put back.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

from rapport.platform.setup.backups.restore import let_go, recover_if_needed, restore_backup
from rapport.platform.setup.backups.retention import name_for
from rapport.platform.setup.backups.take import take_backup
from rapport.platform.setup.lease import Refused
from rapport.platform.setup.migrating import applied, migrate_if_needed, pending, refuse_newer


def upgrade_if_needed() -> bool:
    """Says whether anything was to do. Raises Refused; then the database is as it was."""
    recover_if_needed()
    note = _note()
    if not pending():
        refuse_newer()
        if note.exists():
            verify()
            note.unlink()
        return False
    if not applied():
        return migrate_if_needed()  # a new database has nothing to lose
    backup = Path(json.loads(note.read_text())["backup"]) if note.exists() else _save()
    try:
        migrate_if_needed()
        verify()
    except Exception as error:
        let_go()
        sys.stderr.write(f"The upgrade failed ({error}); putting back what was there.\n")
        restore_backup(backup, replace=True, hold=False)  # it is the same instance
        note.unlink()
        raise Refused(
            f"The upgrade failed and was taken back: {error} Start the program of before, or mend the reason. "
            f"The backup is {backup}."
        ) from error
    note.unlink()
    return True


def verify() -> None:
    """Raises Refused unless every table can be read as the program knows it, and every migration is there."""
    if missing := pending():
        raise Refused(f"{len(missing)} migrations are still missing.")
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if field.column)
                cursor.execute(f'SELECT {columns or "1"} FROM "{model._meta.db_table}" LIMIT 1')  # noqa: S608 names of models


def _note() -> Path:
    return settings.HOME / "run" / "upgrade.json"


def _save() -> Path:
    backup = settings.HOME / "backups" / f"before-upgrade-{name_for(datetime.now(UTC))}"
    sys.stderr.write(f"Saving everything to {backup} before the upgrade\n")
    take_backup(backup)
    _note().parent.mkdir(parents=True, exist_ok=True)
    fresh = _note().with_suffix(".new")
    fresh.write_text(json.dumps({"backup": str(backup)}))
    fresh.replace(_note())
    return backup
