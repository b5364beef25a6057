"""What breaks, how it heals, and what the health page has to say of it meanwhile."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from rapport.platform.setup import system_user
from tests.faults.clock import Clock, compiler
from tests.faults.instance import Instance
from tests.faults.operations import Operation
from tests.faults.proxy import Proxy
from tests.faults.watching import Watch

SMALL = 64
WORKERS_OWN = ("import", "bulk edit", "backup")


class Fault:
    """`strike` returns when the fault is over; `lie` says what the health page did not tell in time, or ""."""

    name = ""
    apart = False
    on_little_disk = False

    def __init__(self, *, brief: bool = False) -> None:
        self.brief = brief

    def cannot(self) -> str:
        """Why it cannot be tried here."""
        return ""

    def home(self, folder: Path) -> Path | None:
        """Where the home shall lie, if not in the folder."""
        return None

    def prepare(self, instance: Instance) -> None:
        """Before the instance starts."""

    def strike(self, instance: Instance, operation: Operation) -> None:
        raise NotImplementedError

    def lie(self, watch: Watch, struck: float, instance: Instance) -> str:
        """Nothing is to be seen of it: then the lamp must not be red for long, either."""
        longest = watch.longest_red(struck)
        return "" if longest <= 10 else f"/readyz was red for {longest:.0f} s"

    def clear(self) -> None:
        """After everything has ended."""


class Killed(Fault):
    """kill -9 of one of the supervisor's children."""

    child = ""

    def strike(self, instance: Instance, operation: Operation) -> None:
        os.kill(instance.pid(self.child), signal.SIGKILL)

    def lie(self, watch: Watch, struck: float, instance: Instance) -> str:
        shown = watch.shows(rf"data-as-is>{self.child}</td>.*SIGKILL", struck)
        return "" if shown else f"the health page did not tell that {self.child} was killed"


class WorkerKilled(Killed):
    name, child = "worker -9", "worker"


class WebKilled(Killed):
    name, child = "web -9", "web"


class WorkerStopped(Fault):
    """A worker that is stopped, taken for dead, and wakes up again."""

    name = "worker STOP, CONT"

    def strike(self, instance: Instance, operation: Operation) -> None:
        worker = instance.pid("worker")
        os.kill(worker, signal.SIGSTOP)
        # Longer than the 30 s after which its jobs are given to others, where it has any.
        time.sleep(35 if operation.name in WORKERS_OWN and not self.brief else 12)
        os.kill(worker, signal.SIGCONT)

    def lie(self, watch: Watch, struck: float, instance: Instance) -> str:
        return "" if watch.red("worker", struck) else "/readyz was not red within 10 s of the worker's end"


class ServerRestarted(Fault):
    """PostgreSQL is shut down as in a crash, again and again; the supervisor starts it."""

    name = "PostgreSQL restart x 10"

    def strike(self, instance: Instance, operation: Operation) -> None:
        for number in range(3 if self.brief else 10):
            if instance.apart:
                instance.stop_server(signal.SIGQUIT)
                instance.start_server()
            else:
                self._by_the_supervisor(instance)
            instance.wait(lambda: instance.ask("SELECT 1"), 30, "PostgreSQL does not answer")
            if number == 0:
                operation.go_on()

    def _by_the_supervisor(self, instance: Instance) -> None:
        before = instance.pid("postgres")
        os.kill(before, signal.SIGQUIT)
        instance.wait(lambda: instance.pid("postgres") != before, 30, "PostgreSQL is not started again")
        instance.wait(instance.cluster.is_ready, 30, "PostgreSQL is not ready")

    def lie(self, watch: Watch, struck: float, instance: Instance) -> str:
        if instance.apart:  # it was back before anybody could look
            return ""
        # Ten restarts take the supervisor a minute, as it waits longer before each; a page that is asked for meanwhile waits, too.
        shown = watch.shows(r"data-as-is>postgres</td>.*<td class=\"num\">[1-9]", struck, 120)
        return "" if shown else "the health page did not tell that PostgreSQL was started again"


