"""What a page answers to what it cannot take."""

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from rapport.platform.identity.models import User
from rapport.records.errors import InvalidFields
from rapport.records.pages.guard import page

SCRIPT = "<script>alert(1)</script>"


@page
def refusing(request: HttpRequest) -> HttpResponse:
    raise InvalidFields({"day": f"“{SCRIPT}” is not a day."})


def test_a_refusal_that_quotes_what_was_sent_is_no_html() -> None:
    request = RequestFactory().get("/")
    request.viewer = SimpleNamespace(id=1)  # type: ignore[attr-defined]
    answer = refusing(request)
    assert answer.status_code == 400
    assert SCRIPT in answer.content.decode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_an_export_searches_as_the_list_does_without_control_characters(db):
    client = Client()
    client.force_login(User.objects.create_user(email="ana@halden.example", name="Ana", role="administrator"))
    for ending in ("csv", "xlsx"):
        assert client.get(f"/people/export.{ending}", {"q": "a\x00b"}).status_code == 200
