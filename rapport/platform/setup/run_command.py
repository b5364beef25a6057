"""`bin/run`: everything in one process tree, until Ctrl-C."""

import argparse
import os
import socket
import sys
from pathlib import Path

from rapport.platform.setup.lease import Lock, Refused
from rapport.platform.setup.running import read_state
from rapport.platform.setup.supervisor import Stopped, Supervisor

HELP = "Runs everything: PostgreSQL, the web server, the worker."


def main(arguments: list[str]) -> int:
    args = parse(arguments)
    home = Path(os.environ["RAPPORT_HOME"])
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = Lock(home / "run" / "supervisor.lock")
    except OSError as error:
        raise Refused(f"The home {home} cannot be used: {error}") from error
    if not lock.take():
        running = read_state()
        where = f" at {running['address']} (process {running['pid']})" if running else ""
        raise Refused(f"Rapport already runs on {home}{where}. Stop it first, or give another --home.")
    check_port(args.host, args.port)
    with Supervisor(home, host=args.host, port=args.port) as supervisor:
        try:
            supervisor.start_database()
            supervisor.migrate()
            if args.demo:
                sys.stderr.write(supervisor.step("demo", "--if-empty"))
            supervisor.start_rest()
            sys.stdout.write(f"ready {supervisor.address}\n")
            sys.stdout.flush()
            tell_how_to_get_in(supervisor, demo=args.demo)
        except Stopped:
            return 0
        supervisor.watch()
    return 0


def tell_how_to_get_in(supervisor: Supervisor, *, demo: bool) -> None:
    """Prints the first-run page or a sign-in link; a failure here is no reason to stop serving."""
    try:
        sys.stdout.write(supervisor.step("welcome", *(["--demo"] if demo else [])))
        sys.stdout.flush()
    except Refused as reason:
        sys.stderr.write(f"{reason}\n")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/run", description=HELP, allow_abbrev=False)
    parser.add_argument("--port", type=port, default=os.environ.get("RAPPORT_PORT", "8000"))
    parser.add_argument("--host", default=os.environ.get("RAPPORT_BIND", "127.0.0.1"), help="default: 127.0.0.1")
    parser.add_argument("--home", type=Path, metavar="DIR", help="all data (default: RAPPORT_HOME, else ./var)")
    parser.add_argument("--demo", action="store_true", help="load the sample company and print a sign-in link")
    return parser.parse_args(arguments)


def port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (1 to 65535)")
    return int(text)


def check_port(host: str, number: int) -> None:
    """Says at once what the web server would only say in its log."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, number))
        except OSError as error:
            raise Refused(
                f"Port {number} on {host} cannot be used ({error.strerror}). Choose another: --port N"
            ) from error
