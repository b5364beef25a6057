"""What a writer is not shown stays: tags, links and the records of an activity, in every way of saving."""

import re
from html import unescape

import pytest
from django.test import Client

from rapport.platform.access.change_role import change_role
from rapport.platform.access.models import Role
from rapport.records import bulk, registry, write
from rapport.records.errors import Invalid, InvalidFields
from rapport.records.exporting import csv_chunks
from rapport.records.fields import About, Field, Link, Tags
from rapport.records.importing import matching
from rapport.records.many import run as runs
from rapport.records.pages import forms
from rapport.records.read import Query, Reader
from rapport.records.testing.cast import make_cast
from rapport.records.tests.importing import brought_in, checked, reasons

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def vip(cast):
    """A tag; members may not look at tags."""
    made = write.create(registry.get("tags"), {"name": "vip"}, viewer=cast.viewer("adam"))
    hide(cast, "tags")
    return made


@pytest.fixture
def acme(cast):
    """A customer of Cleo's, whom Ana does not see."""
    return write.create(registry.get("organisations"), {"name": "Acme"}, viewer=cast.viewer("cleo"))


def hide(cast, entity):
    change_role(cast.viewer("adam"), Role.objects.get(key="member"), {(entity, "view"): "none"})


def person(cast, **values):
    """Ana's, as an administrator filled it in."""
    given = {"last_name": "Ruiz", "external_id": "p1", "owner": cast.ana.pk} | values
    return write.create(registry.get("people"), given, viewer=cast.viewer("adam"))


def row(pk, entity="people"):
    return registry.get(entity).model._default_manager.get(pk=pk)


def ana_of(cast):
    client = Client()
    client.force_login(cast.ana)
    return client


def emptying(passes):
    passes[0]["empty"] = "clear"


def from_editor(cast, address):
    """The fields of the editor as a browser sends them back when nothing is changed."""
    page = re.sub(r"<template>.*?</template>", "", ana_of(cast).get(address).content.decode())
    inputs = [dict(re.findall(r'([\w-]+)="([^"]*)"', one)) | {"": one} for one in re.findall(r"<input[^>]*>", page)]
    chosen = [one for one in inputs if one.get("name") and (one.get("type") != "checkbox" or " checked" in one[""])]
    data: dict[str, list[str]] = {}
    for one in chosen:
        data.setdefault(one["name"], []).append(unescape(one.get("value", "")))
    return data


def as_it_came_on_the_page(cast, pk, name, _value):
    assert (
        ana_of(cast)
        .post(f"/people/{pk}/cells/{name}", from_editor(cast, f"/people/{pk}/cells/{name}/edit"))
        .status_code
        == 200
    )


def as_it_came_in_the_list(cast, pk, name, _value):
    assert (
        ana_of(cast).post(f"/people/{pk}/grid/{name}", from_editor(cast, f"/people/{pk}/grid/{name}")).status_code
        == 200
    )


def through_the_api(cast, pk, name, value):
    assert cast.call("ana", "PATCH", f"/people/{pk}", {name: value}).status == 200


def many_through_the_api(cast, pk, name, value):
    assert cast.call("ana", "POST", "/people/bulk", {"ids": [pk], "values": {name: value}}).status == 200


def many_in_the_list(cast, pk, name, value):
    run = runs.begin(
        registry.get("people"), bulk.Selection([pk]), "edit", {"values": {name: value}}, viewer=cast.viewer("ana")
    )
    assert (run.changed, run.error) == (1, "")


def by_import(cast, pk, name, _value):
    change_role(cast.viewer("adam"), Role.objects.get(key="member"), {("people", "import"): "team"})
    run = brought_in(cast.viewer("ana"), "people", f"Reference,Last name,{name.title()}\np1,Ruíz,\n", change=emptying)
    assert (run.counts["states"], row(pk).last_name) == ({"updated": 1}, "Ruíz")


EVERY_WAY = [
    as_it_came_on_the_page, as_it_came_in_the_list, through_the_api, many_through_the_api, many_in_the_list, by_import,
]  # fmt: skip


@pytest.mark.parametrize("save", EVERY_WAY)
def test_tags_that_are_not_shown_stay(cast, vip, save):
    pk = person(cast, tags=[vip])
    save(cast, pk, "tags", [])
    assert row(pk).tags == [vip]


