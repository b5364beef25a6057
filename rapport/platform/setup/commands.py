"""Commands about the instance itself."""

import argparse
import sys

from rapport.platform.setup.backups import commands as backup_commands
from rapport.platform.setup.command import Refused, command

__all__ = ["backup_commands"]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


@command("migrate", "Brings the database up to date.", migrates=False)
def migrate(args: argparse.Namespace) -> None:
    from rapport.platform.setup.migrating import migrate_if_needed

    say("The database is now up to date." if migrate_if_needed() else "The database was up to date.")


@command("worker", "Carries out jobs and the schedule until it is told to stop.")
def worker(args: argparse.Namespace) -> None:
    from rapport.platform.jobs.worker import work

    work()


@command("doctor", "Looks the instance over and says what is wrong.", migrates=False)
def doctor(args: argparse.Namespace) -> None:
    from rapport.platform.setup.doctor import examine

    found = examine()
    for check in found:
        say(f"{'ok  ' if check.is_fine else 'FAIL'}  {check.key}: {check.text}")
    if not all(check.is_fine for check in found):
        raise Refused("Something is wrong; the lines above say what.")


@command("welcome", "Prints how to get in: the first-run page and its code, or with --demo a sign-in link.")
def welcome(args: argparse.Namespace) -> None:
    from rapport.platform.identity.commands import find_user, link_for, running_at
    from rapport.platform.setup.first_run import has_begun, set_up_code

    if not has_begun():
        say(f"Set Rapport up at {running_at()}/welcome")
        say(f"From another machine it asks for the set-up code {set_up_code()}")
    elif args.demo:
        say(f"sign in once with {link_for(find_user(None))}")


@welcome.arguments
def _(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true")
