"""The first-run journey, in a real browser on the real server."""

import pytest
from django.test import Client

from rapport.platform.identity.models import User
from rapport.platform.setup import first_run
from rapport.platform.setup.first_run import set_up_code
from rapport.platform.setup.models import Company

pytestmark = [pytest.mark.django_db(transaction=True)]
ANSWERS = {
    "name": "Ana Lima",
    "email": "ana@halden.example",
    "password": "a long enough phrase",
    "company": "Halden Instruments",
    "country": "DE",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "language": "en-gb",
}
HERE = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture(autouse=True)
def nothing_has_begun(monkeypatch):
    monkeypatch.setattr(first_run, "_begun", False)


@pytest.mark.browser
def test_a_new_user_sets_the_company_up(page):
    page.goto("/people")
    assert page.url.endswith("/welcome")
    for label in ("name", "email", "password", "company"):
        page.fill(f"[name={label}]", ANSWERS[label])
    for choice in ("country", "currency", "time_zone"):
        page.select_option(f"[name={choice}]", ANSWERS[choice])
    page.click("button[type=submit]")
    page.wait_for_url("**/welcome/start")
    assert Company.objects.get().name == "Halden Instruments"
    assert Company.objects.get().time_zone == "Europe/Berlin"
    assert User.objects.get().role.key == "administrator"
    assert page.locator("button[name=start]").count() >= 2


def test_a_mistake_is_shown_beside_its_field_and_nothing_is_saved():
    answer = Client(**HERE).post("/welcome", ANSWERS | {"email": "ana", "password": "short"})
    assert answer.status_code == 422
    assert answer.content.count(b'class="r-error"') == 2
    assert not User.objects.exists()
    assert not Company.objects.exists()


@pytest.mark.parametrize(
    "other", [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_HOST": "crm.halden.example"}]
)
def test_from_another_machine_the_set_up_code_is_needed(other):
    stranger = Client(**HERE | other)
    assert b'name="code"' in stranger.get("/welcome").content
    for code in ("", "AAAA-AAAA-AAAA"):
        assert stranger.post("/welcome", ANSWERS | {"code": code}).status_code == 422
    assert not User.objects.exists()
    answer = stranger.post("/welcome", ANSWERS | {"code": set_up_code().lower().replace("-", " ")})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/welcome/start")


@pytest.mark.parametrize("header", [{}, {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}, {"HTTP_HX_REQUEST": "true"}])
def test_once_there_is_a_user_it_is_gone_whatever_the_headers(header):
    assert Client(**HERE).post("/welcome", ANSWERS).status_code == 302
    again = Client(**HERE, **header)
    assert again.get("/welcome").status_code == 404
    assert again.post("/welcome", ANSWERS | {"email": "eve@example.com"}).status_code == 404
    assert again.get("/welcome/start").status_code == 404
    assert User.objects.count() == 1


def test_of_two_at_once_one_becomes_administrator():
    first_run.begin(first_run.Beginning(**ANSWERS))
    with pytest.raises(first_run.AlreadySetUp):
        first_run.begin(first_run.Beginning(**ANSWERS | {"email": "eve@example.com"}))
    assert User.objects.count() == 1