@pytest.mark.parametrize("save", EVERY_WAY)
def test_without_the_guard_they_would_be_lost(cast, vip, save, monkeypatch):
    monkeypatch.setattr(Tags, "keeping", Field.keeping)
    pk = person(cast, tags=[vip])
    save(cast, pk, "tags", [])
    assert row(pk).tags == []


@pytest.mark.parametrize("save", EVERY_WAY[2:])
def test_tags_that_are_shown_are_replaced(cast, save):
    tags = [
        write.create(registry.get("tags"), {"name": name}, viewer=cast.viewer("adam")) for name in ("vip", "old", "new")
    ]
    pk = person(cast, tags=tags[:2])
    write.remove(registry.get("tags"), tags[1], viewer=cast.viewer("adam"))
    save(cast, pk, "tags", [])
    # The second lies in the bin, where nobody sees it, and may come back.
    assert row(pk).tags == [tags[1]]


def test_some_are_given_and_the_others_stay(cast, vip):
    pk = person(cast, tags=[vip])
    item = Reader(registry.get("people"), cast.viewer("ana")).get(pk)
    assert item["tags"] == [{"id": vip, "name": None, "colour": ""}]
    # What was read may be sent back as it is; with the version of before a change, too.
    assert cast.call("ana", "PATCH", f"/people/{pk}", {"tags": item["tags"]}).status == 200
    write.change(registry.get("people"), pk, {"tags": [], "job_title": "Buyer"}, viewer=cast.viewer("adam"))
    write.change(registry.get("people"), pk, {"tags": [vip]}, viewer=cast.viewer("adam"))
    assert cast.call("ana", "PATCH", f"/people/{pk}", {"tags": item["tags"]}, If_Match='"1"').status == 200
    assert row(pk).tags == [vip]


@pytest.mark.parametrize("given", ["id", "name"])
def test_a_tag_that_is_not_shown_cannot_be_put_on_or_asked_for(cast, vip, given):
    pk, word = person(cast), vip if given == "id" else "vip"
    answer = cast.call("ana", "PATCH", f"/people/{pk}", {"tags": [word]})
    assert (answer.status, answer.blamed, row(pk).tags) == (422, {"tags"}, [])
    with pytest.raises(InvalidFields, match="There is no tag"):
        write.create(registry.get("people"), {"last_name": "New", "tags": [word]}, viewer=cast.viewer("ana"))
    for way in ("add", "remove"):
        with pytest.raises(Invalid, match="There is no tag"):
            runs.begin(
                registry.get("people"),
                bulk.Selection([pk]),
                "tag",
                {"field": "tags", way: [word]},
                viewer=cast.viewer("ana"),
            )
    asked = cast.call(
        "ana", "GET", "/people", query={"filter": f'{{"field":"tags","op":"has_any","value":["{word}"]}}'}
    )
    assert asked.status == (200 if given == "id" else 422)


def test_the_editor_says_that_there_are_more(cast, vip):
    pk, bare = person(cast, tags=[vip]), person(cast, external_id="p2")
    page = ana_of(cast).get(f"/people/{pk}/cells/tags/edit").content
    assert b"What is not shared with you stays." in page and b"nothing to choose" not in page
    page = ana_of(cast).get(f"/people/{bare}/cells/tags/edit").content
    assert b"What is not shared" not in page and b"nothing to choose" in page


def test_a_tag_beyond_those_offered_is_there_if_it_is_chosen(cast, monkeypatch):
    monkeypatch.setattr(forms, "MOST_OPTIONS", 2)
    tags = [write.create(registry.get("tags"), {"name": f"tag {n}"}, viewer=cast.viewer("adam")) for n in range(4)]
    pk = person(cast, tags=[tags[0], tags[3]])
    as_it_came_on_the_page(cast, pk, "tags", None)
    assert row(pk).tags == [tags[0], tags[3]]


# --- links ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("save", [as_it_came_on_the_page, as_it_came_in_the_list, through_the_api, by_import])
def test_a_link_to_what_is_not_shown_stays_when_it_is_saved_as_it_came(cast, acme, save):
    pk = person(cast, organisation=acme)
    save(cast, pk, "organisation", {"id": acme, "name": None})
    assert row(pk).organisation_id == acme


def test_without_the_guards_it_would_be_refused_or_lost(cast, acme, monkeypatch):
    pk = person(cast, organisation=acme)
    with monkeypatch.context() as bare:
        bare.setattr(Field, "stands", lambda *_given: False)
        assert cast.call("ana", "PATCH", f"/people/{pk}", {"organisation": acme}).status == 422
    monkeypatch.setattr(matching, "Link", Tags)
    by_import(cast, pk, "organisation", None)
    assert row(pk).organisation_id is None


