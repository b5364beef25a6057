"""bin/bench [--quick]: makes a large sample company in a throw-away home and prints the figures, one JSON per line."""

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def main() -> int:
    """Measures everything; --quick with 50,000 people instead of 1,000,000."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="50,000 people instead of 1,000,000")
    parser.add_argument("--people", type=int, help="another number of people")
    parser.add_argument(
        "--growth", action="store_true", help="10,000, 100,000 and 1,000,000 people, and how cost grows"
    )
    given = parser.parse_args()
    if given.growth:
        from rapport.config.bench.growth import measure_growth

        measure_growth()
        return 0
    people = given.people or (50_000 if given.quick else 1_000_000)
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ.update(RAPPORT_HOME=folder, DJANGO_SETTINGS_MODULE="rapport.config.settings", RAPPORT_LOG="ERROR")
        os.environ.pop("DATABASE_URL", None)
        token = _measure(people, 30 if given.quick else 100)
        _start(folder, token)
    return 0


def _measure(people: int, times: int) -> str:
    """Measures what needs no server; returns an API token of the manager whose view everything is seen in."""
    import django

    django.setup()
    from rapport.config.bench.figures import show
    from rapport.config.cli import use_database
    from rapport.platform.setup.lease import database

    with database(Path(os.environ["RAPPORT_HOME"])) as url:
        use_database(url)
        from django.db import connections

        from rapport.config.simulate.conductor import simulate
        from rapport.config.simulate.demo import load_demo
        from rapport.platform.setup.migrating import migrate_if_needed

        migrate_if_needed()
        load_demo()
        report = simulate(people=people, years=3, seed=2)
        show("simulate", report.total / report.seconds, "rows/s")
        show("simulate.time", report.seconds, "s")
        _settle()
        from rapport.config.bench.boards import measure_board
        from rapport.config.bench.groups import measure_groups
        from rapport.config.bench.imports import measure_import
        from rapport.config.bench.reads import manager, measure_reads
        from rapport.config.bench.writes import measure_writes
        from rapport.platform.identity.tokens import make_token

        measure_reads(times)
        measure_board(times)
        measure_groups(times)
        measure_writes(times, min(people, 100_000))
        measure_import(min(people, 100_000))
        token = make_token(manager(), name="bench load")
        connections.close_all()
    return token


def _settle() -> None:
    """Vacuums once, as a database that is in use has long been; else that work would fall into the first figures."""
    from django.db import connection

    from rapport.config.bench.figures import show

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    show("vacuum", time.perf_counter() - began, "s")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _start(home: str, token: str) -> None:
    """Starts the whole program on the set-up home: seconds until ready, memory of its processes, requests per second."""
    import psutil

    from rapport.config.bench.figures import show
    from rapport.config.bench.load import measure_load

    port = _free_port()
    began = time.perf_counter()
    command = [str(ROOT / "bin" / "run"), "--home", home, "--port", str(port)]
    # Measuring pointed the environment at the database that has just been stopped.
    clean = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean)
    try:
        assert run.stdout is not None
        for line in run.stdout:
            if re.match(r"ready http", line):
                break
        show("start", time.perf_counter() - began, "s")
        time.sleep(2)
        everything = [psutil.Process(run.pid), *psutil.Process(run.pid).children(recursive=True)]
        # Pages that processes share, as PostgreSQL's buffers, are counted once for none of them.
        private = sum(p.memory_full_info().uss for p in everything)
        show("memory", private / 2**20, "MB")
        measure_load(port, token, run.pid)
    finally:
        run.send_signal(signal.SIGTERM)
        run.wait(60)


if __name__ == "__main__":
    sys.exit(main())
