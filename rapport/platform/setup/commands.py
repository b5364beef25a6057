"""Commands about the instance itself."""

import argparse
import sys

from rapport.platform.setup.command import Refused, command


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
        say(f"{'ok  ' if check.is_fine else 'FAIL'}  {check.name}: {check.text}")
    if not all(check.is_fine for check in found):
        raise Refused("Something is wrong; the lines above say what.")
