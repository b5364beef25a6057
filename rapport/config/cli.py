"""The command line: `python -m rapport.config.cli COMMAND`. Exit codes: 0 done, 1 refused, 2 used wrongly."""

import argparse
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from rapport.platform.setup.embedded import ServerFailed
from rapport.platform.setup.lease import Refused, database

ROOT = Path(__file__).resolve().parent.parent.parent
# These are started for every child process, so they do without Django in the process that the user sees.
LIGHT = {"run": "rapport.platform.setup.run_command", "serve": "rapport.platform.setup.serve_command"}


def main(arguments: list[str]) -> int:
    """Carries out one command line and returns its exit code."""
    os.environ["RAPPORT_HOME"] = str(home_from(arguments))
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
    try:
        if arguments and arguments[0] in LIGHT:
            return import_module(LIGHT[arguments[0]]).main(arguments[1:])
        return run_command(arguments)
    except (Refused, ServerFailed) as reason:
        print(f"rapport: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not (said := told_of_the_machine(error)):
            raise
        print(f"rapport: {said}", file=sys.stderr)  # noqa: T201
        return 1


def told_of_the_machine(error: Exception) -> str:
    """A full disk or a database that is away, in words; "" for what is a fault of the program."""
    from rapport.platform.setup.outside import is_full, is_outside

    why = str(error).strip().split("\n")[0]
    if is_full(error):
        return f"There is no room left: {why}. Nothing of what was under way was kept; make room and do it again."
    if is_outside(error):
        return (
            f"The database does not answer any more: {why}. What was under way was kept whole or not at all: "
            "look which it is before you do it again."
        )
    return ""


def home_from(arguments: list[str]) -> Path:
    """--home DIR wherever it stands, else RAPPORT_HOME, else ./var of the clone."""
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    finder.add_argument("--home", type=Path)
    try:
        given = finder.parse_known_args(arguments)[0].home
    except argparse.ArgumentError:
        given = None
    return (given or Path(os.environ.get("RAPPORT_HOME") or ROOT / "var")).absolute()


def run_command(arguments: list[str]) -> int:
    """Everything that needs Django: finds the command, brings the database up, migrates if needed, runs it."""
    import django

    django.setup()
    args = build_parser().parse_args(arguments)
    with database(Path(os.environ["RAPPORT_HOME"])) as url:
        use_database(url)
        from rapport.platform.setup.migrating import migrate_if_needed

        if args.command.migrates:
            migrate_if_needed()
        args.command.run(args)
    return 0


def use_database(url: str) -> None:
    """Points Django, and every process started from here, to the database at `url`."""
    from django.conf import settings
    from django.db import connections

    from rapport.config.database import database_settings

    os.environ["DATABASE_URL"] = url
    settings.DATABASES["default"].update(database_settings(url))
    connections["default"].settings_dict.update(settings.DATABASES["default"])


def build_parser() -> argparse.ArgumentParser:
    """The parser of every command of every room."""
    from django.conf import settings

    from rapport.platform.setup.command import commands

    for app in settings.INSTALLED_APPS:
        if app.startswith("rapport.") and find_spec(f"{app}.commands"):
            import_module(f"{app}.commands")
    import_module("rapport.config.commands")
    parser = argparse.ArgumentParser(prog="rapport", description="Rapport's command line.", allow_abbrev=False)
    top = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    for name, module in LIGHT.items():
        top.add_parser(name, help=import_module(module).HELP)
    groups: dict[str, argparse._SubParsersAction] = {}
    for command in commands():
        group, _, name = command.name.rpartition(" ")
        if group and group not in groups:
            inside = top.add_parser(group, help=f"{group}: see rapport {group} --help")
            groups[group] = inside.add_subparsers(metavar="COMMAND", required=True)
        own = (groups[group] if group else top).add_parser(
            name, help=command.help, description=command.help, allow_abbrev=False
        )
        own.add_argument("--home", type=Path, metavar="DIR", help="all data (default: RAPPORT_HOME, else ./var)")
        for add_arguments in command.setups:
            add_arguments(own)
        own.set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
