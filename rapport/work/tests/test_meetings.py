"""A meeting ends after it begins, on every surface."""

import pytest
from django.test import Client

from rapport.records.testing.cast import Cast, make_cast
from rapport.work.models import Meeting

TIMES = {"at": "2026-06-01T10:00:00Z", "ends_at": "2026-06-01T09:00:00Z"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def test_the_api_refuses_an_end_before_the_beginning(cast):
    refused = cast.call("ana", "POST", "/meetings", {"title": "Review", **TIMES})
    assert (refused.status, refused.blamed) == (422, {"ends_at"})
    made = cast.call("ana", "POST", "/meetings", {"title": "Review", **TIMES, "ends_at": TIMES["at"]})
    assert made.status == 201
    changed = cast.call("ana", "PATCH", f"/meetings/{made.json['id']}", {"ends_at": TIMES["ends_at"]})
    assert (changed.status, changed.blamed) == (422, {"ends_at"})


def test_the_page_says_it_beside_the_field(cast):
    browser = Client()
    browser.force_login(cast.ana)
    form = {"title": "Review", "at": "2026-06-01T10:00", "ends_at": "2026-06-01T09:00"}
    response = browser.post("/meetings/new", form)
    assert response.status_code == 422 and not Meeting.objects.exists()
    shown = response.content.decode()
    assert 'id="ends_at-error"' in shown and "ends before it begins" in shown and 'value="2026-06-01T09:00"' in shown
