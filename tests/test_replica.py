"""A real streaming replica: lists come from it, nobody misses what they wrote, and nothing stands still without it."""

import json
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connections
from django.test import Client

from rapport.config.database import database_settings, replica_settings
from rapport.platform.identity.models import ApiToken, User
from rapport.platform.identity.tokens import make_token
from rapport.platform.identity.viewer import viewer_for
from rapport.platform.replica import follower as following
from rapport.platform.replica.follower import follower
from rapport.platform.setup.processes import wait_until
from rapport.records import registry, write
from tests.machines.standby import Pair

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.skipif(
        "DATABASE_URL" in os.environ, reason="DATABASE_URL is set, and a replica needs a server of its own"
    ),
]
PARTS = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
LONG = 600.0


class Person:
    """Somebody with a browser and a token."""

    def __init__(self, name: str, role: str) -> None:
        self.user = User.objects.create_user(email=f"{name}@halden.example", name=name, role=role)
        self.token = make_token(self.user, name="test")
        self.browser, self.program = Client(), Client(headers={"Authorization": f"Bearer {self.token}"})
        self.browser.force_login(self.user, backend="rapport.platform.identity.backends.EmailBackend")

    def makes(self, name: str) -> int:
        """A person with this last name, by the API; returns its id."""
        values = {"first_name": "Zoe", "last_name": name, "job_title": "Weaver"}
        made = self.program.post("/api/v1/people", json.dumps(values), content_type="application/json")
        assert made.status_code == 201, made.content
        return made.json()["id"]

    def sees(self, name: str, path: str = "/api/v1/people?limit=200&sort=-created_at", **headers: str) -> bool:
        client = self.program if path.startswith("/api") else self.browser
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, answer.content
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return name.encode() in content


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    made = Pair()
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture
def served(pair: Pair, django_db_setup: None, django_db_blocker: Any, settings: Any) -> Iterator[Pair]:
    """This process on the pair: the main database as default, the replica beside it, all caught up."""
    settings.REPLICA_LAG = LONG
    default = connections["default"]
    before = {part: default.settings_dict[part] for part in PARTS}
    with django_db_blocker.unblock():
        _point(default, database_settings(pair.url))
        replica = replica_settings(pair.replica_url)
        replica["OPTIONS"].pop("pool")
        configured.DATABASES["replica"] = default.settings_dict | replica
        follower.forget()
        pair.resume()
        yield pair
        follower.forget()
        connections["replica"].close()
        del connections["replica"], configured.DATABASES["replica"]
        _point(default, before)


def _point(default: Any, to: dict[str, Any]) -> None:
    default.close()
    for part in PARTS:
        configured.DATABASES["default"][part] = default.settings_dict[part] = to[part]


@pytest.fixture
def cast(served: Pair) -> Callable[[str, str], Person]:
    """Makes people whose names no other test has."""
    now = time.monotonic_ns()
    return lambda name, role="administrator": Person(f"{name}{now}", role)


@pytest.fixture
def ana(cast: Any) -> Person:
    return cast("ana")


@pytest.fixture
def ben(cast: Any) -> Person:
    return cast("ben")


def hold(served: Pair) -> None:
    """Once this process reads from the replica, stops the replica's time."""
    assert wait_until(lambda: follower.is_fit(0), seconds=20), follower.reason
    served.pause()


READS = [
    "/api/v1/people?limit=200&sort=-created_at&fields=name",
    "/api/v1/people/totals?group=job_title",
    "/people?sort=-created_at",
    "/people?group=job_title",
    "/people/export.csv",
]


@pytest.mark.parametrize("path", READS)
def test_lists_reports_and_exports_come_from_the_replica_but_not_to_who_has_just_written(served, ana, ben, path):
    served.catch_up()
    word = f"Loom{time.monotonic_ns()}"
    values = {"first_name": "Zoe", "last_name": word, "job_title": word}
    assert not ana.sees(word, path)
    hold(served)
    made = ben.program.post("/api/v1/people", json.dumps(values), content_type="application/json")
    assert made.status_code == 201
    assert not ana.sees(word, path), "this was not read from the replica"
    assert ben.sees(word, path)
    served.resume()
    assert wait_until(lambda: ana.sees(word, path), seconds=10)


def test_a_board_comes_from_the_replica_too(served, ana, ben):
    word = f"Loom{time.monotonic_ns()}"
    organisation = ben.program.post(
        "/api/v1/organisations", json.dumps({"name": word}), content_type="application/json"
    )
    hold(served)
    deal = {"name": f"Deal {word}", "organisation": organisation.json()["id"]}
    made = ben.program.post("/api/v1/deals", json.dumps(deal), content_type="application/json")
    assert made.status_code == 201, made.content
    assert not ana.sees(f"Deal {word}", "/deals/board")
    assert ben.sees(f"Deal {word}", "/deals/board")


