"""Live updates through the real server: who hears what, and when the line is cut."""

import http.client
import socket
import time
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client

from rapport.platform.access.models import Grant
from rapport.platform.identity.models import User
from rapport.platform.live.touch import touch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ana():
    return User.objects.create_user(email="ana@halden.example", name="Ana Lima")


@pytest.fixture
def listen(live_app, ana):
    """listen("deals") opens a stream as Ana and returns a function that reads its next event."""
    client = Client()
    client.force_login(ana)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    opened = []

    def open_stream(*topics, **query):
        line = http.client.HTTPConnection(urlsplit(live_app).netloc, timeout=10)
        opened.append(line)
        asked = urlencode({"topics": ",".join(topics), **query})
        line.request("GET", f"/live?{asked}" if topics or query else "/live", headers={"Cookie": cookie})
        answer = line.getresponse()
        assert answer.status == 200

        def read_event():
            found = []
            while line_read := answer.readline().strip():
                found.append(line_read.decode())
            return found

        assert read_event() == ["retry: 2000"]
        time.sleep(0.3)  # the process's listening connection opens with the first stream
        return read_event

    yield open_stream
    for line in opened:
        line.close()


def test_a_touch_reaches_those_who_listen_to_it_without_content(listen):
    deals, everything = listen("deals", "calls"), listen()
    touch("people")
    touch("calls")
    assert deals() == ["event: live-calls", "data:"]
    assert everything() == ["data: people"]
    assert everything() == ["data: calls"]


def test_only_what_commits_is_told_and_only_once(listen):
    deals = listen("deals", "end")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        touch("deals")
        raise ZeroDivisionError
    with transaction.atomic():
        touch("deals")
        touch("deals")
    touch("end")
    assert deals() == ["event: live-deals", "data:"]
    assert deals() == ["event: live-end", "data:"]


@pytest.mark.parametrize("touched", ["users", "users-{id}"])
def test_a_deactivated_user_is_cut_off_at_once(listen, ana, touched):
    deals = listen("deals")
    touch("users")
    with transaction.atomic():
        User.objects.filter(pk=ana.pk).update(is_active=False)
        touch(touched.format(id=ana.pk))
    began = time.monotonic()
    assert deals() == []
    assert time.monotonic() - began < 2


def test_after_the_database_line_was_cut_everybody_is_told_to_look_again(listen):
    deals = listen("deals")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
        assert cursor.rowcount == 1
    assert deals() == ["event: live-deals", "data:"]
    touch("deals")
    assert deals() == ["event: live-deals", "data:"]


def test_nobody_hears_of_what_they_may_not_look_at(listen, ana):
    Grant.objects.create(role=ana.role, entity="people", action="view", scope="none")
    everything, named = listen(), listen("people-7", f"notices-{ana.pk + 1}", "deals")
    touch("people", "people-7", f"notices-{ana.pk + 1}", "reminders-999")
    touch("deals", f"notices-{ana.pk}")
    assert {everything()[0] for _n in range(2)} == {"data: deals", f"data: notices-{ana.pk}"}
    assert named() == ["event: live-deals", "data:"]


def test_what_was_touched_since_the_page_was_made_is_told_at_once(listen, ana):
    first = listen()
    touch("people")
    assert first() == ["data: people"]
    between = int(time.time() * 1000) + 1
    time.sleep(0.002)
    touch("deals", f"users-{ana.pk}")
    assert first() == ["data: deals"]
    late = listen(since=between, rows=f"users-{ana.pk}")
    assert {late()[0] for _n in range(2)} == {"data: deals", f"data: users-{ana.pk}"}
    touch("calls")
    assert late() == ["data: calls"]
    assert listen("people", since=0)() == ["event: live-people", "data:"]


def test_of_single_rows_only_those_are_told_that_were_named(listen, ana):
    named, rows, neither = listen(f"users-{ana.pk}"), listen(rows=f"users-{ana.pk}"), listen()
    touch(f"users-{ana.pk}", f"users-{ana.pk + 1}")
    assert named() == [f"event: live-users-{ana.pk}", "data:"]
    assert rows() == [f"data: users-{ana.pk}"]
    touch("calls")
    assert neither() == rows() == ["data: calls"]


def test_who_names_no_host_is_answered_too(live_app):
    line = socket.create_connection(urlsplit(live_app).netloc.split(":"), timeout=10)
    line.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
    assert line.recv(100).startswith(b"HTTP/1.0 200")
    line.close()


def test_a_stranger_hears_nothing(live_app):
    User.objects.create_user(email="someone@halden.example", name="Someone")
    line = http.client.HTTPConnection(urlsplit(live_app).netloc, timeout=10)
    line.request("GET", "/live?topics=deals")
    assert line.getresponse().status == 401


def test_rows_are_counted_with_the_topics(client, ana):
    client.force_login(ana)
    many = ",".join(f"people-{n}" for n in range(30))
    assert client.get("/live", {"topics": many, "rows": many}).status_code == 400
    assert client.get("/live", {"rows": "People 7"}).status_code == 400
    assert client.get("/live", {"rows": many, "since": "²"}).status_code == 200


@pytest.mark.parametrize("topics", ["Deals", "a b", "x" * 101, ",".join(f"t{n}" for n in range(51))])
def test_what_is_no_topic_is_refused(client, ana, topics):
    client.force_login(ana)
    assert client.get("/live", {"topics": topics}).status_code == 400


def test_touching_what_is_no_topic_is_an_error():
    with pytest.raises(ValueError, match="no topic"):
        touch("Deal 7")
