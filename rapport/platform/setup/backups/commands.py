"""backup, restore and upgrade on the command line."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from rapport.platform.files.store import StoreAway
from rapport.platform.setup.backups.retention import name_for
from rapport.platform.setup.command import Refused, command
from rapport.platform.setup.running import read_state


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


@command("backup", "Writes database and files into one archive.", migrates=False)
def backup(args: argparse.Namespace) -> None:
    from rapport.platform.setup.backups.take import take_backup

    path = args.file or settings.HOME / "backups" / name_for(datetime.now(UTC))
    if path.is_dir():
        path /= name_for(datetime.now(UTC))
    manifest = _failing_well(lambda: take_backup(path, recipient=args.encrypt_to))
    rows = sum(table[0] for table in manifest["tables"].values())
    blobs = sum(name.startswith("blobs/") for name in manifest["members"])
    say(f"{path}: {len(manifest['tables'])} tables, {rows} rows, {blobs} files, {path.stat().st_size} bytes")
    if manifest["missing"]:
        say(f"WARNING: {len(manifest['missing'])} files were lost by the store before, and are not in the backup.")


@backup.arguments
def _(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", help="file or folder (default: HOME/backups)")
    parser.add_argument("--encrypt-to", metavar="RECIPIENT", default=os.environ.get("RAPPORT_BACKUPS_RECIPIENT", ""),
                        help="an age public key, age1…; `rapport backup-key` makes one")  # fmt: skip


@command("backup-key", "Makes a key pair for encrypted backups.", migrates=False)
def backup_key(args: argparse.Namespace) -> None:
    from rapport.platform.setup.backups.archive import new_key

    identity, recipient = new_key()
    try:
        handle = os.open(args.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused(f"{args.file} cannot be made: {error.strerror}") from error
    with os.fdopen(handle, "w") as file:
        file.write(f"# public key: {recipient}\n{identity}\n")
    say(recipient)
    sys.stderr.write(f"Keep {args.file} away from this machine: without it encrypted backups cannot be read.\n")


@backup_key.arguments
def _key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="where the private key is written")


@command("restore", "Puts a backup in the place of what is there.", migrates=False)
def restore(args: argparse.Namespace) -> None:
    from rapport.platform.setup.backups.restore import restore_backup
    from rapport.platform.setup.migrating import migrate_if_needed

    if running := read_state():
        raise Refused(f"Rapport runs at {running['address']}; stop it first.")
    identity = _identity(args.identity) if args.identity else ""
    manifest = _failing_well(lambda: restore_backup(args.file, identity=identity, replace=args.replace, say=say))
    migrate_if_needed()
    say(f"Restored what was there at {manifest['made_at']}.")
    say("Outgoing mail and webhooks are held until an administrator releases them on the health page.")
    if manifest["missing"]:
        say(f"WARNING: {len(manifest['missing'])} files had been lost before the backup was made.")


@restore.arguments
def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--replace", action="store_true", help="also where there is a database already")
    parser.add_argument("--identity", type=Path, metavar="FILE", help="the private key of an encrypted backup")


@command("upgrade", "Backs up, brings the database up to date, and takes it back if that fails.", migrates=False)
def upgrade(args: argparse.Namespace) -> None:
    from rapport.platform.setup.backups.upgrade import upgrade_if_needed

    if (running := read_state()) and not args.started:
        raise Refused(f"Rapport runs at {running['address']}; stop it first.")
    say("The database is now up to date." if _failing_well(upgrade_if_needed) else "The database was up to date.")


@upgrade.arguments
def _upgrade(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--started", action="store_true", help=argparse.SUPPRESS)


def _identity(path: Path) -> str:
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from error
    return next((line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")), "")


def _failing_well(work: Any) -> Any:
    try:
        return work()
    except StoreAway as error:
        raise Refused(f"{error} ({error.__cause__})") from error
    except OSError as error:
        raise Refused(f"{error.filename or 'A file'}: {error.strerror or error}") from error
