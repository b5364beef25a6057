"""Everything that one does can be taken back, row by row as it was; what others did since stays and is told."""

import pytest

from rapport.platform.journal.models import Action
from rapport.platform.journal.triggers import tables
from rapport.records import registry, write
from rapport.records.testing.cast import make_cast
from rapport.records.testing.silence import digest, silence

pytestmark = pytest.mark.django_db
MOVES = ("version", "updated_at", "stage_since")


@pytest.fixture
def cast():
    return make_cast()


def standing():
    """Every journalled row, but for what moves with each write."""
    return digest(*tables(), without=MOVES)


def latest():
    return Action.objects.latest("pk").pk


def made(cast, entity, **values):
    return write.create(registry.get(entity), values, viewer=cast.viewer("ana"))


def undo(cast, who="ana", action=None):
    answer = cast.call(who, "POST", f"/actions/{action or latest()}/undo")
    assert answer.status == 200, answer
    return answer.json


def ok(answer):
    assert answer.status < 300, answer
    return answer.json if answer.content else None


ORGANISATION = {"name": "Quill Ltd", "emails": ["info@quill.test"], "addresses": [{"city": "Leeds", "country": "GB"}]}


@pytest.fixture
def world(cast):
    """A small customer base of Ana's."""
    organisation = made(cast, "organisations", **ORGANISATION)
    person = made(cast, "people", name="Ida Quill", organisation=organisation, emails=["ida@quill.test"])
    deal = made(cast, "deals", name="Looms", organisation=organisation, person=person, amount="1200.50")
    task = made(cast, "tasks", title="Call Ida", due_on="2026-11-30", repeat="weekly", about=[f"people/{person}"])
    return {"organisations": organisation, "people": person, "deals": deal, "tasks": task}


DEEDS = {
    "create an organisation": ("POST", "/organisations", {"name": "New Ltd", "phones": ["+44 20 7946 0001"]}),
    "create a person with an employer": ("POST", "/people", {"name": "Pat New", "organisation": "{organisations}"}),
    "create a deal": ("POST", "/deals", {"name": "More looms", "person": "{people}", "amount": 5}),
    "edit": ("PATCH", "/people/{people}", {"last_name": "Feather", "emails": [], "job_title": "Weaver"}),
    "edit a derived value": ("PATCH", "/deals/{deals}", {"amount": {"amount": "7", "currency": "USD"}}),
    "change the employer": ("PATCH", "/people/{people}", {"organisation": None}),
    "bulk edit": ("POST", "/organisations/bulk", {"filter": {"all": []}, "values": {"industry": "Looms"}}),
    "bulk delete": ("POST", "/people/bulk", {"filter": {"all": []}, "action": "delete"}),
    "delete": ("DELETE", "/people/{people}", None),
    "win": ("POST", "/deals/{deals}/win", {}),
    "lose": ("POST", "/deals/{deals}/lose", {"competitor": "{organisations}"}),
    "finish a repeating task": ("POST", "/tasks/{tasks}/finish", {}),
}


def _fill(value, world):
    if isinstance(value, dict):
        return {key: _fill(part, world) for key, part in value.items()}
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return world[value[1:-1]]
    return value


@pytest.mark.parametrize("deed", DEEDS)
def test_undo_brings_every_row_back_and_undo_of_undo_the_deed(cast, world, deed):
    method, path, body = DEEDS[deed]
    before = standing()
    ok(cast.call("ana", method, path.format(**world), _fill(body, world)))
    after = standing()
    assert after != before
    for _round in range(2):
        done = undo(cast)
        assert done["kept"] == 0 and done["restored"] + done["removed"] + done["brought_back"] > 0
        assert standing() == before, deed
        assert undo(cast)["kept"] == 0
        assert standing() == after, deed


def test_undo_of_an_edit_keeps_what_was_changed_since(cast):
    path = f"/people/{made(cast, 'people', name='Pat Quill')}"
    ok(cast.call("ana", "PATCH", path, {"job_title": "Weaver", "last_name": "Feather"}))
    edit = latest()
    ok(cast.call("ben", "PATCH", path, {"job_title": "Head of Looms"}))
    done = undo(cast, action=edit)
    assert (done["restored"], done["kept"]) == (1, 1)
    now = cast.call("ana", "GET", path).json
    assert (now["job_title"], now["last_name"]) == ("Head of Looms", "Quill")


