"""What FragmentMiddleware and RefusalMiddleware promise to views."""

import json

import pytest
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from rapport.platform.ui.compress import CompressMiddleware
from rapport.platform.ui.message_cookies import MessageCookies
from rapport.platform.ui.middleware import FragmentMiddleware, RefusalMiddleware


def answer(view, *, htmx=True, here="/people/1", **headers):
    given = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{here}"} if htmx else {}
    request = RequestFactory().post("/people/1/notes", headers=given | headers)
    request.htmx = HtmxDetails(request)
    request._messages = MessageCookies(request)
    return RefusalMiddleware(FragmentMiddleware(view))(request)


@pytest.fixture(autouse=True)
def _no_company(monkeypatch):
    monkeypatch.setattr("rapport.platform.ui.context.company", lambda: None)


def test_a_message_becomes_a_toast_behind_the_fragment():
    def view(request):
        messages.success(request, "Saved <b>it</b>")
        return HttpResponse("<td>1</td>")

    html = answer(view).content.decode()
    assert html.startswith('<td>1</td><hx-partial hx-target="#toasts"')
    assert "Saved &lt;b&gt;it&lt;/b&gt;" in html


def test_a_message_with_204_is_shown_and_the_target_kept():
    def view(request):
        messages.success(request, "Saved")
        return HttpResponse(status=204, headers={"HX-Trigger": "dialog-close"})

    response = answer(view)
    assert response.status_code == 200 and response["HX-Reswap"] == "none" and response["HX-Trigger"] == "dialog-close"
    assert b"Saved" in response.content


def test_no_message_no_change():
    assert answer(lambda r: HttpResponse("<td>1</td>")).content == b"<td>1</td>"


def test_a_redirect_elsewhere_loads_that_page_and_keeps_the_message_for_it():
    def view(request):
        messages.success(request, "Deleted")
        return HttpResponseRedirect("/people")

    response = answer(view)
    assert response.status_code == 200 and response["HX-Redirect"] == "/people"
    assert b"Deleted" not in response.content and "Location" not in response.headers


def test_a_redirect_to_the_page_one_is_on_morphs_it():
    response = answer(lambda r: HttpResponseRedirect("/people/1"))
    assert json.loads(response["HX-Location"])["path"] == "/people/1"


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_an_error_page_never_lands_in_the_target(status):
    response = answer(lambda r: HttpResponse("<html>big error page</html>", status=status))
    assert response.status_code == status and response["HX-Reswap"] == "none"
    assert b"big error page" not in response.content and b'role="alert"' in response.content


@pytest.mark.parametrize("status", [409, 422])
def test_a_refused_form_goes_into_the_target(status):
    response = answer(lambda r: HttpResponse("<form>why not</form>", status=status))
    assert response.content == b"<form>why not</form>" and "HX-Reswap" not in response.headers


def test_without_htmx_nothing_changes_but_vary():
    response = answer(lambda r: HttpResponseRedirect("/people"), htmx=False)
    assert response.status_code == 302
    assert "HX-Request" in answer(lambda r: HttpResponse("x"), htmx=False)["Vary"]


def test_a_message_may_offer_undo_at_one_of_our_own_addresses_only():
    def view(request):
        messages.success(request, "Saved", extra_tags="undo:/undo/7")
        messages.success(request, "Saved", extra_tags="undo://evil.example/undo")
        return HttpResponse("<td>1</td>")

    html = answer(view).content.decode()
    assert html.count("hx-post") == 1 and 'hx-post="/undo/7"' in html


@pytest.mark.parametrize(
    ("response", "packed"),
    [
        (HttpResponse("<td>1</td>" * 200), True),
        (HttpResponse("short"), False),
        (StreamingHttpResponse(["x" * 999]), False),
    ],
)
def test_pages_are_compressed_and_streams_are_not(response, packed):
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    assert CompressMiddleware(lambda _request: response)(request).has_header("Content-Encoding") is packed
