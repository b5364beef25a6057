"""/healthz, /readyz and the health page."""

import json
import time
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import translation

from rapport.platform.identity.models import User
from rapport.platform.jobs.overview import overview
from rapport.platform.jobs.tests import jobs_for_tests
from rapport.platform.setup import health
from rapport.platform.setup.running import ChildState, forget_state, write_state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ana():
    return User.objects.create_user(email="ana@halden.example", name="Ana Lima", role="administrator")


def beat(seconds_ago):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def ready(client):
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["checks"]


def test_it_is_green_when_everything_works(client):
    beat(1)
    assert client.get("/healthz").content == b"ok"
    assert ready(client) == (200, {"database": "ok", "migrations": "ok", "worker": "ok"})


def test_a_silent_worker_is_red(client):
    beat(9)
    assert ready(client) == (503, {"database": "ok", "migrations": "ok", "worker": "failing"})


def test_a_pending_migration_is_red(client, monkeypatch):
    beat(1)
    monkeypatch.setattr(health, "known", lambda: {("sales", "9999_next")})
    assert ready(client)[0] == 503
    assert ready(client)[1]["migrations"] == "failing"


def test_a_database_that_is_gone_is_red_and_the_process_is_up(client, monkeypatch):
    monkeypatch.setattr(health, "parameters", lambda **more: {"host": "/nonexistent"} | more)
    assert ready(client) == (503, {"database": "failing"})
    assert client.get("/healthz").status_code == 200


def test_a_child_that_is_down_is_red(client, monkeypatch, tmp_path):
    beat(1)
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path))
    monkeypatch.setattr("rapport.platform.setup.running.is_running", lambda pid: True)
    (tmp_path / "run").mkdir()
    write_state([ChildState("web", "restarting", restarts=2, last_exit="signal SIGKILL")], address="http://here")
    assert ready(client) == (503, {"database": "ok", "migrations": "ok", "worker": "ok", "web": "failing"})
    forget_state()
    assert ready(client)[0] == 200


def test_the_page_shows_a_parked_job_and_tries_it_again(client, ana):
    beat(1)
    job = jobs_for_tests.always_fails.defer(text="ben")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job])
        cursor.execute(
            "INSERT INTO jobs_joberror (job_id, attempt, error) VALUES (%s, 1, 'ValueError: no luck')", [job]
        )
    client.force_login(ana)
    page = client.get("/settings/jobs").content.decode()
    assert "ValueError: no luck" in page
    assert client.post(f"/settings/jobs/{job}/retry").status_code == 302
    assert (overview().parked, overview().queued) == (0, 1)


def test_only_administrators_see_it(client, ana):
    ben = User.objects.create_user(email="ben@halden.example", name="Ben", role="manager")
    job = jobs_for_tests.always_fails.defer(text="ben")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job])
    assert client.get("/settings/jobs").status_code in (302, 404)
    client.force_login(ben)
    assert client.get("/settings/jobs").status_code == 404
    assert client.post(f"/settings/jobs/{job}/retry").status_code == 404
    assert overview().parked == 1, "refused means that nothing was changed"


def test_readyz_tells_strangers_no_details(client):
    beat(60)
    assert set(json.loads(client.get("/readyz").content)["checks"].values()) <= {"ok", "failing"}


def test_durations_and_sizes_are_said_as_people_say_them(monkeypatch):
    since = time.time() - 1517
    child = {"name": "web", "state": "running", "since": since, "restarts": 0, "last_exit": ""}
    monkeypatch.setattr(health, "read_state", lambda: {"children": [child]})
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=69_733 * 2**20))
    assert health._children()[0].text == "running for 25 minutes"
    assert health.space().text.startswith("68.1\xa0GB free in ")
    with translation.override("de"):
        assert "25 Minuten" in health._children()[0].text
        assert health.space().text.startswith("68,1\xa0GB ")
