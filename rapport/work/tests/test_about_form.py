"""Creating a meeting, call, task or note says with whom: chosen in the form, or filled in by the record it is opened from."""

import pytest
from django.test import Client

from rapport.records import registry, write
from rapport.records.testing.cast import Cast, make_cast
from rapport.work.models import Meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def ana(cast) -> Client:
    client = Client()
    client.force_login(cast.users["ana"])
    return client


@pytest.fixture
def nora(cast) -> int:
    return write.create(registry.get("people"), {"name": "Nora Halvorsen"}, viewer=cast.viewer("ana"))


@pytest.mark.parametrize("entity", ["meetings", "calls", "tasks", "notes"])
def test_the_form_asks_whom_it_is_about_among_the_first_fields(ana, entity):
    html = ana.get(f"/{entity}/new", headers={"HX-Request": "true", "HX-Target": "dialog#dialog"}).content.decode()
    first, _more, _folded = html.partition('class="r-folded"')
    assert 'data-url="/about/options"' in first


def test_opened_from_a_record_it_works_without_scripts(ana, nora):
    html = ana.get(f"/meetings/new?about=people/{nora}").content.decode()
    assert f'<input type="checkbox" name="about" value="people/{nora}" checked><span>Nora Halvorsen</span>' in html
    answer = ana.post("/meetings/new", {"title": "Review", "at": "2026-06-03T10:00", "about": f"people/{nora}"})
    assert answer.status_code == 302
    assert {"entity": "people", "id": nora} in Meeting.objects.get(title="Review").about


def test_the_options_are_records_of_any_kind_within_reach(ana, cast, nora):
    for entity in ("organisations", "deals"):
        write.create(registry.get(entity), {"name": "Halvorsen & Co"}, viewer=cast.viewer("ana"))
    write.create(registry.get("notes"), {"body": "Halvorsen called"}, viewer=cast.viewer("ana"))
    html = ana.get("/about/options?q=halvorsen").content.decode()
    assert f'data-value="people/{nora}"' in html
    assert html.count('role="option"') == 3
    assert 'data-value="notes/' not in html
    assert Client().get("/about/options?q=halvorsen").status_code == 302


def test_what_was_opened_lately_is_offered_before_anything_is_typed(ana, nora):
    ana.get(f"/people/{nora}")
    assert f'data-value="people/{nora}"' in ana.get("/about/options").content.decode()


def test_another_kind_keeps_the_time_of_the_slot(ana):
    headers = {"HX-Request": "true", "HX-Target": "dialog#dialog"}
    slot = "at=2026-06-03T10:30&ends_at=2026-06-03T11:30"
    assert (
        "/new?at=2026-06-03T10%3A30&amp;ends_at=2026-06-03T11%3A30"
        in ana.get(f"/meetings/new?{slot}", headers=headers).content.decode()
    )
    choice = ana.get(f"/new?{slot}", headers=headers).content.decode()
    assert "/tasks/new?due_on=2026-06-03&amp;due_time=10%3A30" in choice
    assert "/calls/new?at=2026-06-03T10%3A30&" not in choice
    assert 'href="/calls/new?at=2026-06-03T10%3A30"' in choice
    assert 'href="/people/new"' in choice


def test_the_sidebar_of_the_calendar_has_the_notifications(ana):
    for path in ("/calendar", "/calendar?span=month", "/people", "/"):
        assert 'id="bell"' in ana.get(path).content.decode(), path