def test_a_link_can_be_replaced_and_taken_away_on_purpose(cast, acme):
    pk = person(cast, organisation=acme)
    through_the_api(cast, pk, "organisation", None)
    assert row(pk).organisation_id is None
    other = write.create(registry.get("organisations"), {"name": "Other"}, viewer=cast.viewer("cleo"))
    for foreign in (acme, other):
        answer = cast.call("ana", "PATCH", f"/people/{pk}", {"organisation": foreign})
        assert (answer.status, answer.blamed, row(pk).organisation_id) == (422, {"organisation"}, None)


def test_what_stands_on_one_record_is_not_for_another(cast, acme):
    person(cast, organisation=acme)
    other = person(cast, external_id="p2")
    assert cast.call("ana", "PATCH", f"/people/{other}", {"organisation": acme}).status == 422
    answer = cast.call("ana", "POST", "/people/bulk", {"ids": [other], "values": {"organisation": acme}})
    assert (answer.status, row(other).organisation_id) == (422, None)


def test_an_export_comes_back_with_nothing_lost(cast, vip, acme):
    pk = person(cast, tags=[vip], organisation=acme)
    viewer = cast.viewer("ana")
    change_role(cast.viewer("adam"), Role.objects.get(key="member"), {("people", "import"): "team"})
    content = b"".join(csv_chunks(registry.get("people"), Query(), viewer=viewer))
    run = checked(cast.viewer("ana"), "people", content, change=emptying)
    assert (run.counts["states"], reasons(run)) == ({"skip": 1}, {})
    assert (row(pk).tags, row(pk).organisation_id) == ([vip], acme)


# --- what an activity is about -------------------------------------------------------------------------------------


@pytest.fixture
def note(cast, acme):
    """Ana's note about somebody of hers and a customer of Cleo's."""
    mine = person(cast)
    about = [{"entity": "people", "id": mine}, {"entity": "organisations", "id": acme}]
    return write.create(
        registry.get("notes"), {"body": "Met", "about": about, "owner": cast.ana.pk}, viewer=cast.viewer("adam")
    ), about


def test_what_a_note_is_about_stays_as_far_as_it_is_not_shown(cast, note):
    pk, about = note
    other = {"entity": "people", "id": person(cast, external_id="p2")}
    # As it was read, with less, with something else, with nothing.
    for given, left in ((about, about), (about[1:], about[1:]), ([other], [other, about[1]]), ([], about[1:])):
        assert cast.call("ana", "PATCH", f"/notes/{pk}", {"about": given}).status == 200
        assert row(pk, "notes").about == left


def test_the_editor_of_about_sends_back_what_it_got(cast, note):
    pk, about = note
    data = from_editor(cast, f"/notes/{pk}/cells/about/edit")
    assert data["about"] == [f"{one['entity']}/{one['id']}" for one in about]
    assert ana_of(cast).post(f"/notes/{pk}/cells/about", data).status_code == 200
    assert row(pk, "notes").about == about


def test_without_the_guards_a_note_would_leave_the_customer(cast, note, monkeypatch):
    pk, about = note
    with monkeypatch.context() as bare:
        bare.setattr(About, "_stands", lambda *_given: False)
        assert cast.call("ana", "PATCH", f"/notes/{pk}", {"about": about}).status == 422
    monkeypatch.setattr(About, "keeping", Field.keeping)
    assert cast.call("ana", "PATCH", f"/notes/{pk}", {"about": about[:1]}).status == 200
    assert row(pk, "notes").about == about[:1]


def test_a_note_is_put_on_nothing_that_is_not_shown(cast, acme):
    pk = write.create(registry.get("notes"), {"body": "Met"}, viewer=cast.viewer("ana"))
    answer = cast.call("ana", "PATCH", f"/notes/{pk}", {"about": [f"organisations/{acme}"]})
    assert (answer.status, row(pk, "notes").about) == (422, [])


def test_every_field_with_parts_says_what_it_keeps():
    """A new field that holds several records has to say what of them its writer may not be shown."""
    for record in registry.all_records():
        for one in record.fields_for().values():
            if isinstance(one, Tags | About) or (hasattr(one, "to") and not isinstance(one, Link)):
                assert one.keeps and type(one).keeping is not Field.keeping, (record.entity, one.name)
