"""A restored instance sends nothing until an administrator lets it."""

import psycopg
import pytest
from django.db import connection

from rapport.platform.facts.models import Fact
from rapport.platform.identity.models import User
from rapport.platform.journal.models import Action
from rapport.platform.setup import outgoing
from rapport.platform.setup.direct import parameters

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/settings/health/release-outgoing"


@pytest.fixture
def ana():
    return User.objects.create_user(email="ana@halden.example", name="Ana Lima", role="administrator")


@pytest.fixture
def restored():
    """As a restore leaves it; the schema stays when the test's tables are made anew, so it is dropped here."""
    with psycopg.connect(**parameters(), autocommit=True) as db:
        assert outgoing.hold(db, made_at="2026-03-01T02:30:00+00:00")
        assert not outgoing.hold(db, made_at="later"), "the first restore since the last release counts"


def test_everything_may_leave_at_first():
    assert outgoing.allowed()
    outgoing.must_be_allowed()


def test_after_a_restore_nothing_may_leave_until_it_is_released(restored, client, ana):
    assert not outgoing.allowed()
    with pytest.raises(outgoing.OutgoingHeld, match="held since a backup was restored"):
        outgoing.must_be_allowed()
    client.force_login(ana)
    assert "Release mail and webhooks" in client.get("/settings/health").content.decode()
    assert client.post(ADDRESS).status_code == 302
    assert outgoing.allowed()
    assert "Release mail and webhooks" not in client.get("/settings/health").content.decode()
    fact = Fact.objects.get(name="outgoing_released")
    assert (fact.actor_id, fact.data["backup_of"]) == (ana.pk, "2026-03-01T02:30:00+00:00")
    assert Action.objects.get(verb="release outgoing").actor_id == ana.pk
    client.post(ADDRESS)
    assert Fact.objects.filter(name="outgoing_released").count() == 1, "there was nothing more to release"


def test_only_administrators_release_it(restored, client, ana):
    ben = User.objects.create_user(email="ben@halden.example", name="Ben", role="manager")
    client.force_login(ben)
    assert client.post(ADDRESS).status_code == 404
    assert not outgoing.allowed()
    assert not Fact.objects.exists()


def test_a_restore_that_fails_takes_its_own_mark_away(restored):
    with psycopg.connect(**parameters(), autocommit=True) as db:
        outgoing.let_go(db)
    assert outgoing.allowed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('rapport_instance') IS NOT NULL")
        assert cursor.fetchone()[0], "an empty schema is no mark"
