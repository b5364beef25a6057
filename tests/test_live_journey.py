"""Pages that are open follow what happens to the records on them, for whom these are in sight, and notice when they leave it."""

import time
from collections.abc import Callable

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
        assert wait_for(lambda: listening("count(*)"))
        return page

    return open_window


def listening(what: str) -> int:
    """Asks about the connection of the server that hears of touches; it opens with the first stream."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(sum(n), 0) FROM (SELECT {what}::int AS n FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN%') found"
        )
        return cursor.fetchone()[0]


def wait_for(happened: Callable[[], object], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


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
    assert listening("pg_terminate_backend(pid)") == 1
    title(page, "Untold")