def test_undo_of_a_creation_keeps_what_others_changed_or_use(cast):
    ok(cast.call("ana", "POST", "/organisations", {"name": "Used Ltd"}))
    used, made_used = latest(), cast.call("ana", "GET", "/organisations").json["items"][0]["id"]
    ok(cast.call("ben", "POST", "/people", {"name": "Pat", "organisation": made_used}))
    assert undo(cast, action=used)["kept"] == 1
    assert cast.call("ana", "GET", f"/organisations/{made_used}").status == 200
    ok(cast.call("ana", "POST", "/organisations", {"name": "Changed Ltd"}))
    changed = latest()
    pk = cast.call("ana", "GET", "/organisations", query={"q": "Changed"}).json["items"][0]["id"]
    ok(cast.call("ben", "PATCH", f"/organisations/{pk}", {"industry": "Looms"}))
    assert undo(cast, action=changed)["kept"] == 1
    assert cast.call("ana", "GET", f"/organisations/{pk}").status == 200


def test_undo_removes_a_whole_family_made_at_once(cast):
    from rapport.platform.journal.acting import acting

    before = standing()
    viewer = cast.viewer("ana")
    organisations, people = registry.get("organisations"), registry.get("people")
    with acting(viewer, "make a family") as action:
        mother = write.create(organisations, {"name": "Mother"}, viewer=viewer)
        daughter = write.create(organisations, {"name": "Daughter", "parent": mother}, viewer=viewer)
        write.create(people, {"name": "Pat", "organisation": daughter}, viewer=viewer)
    assert undo(cast, action=action)["kept"] == 0
    assert standing() == before


def test_a_member_that_is_kept_keeps_what_it_points_to(cast):
    from rapport.platform.journal.acting import acting

    viewer = cast.viewer("ana")
    with acting(viewer, "make a family") as action:
        mother = write.create(registry.get("organisations"), {"name": "Mother"}, viewer=viewer)
        person = write.create(registry.get("people"), {"name": "Pat", "organisation": mother}, viewer=viewer)
        other = write.create(registry.get("organisations"), {"name": "Other"}, viewer=viewer)
    ok(cast.call("ben", "PATCH", f"/people/{person}", {"job_title": "Weaver"}))
    done = undo(cast, action=action)
    assert done["removed"] == 1 and done["kept"] >= 2
    assert cast.call("ana", "GET", f"/people/{person}").json["organisation"]["id"] == mother
    assert cast.call("ana", "GET", f"/organisations/{other}").status == 404


def test_undo_into_a_place_that_was_taken_is_refused_in_words(cast):
    first = ok(cast.call("adam", "POST", "/tags", {"name": "silk"}))["id"]
    ok(cast.call("adam", "PATCH", f"/tags/{first}", {"name": "linen"}))
    rename = latest()
    ok(cast.call("adam", "POST", "/tags", {"name": "silk"}))
    with silence():
        answer = cast.call("adam", "POST", f"/actions/{rename}/undo")
        assert answer.status == 403 and "tag of this name" in answer.json["detail"]


def test_undo_of_what_nobody_did_is_not_found(cast):
    with silence():
        for action in ("0", "999999999", str(2**63), "9" * 30):
            assert cast.call("adam", "POST", f"/actions/{action}/undo").status == 404


def test_a_user_who_did_something_is_not_taken_away(cast):
    ok(cast.call("adam", "POST", "/users", {"name": "Eve", "email": "eve@example.test"}))
    creation = latest()
    from rapport.platform.identity.models import User
    from rapport.platform.identity.viewer import Viewer

    eve = User.objects.select_related("role").get(name="Eve")
    write.create(registry.get("people"), {"name": "Pat"}, viewer=Viewer(eve))
    assert undo(cast, "adam", creation)["kept"] == 1
    assert User.objects.filter(pk=eve.pk).exists()
