"""`bin/migration ROOM NAME`: writes the migration of a room whose models have changed, and says what is in it."""

import argparse
import sys

from tests.database import TestCluster, django_command


def main(arguments: list[str]) -> int:
    """Exit code 1 when Django refuses. Asks on a database of its own, because Django wants to look at one."""
    parser = argparse.ArgumentParser(prog="bin/migration", description=__doc__.split(": ", 1)[1])
    parser.add_argument("room", help="label of the app, as in INSTALLED_APPS after the last dot")
    parser.add_argument("name", help="what the migration does, as in a file name: vehicles, person_photo")
    given = parser.parse_args(arguments)
    cluster = TestCluster()
    try:
        server = cluster.start()
        done = django_command(server.app_url, "makemigrations", given.room, "--name", given.name, "--skip-checks")
    finally:
        cluster.stop()
    sys.stdout.write(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
