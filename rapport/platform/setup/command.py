"""The registry of the command line: a room's commands.py registers its commands here.

@command("import", "Reads a CSV or XLSX file into an entity.")
def import_file(args): ...

@import_file.arguments
def _(parser): parser.add_argument("file", type=Path)
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field

from rapport.platform.setup.lease import Refused

__all__ = ["Command", "Refused", "command", "commands"]


@dataclass
class Command:
    """One command. `run` gets the parsed arguments; it raises Refused when it cannot do what it is asked (exit code
    1).
    """

    name: str
    help: str
    run: Callable[[argparse.Namespace], None]
    migrates: bool = True
    setups: list[Callable[[argparse.ArgumentParser], None]] = field(default_factory=list)

    def arguments(
        self, function: Callable[[argparse.ArgumentParser], None]
    ) -> Callable[[argparse.ArgumentParser], None]:
        """Decorates the function that adds the command's arguments to its parser."""
        self.setups.append(function)
        return function


_commands: dict[str, Command] = {}


def command(name: str, help: str, *, migrates: bool = True) -> Callable[[Callable], Command]:
    """Registers a command; a name of two words ("user create") makes a group.

    `migrates`: bring the database up to date first.
    """

    def register(function: Callable[[argparse.Namespace], None]) -> Command:
        if name in _commands:
            raise ValueError(f"Two commands are called {name!r}.")
        _commands[name] = Command(name, help, function, migrates)
        return _commands[name]

    return register


def commands() -> list[Command]:
    """Every registered command, by name."""
    return [_commands[name] for name in sorted(_commands)]
