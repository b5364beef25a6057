"""Who may send how much: nobody fills the disk of a house in which they do not live."""

import http.client
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from rapport.platform.identity import known
from rapport.platform.identity.tokens import make_token
from rapport.platform.live import asgi, bodies
from rapport.records.importing.storing import LARGEST

PIECE = b"x" * 2**16


@pytest.fixture
def someone(transactional_db):
    return get_user_model().objects.create_user(email="someone@halden.example", name="Someone")


def sent(address, size, *, chunked, **headers):
    """The status that comes back, and how much was taken before the line was cut or all was sent."""
    line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    line.putrequest("POST", "/sign-in")
    for name, value in headers.items():
        line.putheader(name, value)
    line.putheader(*(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(size))))
    line.endheaders()
    taken = 0
    try:
        while taken < size:
            line.send(b"%x\r\n%s\r\n" % (len(PIECE), PIECE) if chunked else PIECE)
            taken += len(PIECE)
        line.send(b"0\r\n\r\n" if chunked else b"")
        status = line.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        status = None
    line.close()
    return status, taken


@pytest.mark.parametrize("chunked", [False, True])
def test_a_stranger_sends_a_megabyte_and_no_more(live_app, someone, chunked):
    status, taken = sent(live_app, 2**26, chunked=chunked)
    assert status in (413, None) and taken < 2**26, "it is not taken to the end"
    status, _taken = sent(live_app, 2**26, chunked=chunked, Cookie="sessionid=" + "x" * 32, Authorization="Bearer x")
    assert status in (413, None), "what looks like a key is none"
    status, taken = sent(live_app, 2**19, chunked=chunked)
    assert status not in (413, None) and taken == 2**19


def test_one_of_ours_sends_what_they_may(live_app, someone, settings):
    client = Client()
    client.force_login(someone)
    for key in (
        {"Cookie": f"sessionid={client.cookies['sessionid'].value}"},
        {"Authorization": f"Bearer {make_token(someone, name='x')}"},
    ):
        settings.LARGEST_BODY = 2**22
        assert sent(live_app, 2**21, chunked=True, **key)[0] not in (413, None)
        settings.LARGEST_BODY = 2**21
        assert sent(live_app, 2**26, chunked=True, **key)[0] in (413, None)


def test_without_the_limit_anything_would_be_taken(live_app, monkeypatch):
    """Control."""
    monkeypatch.setattr(bodies, "FROM_STRANGERS", 2**40)
    assert sent(live_app, 2**23, chunked=True)[1] == 2**23


def test_the_largest_import_fits(settings):
    assert settings.LARGEST_BODY > LARGEST
    assert asgi.is_known is known.is_known
