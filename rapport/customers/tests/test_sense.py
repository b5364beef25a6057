"""What cannot be: days of birth ahead, and somebody related to themselves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.customers.options import RELATIONSHIPS
from rapport.records.testing.cast import Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def test_nobody_is_born_tomorrow(cast):
    days = [timezone.localdate() + timedelta(days=ahead) for ahead in (2, 0)]
    refused = cast.call("ana", "POST", "/people", {"last_name": "Ruiz", "birth_date": days[0].isoformat()})
    assert (refused.status, refused.blamed) == (422, {"birth_date"})
    pk = cast.call("ana", "POST", "/people", {"last_name": "Ruiz", "birth_date": days[1].isoformat()}).json["id"]
    changed = cast.call("ana", "PATCH", f"/people/{pk}", {"birth_date": days[0].isoformat()})
    assert changed.blamed == {"birth_date"}


@pytest.mark.parametrize(("entity", "mine", "theirs"), [
    ("people", "person", "other_person"), ("organisations", "organisation", "other_organisation"),
])  # fmt: skip
def test_nobody_is_related_to_themselves(cast, entity, mine, theirs):
    one, two = (cast.call("ana", "POST", f"/{entity}", {n: x}).json["id"] for n, x in [
        ("name", "Quill"), ("name", "Feather"),
    ])  # fmt: skip
    kind = next(iter(RELATIONSHIPS))
    refused = cast.call("ana", "POST", "/relationships", {mine: one, theirs: one, "kind": kind})
    assert (refused.status, refused.blamed) == (422, {theirs})
    made = cast.call("ana", "POST", "/relationships", {mine: one, theirs: two, "kind": kind})
    assert made.status == 201, made
    changed = cast.call("ana", "PATCH", f"/relationships/{made.json['id']}", {theirs: one})
    assert (changed.status, changed.blamed) == (422, {theirs})
