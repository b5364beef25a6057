"""`rapport serve`: the web server alone. With bin/run the supervisor starts it."""

import argparse
import os
from pathlib import Path

from rapport.platform.setup.lease import database
from rapport.platform.setup.processes import die_with_parent

HELP = "Runs the web server alone (on further machines; bin/run starts one itself)."


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="rapport serve", description=HELP, allow_abbrev=False)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--home", type=Path, metavar="DIR", help="all data (default: RAPPORT_HOME, else ./var)")
    parser.add_argument("--processes", type=int, default=int(os.environ.get("RAPPORT_WEB_PROCESSES") or processes()))
    args = parser.parse_args(arguments)
    with database(Path(os.environ["RAPPORT_HOME"])) as url:
        os.environ["DATABASE_URL"] = url
        serve(host=args.host, port=args.port, count=args.processes)
    return 0


def processes() -> int:
    """One per processor, less one for PostgreSQL and the worker; at most four."""
    return max(1, min(4, (os.cpu_count() or 2) - 1))


def serve(*, host: str, port: int, count: int) -> None:
    """Serves until SIGTERM."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ["RAPPORT_SUPERVISED"] = "1"  # read by the processes that Granian starts, see follow_the_server
    Granian(
        "rapport.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=count,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


def follow_the_server() -> None:
    """Called in each worker process of the web server: it must not outlive a server that was killed."""
    die_with_parent()
