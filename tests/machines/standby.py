"""A PostgreSQL of one's own and a streaming replica of it, as pg_basebackup makes one."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from rapport.platform.setup import system_user
from rapport.platform.setup.embedded import ENVIRONMENT, Cluster, programs
from rapport.platform.setup.processes import wait_until
from tests.database import TestCluster


class Pair:
    """`url` is of the main database, `replica_url` of the one that follows it."""

    def __init__(self) -> None:
        self.main = TestCluster()
        self.folder = Path(tempfile.mkdtemp(prefix="rapport-replica-"))
        self.log = (self.folder / "log").open("wb")
        self.cluster = Cluster(self.folder, throw_away=True)
        self.process: subprocess.Popen | None = None

    def start(self) -> "Pair":
        self.url = self.main.start().app_url
        with (self.main.cluster.data / "pg_hba.conf").open("a") as rules:
            rules.write("local replication postgres peer map=rapport\n")
        self.main.process.send_signal(signal.SIGHUP)
        self._copy()
        self.start_replica()
        return self

    @property
    def replica_url(self) -> str:
        return self.cluster.url()

    def start_replica(self) -> None:
        self.process = self.cluster.start(output=self.log.fileno())

    def stop_replica(self) -> None:
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def pause(self) -> None:
        """What is committed from now on stays unseen on the replica."""
        self.catch_up()
        self._on_replica("SELECT pg_wal_replay_pause()")
        assert wait_until(lambda: self._on_replica("SELECT pg_get_wal_replay_pause_state()") == "paused", seconds=10)

    def resume(self) -> None:
        self._on_replica("SELECT pg_wal_replay_resume()")
        self.catch_up()

    def catch_up(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as db:
            here = db.execute("SELECT pg_current_wal_insert_lsn()").fetchone()[0]
        there = f"SELECT pg_last_wal_replay_lsn() >= '{here}' OR pg_is_wal_replay_paused()"
        assert wait_until(lambda: self._on_replica(there), seconds=20), "the replica does not follow"

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.stop_replica()
        self.main.stop()
        self.cluster.tidy()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _on_replica(self, query: str) -> Any:
        with psycopg.connect(self.cluster.url(role="postgres"), autocommit=True) as db:
            return db.execute(query).fetchone()[0]

    def _copy(self) -> None:
        user = system_user.server_user(self.main.cluster.data)
        self.cluster.data.mkdir(mode=0o700)
        who: dict[str, Any] = {}
        if user:
            os.chown(self.cluster.data, user.pw_uid, user.pw_gid)
            system_user.let_through(user, self.folder)
            who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        ready = wait_until(lambda: self._basebackup(who), seconds=30, step=0.2)  # until the new rules are in force
        assert ready, self.said
        self.cluster.prepare()

    def _basebackup(self, who: dict[str, Any]) -> bool:
        done = subprocess.run(
            [programs() / "pg_basebackup", "-h", self.main.cluster.socket_dir, "-U", "postgres", "-D", self.cluster.data,
             "--checkpoint=fast", "--write-recovery-conf", "--wal-method=stream", "--no-sync"],
            capture_output=True, text=True, env=ENVIRONMENT, cwd="/", timeout=60, **who,
        )  # fmt: skip
        self.said = done.stderr
        return done.returncode == 0
