"""A database that is away is told apart from a fault of ours: 503, and when to come back."""

import errno

import pytest
from django.db import OperationalError

from rapport.platform.identity.models import User
from rapport.platform.identity.session_store import SessionStore
from rapport.records.read import Reader

pytestmark = pytest.mark.django_db
AWAY = OperationalError("connection to server failed: Connection refused")


@pytest.fixture
def ask(client, monkeypatch):
    """Asks for a page whose query fails with an error."""
    client.force_login(User.objects.create_user(email="ana@halden.example", name="Ana Lima", role="administrator"))
    client.raise_request_exception = False

    def asked(address, error, **headers):
        def failing(*_args, **_more):
            raise error

        monkeypatch.setattr(Reader, "slice", failing)
        return client.get(address, headers=headers)

    return asked


@pytest.mark.parametrize("error", [AWAY, OSError(errno.ENOSPC, "No space left on device")])
def test_a_page_says_so_and_when_to_come_back(ask, error):
    answer = ask("/people", error)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database does not answer" in answer.content.decode()


def test_the_page_leads_back_to_what_was_asked_for(ask):
    assert 'href="/people?q=a&amp;sort=name"' in ask("/people?q=a&sort=name", AWAY).content.decode()


def test_the_api_says_so_as_a_problem(ask):
    answer = ask("/api/v1/people", AWAY)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_part_of_a_page_stays_and_a_toast_says_so(ask):
    answer = ask("/people", AWAY, **{"HX-Request": "true", "HX-Target": "rows"})
    assert answer.status_code == 503
    assert answer["HX-Reswap"] == "none"
    assert "try again in a moment" in answer.content.decode()
    # Of several parts of one page that cannot be had, one tells.
    assert 'data-topic="refused-503"' in answer.content.decode()


@pytest.fixture
def sessions_away(client, monkeypatch):
    """How often it was asked who asks, which fails from now on: each time takes the ten seconds of the pool."""
    client.force_login(User.objects.create_user(email="ana@halden.example", name="Ana Lima", role="administrator"))
    client.raise_request_exception = False
    asked = []

    def failing(*_args):
        asked.append(1)
        raise AWAY

    monkeypatch.setattr(SessionStore, "load", failing)
    return asked


def test_it_says_so_too_where_it_cannot_even_find_out_who_asks_and_tries_that_once(client, sessions_away):
    answer = client.get("/people")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database does not answer" in answer.content.decode()
    assert len(sessions_away) == 1


def test_a_part_of_a_page_stays_there_too(client, sessions_away):
    answer = client.get("/people", headers={"HX-Request": "true", "HX-Target": "rows"})
    assert (answer.status_code, answer["HX-Reswap"]) == (503, "none")
    assert answer.content.decode().startswith('<hx-partial hx-target="#toasts"')
    assert len(sessions_away) == 1


def test_who_looks_after_the_process_is_answered_without_asking(client, sessions_away):
    assert client.get("/healthz").content == b"ok"
    assert not sessions_away


def test_a_fault_of_ours_is_still_a_fault_of_ours(ask):
    """The control."""
    answer = ask("/people", ZeroDivisionError("oops"))
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
