"""Drafts: kept as typed for one person and one record, shown again, and gone when saved or thrown away."""

import pytest
from django.test import Client

from rapport.records import registry, write
from rapport.records.models import Draft
from rapport.records.testing.cast import Cast, make_cast
from rapport.records.testing.silence import silence

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def person(cast: Cast) -> int:
    return write.create(registry.get("people"), {"name": "Pat Example"}, viewer=cast.viewer("ana"))


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def test_what_was_typed_is_there_again_for_its_writer_alone(cast, person):
    ana = browser(cast, "ana")
    typed = {"title": "", "direction": "in", "body": "Half a thought", "at": "2026-11-22T10:00"}
    assert ana.post(f"/people/{person}/draft/calls", typed).status_code == 204
    page = ana.get(f"/people/{person}").content.decode()
    assert page.count("Half a thought") >= 2 and "Draft: Call" in page
    assert "Half a thought" not in browser(cast, "ben").get(f"/people/{person}").content.decode()


def test_it_is_gone_when_saved_thrown_away_or_emptied(cast, person):
    ana = browser(cast, "ana")
    for end in (
        lambda: ana.post(f"/people/{person}/log/notes", {"body": "A whole thought"}),
        lambda: ana.post(f"/people/{person}/draft/notes", {"discard": "1"}),
        lambda: ana.post(f"/people/{person}/draft/notes", {"body": "  "}),
    ):
        ana.post(f"/people/{person}/draft/notes", {"body": "Half a thought"})
        assert Draft.objects.count() == 1
        end()
        assert not Draft.objects.exists()


def test_what_is_refused_stands_beside_its_field_and_stays(cast, person):
    ana = browser(cast, "ana")
    answer = ana.post(
        f"/people/{person}/log/tasks",
        {"title": "", "body": "Bring the samples", "due_on": "2026-12-24"},
        headers={"HX-Request": "true"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and 'id="tasks-title-error"' in page
    assert "Bring the samples" in page and "2026-12-24" in page
    # Without htmx it is kept as a draft.
    assert ana.post(f"/people/{person}/log/tasks", {"title": "", "body": "Bring the samples"}).status_code == 400
    assert "Bring the samples" in ana.get(f"/people/{person}").content.decode()


def test_a_stranger_keeps_no_draft(cast, person):
    cleo = browser(cast, "cleo")
    with silence():
        assert cleo.post(f"/people/{person}/draft/notes", {"body": "Hm"}).status_code == 404
    assert not Draft.objects.exists()
