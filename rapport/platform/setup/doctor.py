"""Looks over everything that an instance stands on, for `rapport doctor`."""

from pathlib import Path

from django.conf import settings
from django.db import connection

from rapport.platform.replica.health import replica_checks
from rapport.platform.setup.backups.schedule import freshness
from rapport.platform.setup.health import Check, checks, files, is_writable, space
from rapport.platform.setup.lease import OLDEST
from rapport.platform.setup.running import read_state

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")


def examine() -> list[Check]:
    """Every check, the bad news included; nothing is changed."""
    found = checks()
    if not read_state():
        # Nothing is meant to work right now, so a silent worker is no fault.
        found = [check for check in found if check.key != "worker"]
        found.append(Check("running", True, "not running at the moment; start it with bin/run"))
    if any(check.key == "database" and check.is_fine for check in found):
        found += [_version(), _extensions(), _role(), *replica_checks()]
    found += [space(), freshness(), files(), *(_folder(path) for path in (settings.HOME, settings.HOME / "log"))]
    return found


def _version() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        version = cursor.fetchone()[0]
    return Check("version", version >= OLDEST, f"PostgreSQL {version // 10000} (15 or newer is needed)")


def _extensions() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(EXTENSIONS)])
        missing = sorted(set(EXTENSIONS) - {row[0] for row in cursor.fetchall()})
    return Check("extensions", not missing, f"missing: {', '.join(missing)}" if missing else ", ".join(EXTENSIONS))


def _role() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user")
        name, is_super = cursor.fetchone()
    return Check(
        "role",
        not is_super,
        f"{name} {'is a superuser, which Rapport should not be' if is_super else 'is no superuser'}",
    )


def _folder(path: Path) -> Check:
    fine = is_writable(path)
    return Check("folder", fine, f"{path} {'is writable' if fine else 'cannot be written to'}")
