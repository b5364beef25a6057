"""The history on a record's page: changes folded to one line, and no line for what changed nothing."""

import pytest
from django.test import Client

from rapport.platform.journal.acting import acting
from rapport.platform.journal.models import Action
from rapport.records import registry, write
from rapport.records.testing.cast import Cast, make_cast

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


def history(cast: Cast, person: int) -> str:
    return browser(cast, "ana").get(f"/people/{person}/timeline").content.decode()


def test_changes_of_one_person_in_a_row_are_one_line(cast, person):
    people = registry.get("people")
    for values in ({"job_title": "Buyer"}, {"job_title": "Head Buyer"}, {"language": "de"}):
        write.change(people, person, values, viewer=cast.viewer("ana"))
    page = history(cast, person)
    assert "2 fields changed by Ana" in page
    assert page.count("<summary>") == 1 and page.count("<dt>") == 3


def test_somebody_else_in_between_makes_a_new_line(cast, person):
    people = registry.get("people")
    for who, title in (("ana", "Buyer"), ("ben", "Head Buyer"), ("ana", "Chief Buyer")):
        write.change(people, person, {"job_title": title}, viewer=cast.viewer(who))
    page = history(cast, person)
    assert page.count("1 field changed by Ana") == 2 and page.count("1 field changed by Ben") == 1


def test_the_filter_is_part_of_what_is_refreshed(cast, person):
    write.create(registry.get("notes"), {"body": "Likes tea", "about": [f"people/{person}"]}, viewer=cast.viewer("ana"))
    page = browser(cast, "ana").get(f"/people/{person}/parts?kinds=changes").content.decode()
    timeline = page[page.index('id="timeline"') :]
    assert 'name="kinds" value="changes"' in timeline and "Likes tea" not in timeline
    assert "Likes tea" in browser(cast, "ana").get(f"/people/{person}/parts?kinds=notes").content.decode()


def test_a_verb_that_finds_nothing_to_change_leaves_no_line(cast):
    task = write.create(registry.get("tasks"), {"title": "Ring"}, viewer=cast.viewer("ana"))
    client = browser(cast, "ana")
    client.post(f"/tasks/{task}/do/finish")
    lines = client.get("/history").content.decode().count("finished")
    answer = client.post(f"/tasks/{task}/do/finish", follow=True).content.decode()
    assert "There was nothing to change." in answer
    assert client.get("/history").content.decode().count("finished") == lines == 1


def test_what_the_journal_does_not_keep_offers_no_undo(cast):
    client = browser(cast, "adam")
    with acting(cast.viewer("adam"), "change company"):
        pass
    action = Action.objects.filter(verb="change company").first()
    assert action is not None
    page = client.get("/history").content.decode()
    assert "changed the company&#x27;s settings" in page and f"/undo/{action.pk}" not in page
