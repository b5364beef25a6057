"""Pages that are open follow what happens to the records on them, for whom these are in sight, and notice when they leave it."""

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect

from rapport.records import registry, write
from rapport.records.testing.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE = registry.get("people")


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def person(cast: Cast) -> int:
    return write.create(PEOPLE, {"name": "Alma Arendt", "job_title": "Buyer"}, viewer=cast.viewer("ana"))


@pytest.fixture
def window(browse, cast: Cast, person: int):
    def open_window(name: str, path: str) -> Page:
        client = Client()
        client.force_login(cast.users[name])
        page = browse(signed_in=client)
        with page.expect_response(lambda answer: "/live?" in answer.url):
            page.goto(path)
        return page

    return open_window


def title(page: Page, text: str) -> None:
    expect(page.locator("#prop-job_title")).to_contain_text(text)


def test_a_page_follows_its_record_until_it_leaves_and_says_so(window, cast, person):
    page, listed = window("ben", f"/people/{person}"), window("ben", "/people")
    write.change(PEOPLE, person, {"job_title": "Head buyer"}, viewer=cast.viewer("ana"))
    title(page, "Head buyer")
    expect(listed.locator("#list")).to_contain_text("Alma Arendt")
    write.change(PEOPLE, person, {"owner": cast.cleo.pk}, viewer=cast.viewer("adam"))
    expect(listed.locator("#list")).not_to_contain_text("Alma Arendt")
    page.expected = ["404"]  # type: ignore[attr-defined]
    expect(page.locator(".r-toast")).to_contain_text("not yours to see")


def test_after_the_line_to_the_database_was_cut_a_page_looks_again(window, cast, person):
    page = window("ana", f"/people/{person}")
    PEOPLE.model._default_manager.filter(pk=person).update(job_title="Untold")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
    title(page, "Untold")