@pytest.mark.parametrize("guard", [True, False])
def test_without_the_note_of_own_writes_one_would_read_behind_them(served, ana, monkeypatch, guard):
    """The control: with the guard off the stale list is really there to be seen."""
    if not guard:
        real = following.positions
        monkeypatch.setattr(following, "positions", lambda user_id: (real(user_id)[0], 0))
    hold(served)
    word = f"Own{guard}"
    ana.makes(word)
    assert ana.sees(word) is guard
    assert ana.sees(word, "/people?sort=-created_at") is guard
    served.resume()
    assert wait_until(lambda: ana.sees(word), seconds=10)


def test_what_a_job_wrote_for_somebody_is_their_own_write(served, ana):
    hold(served)
    write.create(registry.get("people"), {"last_name": "Byjob"}, viewer=viewer_for(ana.user, "import"))
    assert ana.sees("Byjob")


def test_a_page_that_was_told_of_a_change_finds_it(served, ana, ben):
    """Live updates come from the main database at once; what an open page then fetches must not be older."""
    hold(served)
    ben.makes("Toldof")
    assert not ana.sees("Toldof", "/people?sort=-created_at")
    assert ana.sees("Toldof", "/people?sort=-created_at", **{"HX-Request": "true", "HX-Target": "div#list"})


def test_when_the_replica_has_caught_up_reads_go_back_to_it(served, ana, ben):
    hold(served)
    ana.makes("First")
    assert ana.sees("First")
    served.resume()
    assert wait_until(lambda: follower.is_fit(ana.user.pk), seconds=10)
    hold(served)
    ben.makes("Second")
    assert not ana.sees("Second")


def test_a_replica_too_far_behind_is_not_read_from_and_the_health_page_says_so(served, ana, ben, settings):
    settings.REPLICA_LAG = 1.0
    hold(served)
    ben.makes("Late")
    assert wait_until(lambda: ana.sees("Late"), seconds=10), "stale for longer than RAPPORT_REPLICA_LAG"
    health = ana.browser.get("/settings/health").content.decode()
    assert "More than 1 s behind" in health
    served.resume()
    assert wait_until(lambda: follower.is_fit(ana.user.pk), seconds=10)
    assert "Follows the main database" in ana.browser.get("/settings/health").content.decode()


def test_a_right_that_was_taken_is_gone_at_once_and_a_record_within_the_lag(served, ana, cast, settings):
    settings.REPLICA_LAG = 2.0
    cleo = cast("cleo", "member")
    pk = ana.makes("Given")
    given = ana.program.patch(
        f"/api/v1/people/{pk}", json.dumps({"owner": cleo.user.pk}), content_type="application/json"
    )
    assert given.status_code == 200, given.content
    served.catch_up()
    assert cleo.sees("Given")
    hold(served)
    began = time.monotonic()
    taken = ana.program.patch(
        f"/api/v1/people/{pk}", json.dumps({"owner": ana.user.pk}), content_type="application/json"
    )
    assert taken.status_code == 200
    assert cleo.program.get(f"/api/v1/people/{pk}").status_code == 404
    assert wait_until(lambda: not cleo.sees("Given"), seconds=10)
    assert time.monotonic() - began < settings.REPLICA_LAG + 5
    # What decides on rights is never read from the replica.
    ApiToken.objects.filter(user=cleo.user).update(revoked_at="2026-01-01T00:00:00Z")
    assert cleo.program.get("/api/v1/people").status_code == 401
    User.objects.filter(pk=cleo.user.pk).update(is_active=False)
    assert cleo.browser.get("/people").status_code == 302


def test_without_the_replica_everything_goes_on(served, ana, monkeypatch):
    monkeypatch.setattr(following, "LEFT_ALONE", 0.3)
    assert wait_until(lambda: follower.is_fit(ana.user.pk), seconds=20)
    served.stop_replica()
    try:
        follower._heard = float("-inf")  # as after half a second
        began = time.monotonic()
        ana.makes("Alone")
        assert ana.sees("Alone") and ana.sees("Alone", "/people?sort=-created_at")
        assert time.monotonic() - began < 8, "somebody waited for a replica that is away"
        assert (
            "Away, so that everything is read from the main database"
            in ana.browser.get("/settings/health").content.decode()
        )
        assert ana.browser.get("/readyz").json()["checks"]["database"] == "ok"
    finally:
        served.start_replica()
    assert wait_until(lambda: follower.is_fit(ana.user.pk), seconds=20)


def test_a_read_that_the_replica_breaks_off_is_asked_for_again(served, ana):
    """The follower still thinks well of it: the connection breaks in the middle of the page."""
    ana.makes("Broken")
    served.catch_up()
    assert ana.sees("Broken") and wait_until(lambda: follower.is_fit(ana.user.pk), seconds=20)
    served.stop_replica()
    try:
        follower._heard = time.monotonic()
        assert ana.sees("Broken")
        assert follower.reason
    finally:
        served.start_replica()


def test_a_server_that_follows_nothing_is_not_taken_for_a_replica(served, ana, ben):
    connections["replica"].close()
    for part in PARTS:
        configured.DATABASES["replica"][part] = connections["replica"].settings_dict[part] = database_settings(
            served.url
        )[part]
    follower.forget()
    assert not follower.is_fit(ana.user.pk)
    assert "follows nothing" in follower.reason