class ServerAway(Fault):
    """PostgreSQL is gone for a minute."""

    name, apart = "PostgreSQL away 60 s", True

    def strike(self, instance: Instance, operation: Operation) -> None:
        instance.stop_server(signal.SIGQUIT)
        operation.go_on()
        time.sleep(15 if self.brief else 60)
        instance.start_server()

    def lie(self, watch: Watch, struck: float, instance: Instance) -> str:
        return "" if watch.red("database", struck) else "/readyz was not red within 10 s of the database's end"


class DiskFull(Fault):
    """The home and the tables lie on a small disk, and something else fills it."""

    name, apart, on_little_disk = "disk full (64 MB)", True, True

    def cannot(self) -> str:
        return "" if os.geteuid() == 0 else "needs root to mount a tmpfs"

    def home(self, folder: Path) -> Path | None:
        self.disk = folder.with_name(folder.name + "-disk")
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}m,mode=755", "tmpfs", self.disk], check=True)
        return self.disk / "home"

    def prepare(self, instance: Instance) -> None:
        space = self.disk / "tables"
        space.mkdir(mode=0o700)
        if user := system_user.server_user(instance.cluster.data):
            os.chown(space, user.pw_uid, user.pw_gid)
            system_user.let_through(user, self.disk)
        instance.start_server()
        with psycopg.connect(instance.cluster.url(role="postgres", database="postgres"), autocommit=True) as db:
            db.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(space))))
            db.execute("ALTER DATABASE rapport SET TABLESPACE small")

    def strike(self, instance: Instance, operation: Operation) -> None:
        ballast = self.disk / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(bytes(2**16)):
                pass
        operation.go_on()
        end, over = time.monotonic() + (8 if self.brief else 15), False
        while time.monotonic() < end and not over:
            with suppress(psycopg.OperationalError):  # without room there are no new connections
                over = operation.ended()
            time.sleep(0.1)
        time.sleep(2.5)  # for an administrator to look at the page
        ballast.unlink()

    def lie(self, watch: Watch, struck: float, instance: Instance) -> str:
        shown = watch.shows(r"<td>Disk</td><td><span class=\"r-lamp bad\">", struck, 30)
        return "" if shown else "the health page did not tell of the full disk"

    def clear(self) -> None:
        subprocess.run(["umount", "-l", self.disk], check=False)
        with suppress(OSError):
            self.disk.rmdir()


class ClockForward(Fault):
    """Everybody's clock jumps an hour ahead, PostgreSQL's included."""

    name, apart = "clock +1 h", True

    def cannot(self) -> str:
        return "" if compiler() else "needs a C compiler (cc)"

    def prepare(self, instance: Instance) -> None:
        self.clock = Clock(instance.folder)
        instance.more |= self.clock.environment
        instance.for_server |= self.clock.environment

    def strike(self, instance: Instance, operation: Operation) -> None:
        before = instance.ask("SELECT extract(epoch FROM now())")[0][0]
        self.clock.forward(3600)
        after = instance.ask("SELECT extract(epoch FROM now())")[0][0]
        assert after - before > 3000, "the clock did not move: what is found here would prove nothing"


class CutAfterCommit(Fault):
    """The server has committed, and the connection ends before the client hears of it."""

    name, apart = "cut after commit", True

    def prepare(self, instance: Instance) -> None:
        instance.start_server()
        self.proxy = Proxy(instance.folder / "proxy", instance.cluster.socket_dir)
        self.proxy.start()
        instance.url = self.proxy.url

    def strike(self, instance: Instance, operation: Operation) -> None:
        before = self.proxy.cuts
        # Each third commit: the work gets somewhere in between.
        self.proxy.cut(2 if self.brief else 4, every=3 if operation.name != "simulate" else 1)
        operation.go_on()
        end = time.monotonic() + 20
        while self.proxy.left and not operation.ended() and time.monotonic() < end:
            time.sleep(0.02)
        self.proxy.cut(0, every=1)
        if operation.name not in ("export", "backup"):  # these commit next to nothing
            assert self.proxy.cuts > before, "no commit came by: what is found here would prove nothing"

    def clear(self) -> None:
        self.proxy.end()


FAULTS: dict[str, type[Fault]] = {
    one.name: one
    for one in (
        WorkerKilled, WebKilled, WorkerStopped, ServerRestarted, ServerAway, DiskFull, ClockForward, CutAfterCommit,
    )
}  # fmt: skip
