"""Brings the database up to date, and says whether it is."""

from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from rapport.platform.setup.lease import Refused

LOCK = 4_742_001


def known() -> set[tuple[str, str]]:
    """(app, migration) of every migration file on disk."""
    return {
        (config.label, path.stem)
        for config in apps.get_app_configs()
        for path in (Path(config.path) / "migrations").glob("[!_]*.py")
    }


def applied() -> set[tuple[str, str]]:
    """(app, migration) of every migration that the database has; empty when it is new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations')")
        if cursor.fetchone()[0] is None:
            return set()
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())


def pending() -> set[tuple[str, str]]:
    """The migrations that the database lacks. Reads file names only, so that it costs milliseconds."""
    return known() - applied()


def migrate_if_needed() -> bool:
    """Applies what is pending, one process at a time; refuses a database that is newer than the program."""
    if not pending():
        refuse_newer()
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            refuse_newer()
            if pending():
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return True


def refuse_newer() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("rapport.")}
    newer = sorted(f"{app}.{name}" for app, name in applied() - known() if app in ours)
    if newer:
        raise Refused(f"This database was written by a newer Rapport (it has {newer[0]}). Update the program first.")
