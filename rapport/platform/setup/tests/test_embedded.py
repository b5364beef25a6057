"""The embedded PostgreSQL and its users: made, shared, left, recovered, and closed to others."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from rapport.platform.setup import system_user
from rapport.platform.setup.embedded import LONGEST_SOCKET_PATH, SOCKET, Cluster
from rapport.platform.setup.lease import Lease, Refused, check_server, database
from rapport.platform.setup.processes import is_alive, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def home(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    # Not pytest's folder: every session that starts closes it for other users, PostgreSQL's included.
    folder = Path(tempfile.mkdtemp(prefix="rapport-home-"))
    yield folder / "home"
    shutil.rmtree(folder, ignore_errors=True)


def test_it_is_made_once_and_found_again(home):
    with database(home) as url, psycopg.connect(url) as db:
        db.execute("CREATE TABLE kept (n int)")
        assert db.execute("SELECT current_user, current_setting('listen_addresses')").fetchone() == ("rapport", "")
        assert db.execute("SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone() == (
            False,
        )
        for extension in ("pg_trgm", "unaccent", "btree_gist"):
            db.execute(f"CREATE EXTENSION {extension}")
    assert Cluster(home / "postgres").pid() is None, "the last user stops it"
    with database(home) as url, psycopg.connect(url) as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_first_start_that_was_cut_off_begins_again(home):
    half = home / "postgres" / "data" / "new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with database(home) as url:
        psycopg.connect(url).close()


@pytest.mark.parametrize("name", ["d" * 100, "one,two"], ids=["long", "comma"])
def test_a_path_that_sockets_cannot_have_gets_another_that_is_cleared_away(home, name):
    deep = home / name
    with database(deep) as url:
        cluster = Cluster(deep / "postgres")
        assert cluster.socket_dir.parent == Path("/tmp")  # noqa: S108 - looked at only
        assert len(str(cluster.socket_dir / SOCKET)) <= LONGEST_SOCKET_PATH
        assert stat.S_IMODE(cluster.socket_dir.stat().st_mode) == 0o700
        psycopg.connect(url).close()
    assert not cluster.socket_dir.exists()


def test_two_users_share_it_and_the_first_waits_for_the_second(home):
    first, second = Lease(home), Lease(home)
    assert first.take() == second.take()
    pid = first.cluster.pid()
    program = "import sys; from pathlib import Path; from rapport.platform.setup.lease import database\n"
    program += "with database(Path(sys.argv[1])) as url: print('in', flush=True); sys.stdin.readline()"
    third = subprocess.Popen(
        [sys.executable, "-c", program, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert third.stdout.readline() == "in\n"
    second.drop()
    assert is_alive(pid)
    third.communicate("go\n")
    assert third.returncode == 0
    assert is_alive(pid), "it belongs to the first, which still uses it"
    first.drop()
    assert not is_alive(pid)


def test_when_its_owner_is_killed_it_goes_too_and_the_next_start_recovers(home):
    program = "import sys; from pathlib import Path; from rapport.platform.setup.lease import database\n"
    program += "with database(Path(sys.argv[1])) as url: print('in', flush=True); sys.stdin.readline()"
    owner = subprocess.Popen(
        [sys.executable, "-c", program, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout.readline() == "in\n"
    pid = Cluster(home / "postgres").pid()
    owner.kill()
    owner.wait()
    with database(home) as url:
        psycopg.connect(url).close()
        assert not is_alive(pid)


def test_a_killed_server_leaves_nothing_that_stops_the_next(home):
    with database(home):
        pid = Cluster(home / "postgres").pid()
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: not is_alive(pid), seconds=10)
    assert (home / "postgres" / "data" / "postmaster.pid").exists()
    time.sleep(0.5)
    with database(home) as url:
        psycopg.connect(url).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for PostgreSQL")
def test_as_root_it_runs_as_somebody_else_and_others_are_shut_out(home):
    with database(home) as url:
        cluster = Cluster(home / "postgres")
        user = system_user.server_user(cluster.data)
        assert Path(f"/proc/{cluster.pid()}").stat().st_uid == user.pw_uid != 0
        assert home.parent.stat().st_mode & stat.S_IRWXO == 0, "the closed folder above stays closed for others"
        assert _as_nobody(url) == "shut out"
        # Even if every folder on the way were open, the server itself asks who is there.
        for step in (home.parent, home, home / "postgres", cluster.socket_dir, cluster.socket_dir / SOCKET):
            step.chmod(0o777)
        assert _as_nobody(url) == "shut out"


def _as_nobody(url):
    """Tries to connect in a process of the user nobody."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            psycopg.connect(url)
            os._exit(1)
        except psycopg.OperationalError:
            os._exit(0)
        except BaseException:
            os._exit(2)
    return {0: "shut out", 1: "let in", 2: "something else"}[os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]


def test_a_database_that_does_not_answer_is_refused_in_words(monkeypatch, home):
    with pytest.raises(Refused, match="DATABASE_URL does not answer"):
        check_server("postgresql://nobody@127.0.0.1:1/none")


def test_an_old_database_is_refused(monkeypatch):
    class Old:
        class info:
            server_version = 140011

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(psycopg, "connect", lambda *_, **__: Old())
    with pytest.raises(Refused, match="PostgreSQL 14; Rapport needs 15"):
        check_server("postgresql://old/none")
