"""Work on many records beside people who edit, undo, import and move. Each race has its control."""

import pytest

from rapport.customers.models import Organisation, Person
from rapport.platform.journal import undo as journal_undo
from rapport.platform.journal.models import Action
from rapport.records import bulk, registry, write
from rapport.records.boards import moving
from rapport.records.importing import writing
from rapport.records.models import ImportRun
from rapport.records.testing.cast import make_cast
from rapport.records.tests.importing import checked
from rapport.records.undoing import undo_action
from rapport.sales.models import Deal, Stage
from tests.racing import at_once, first_then, meet, signed_in, without

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def person(cast):
    return write.create(registry.get("people"), {"name": "Ida Quill"}, viewer=cast.viewer("ana"))


def edit(cast, person, version=1, **values):
    return lambda: cast.call("ana", "PATCH", f"/people/{person}", values, If_Match=str(version))


def no_lock(monkeypatch):
    monkeypatch.setattr(write, "lock", lambda *_args, **_more: None)


def edited_beside_bulk(cast, person, monkeypatch):
    body = {"ids": [person], "action": "edit", "values": {"job_title": "Many"}}
    return first_then(
        monkeypatch, bulk, "touch",
        lambda: cast.call("mia", "POST", "/people/bulk", body),
        edit(cast, person, job_title="Mine", last_name="Feather"),
    )  # fmt: skip


def test_who_edits_what_a_bulk_edit_changes_is_told(cast, person, monkeypatch):
    many, one = edited_beside_bulk(cast, person, monkeypatch)
    assert (many.status, one.status) == (200, 409), (many, one)
    assert one.json["conflicts"] == [{"field": "job_title", "yours": "Mine", "theirs": "Many"}]
    assert Person.objects.get(pk=person).job_title == "Many"


def test_without_the_lock_the_bulk_edit_would_be_written_over(cast, person, monkeypatch):
    """The control."""
    no_lock(monkeypatch)
    many, one = edited_beside_bulk(cast, person, monkeypatch)
    assert (many.status, one.status) == (200, 200)


def test_a_bulk_edit_keeps_the_other_fields_of_who_edits_beside_it(cast, person, monkeypatch):
    body = {"ids": [person], "action": "edit", "values": {"job_title": "Many"}}
    first_then(
        monkeypatch, write, "_check_version",
        edit(cast, person, last_name="Feather"),
        lambda: cast.call("mia", "POST", "/people/bulk", body),
    )  # fmt: skip
    now = Person.objects.get(pk=person)
    assert (now.job_title, now.last_name) == ("Many", "Feather")


CONTACTS = "reference,first name,last name,email,job title\nR1,Ida,Quill,ida@example.test,{title}\n"


@pytest.fixture
def imported(cast):
    """A person who came by an import."""
    viewer = cast.viewer("adam")
    writing.write(checked(viewer, "people", CONTACTS.format(title="Clerk")), viewer=viewer)
    return Person.objects.get(last_name="Quill")


def edited_beside_import(cast, imported, monkeypatch, **values):
    viewer = cast.viewer("adam")
    run = checked(viewer, "people", CONTACTS.format(title="Filed"))
    assert run.counts["states"] == {"update": 1}, run.counts
    return first_then(
        monkeypatch, writing, "_update",
        lambda: writing.write(run, viewer=viewer),
        lambda: cast.call("adam", "PATCH", f"/people/{imported.pk}", values, If_Match=str(imported.version)),
    )  # fmt: skip


def test_who_edits_what_an_import_changes_is_told(cast, imported, monkeypatch):
    run, one = edited_beside_import(cast, imported, monkeypatch, job_title="Mine")
    assert (run.status, one.status) == ("done", 409), one
    assert one.json["conflicts"] == [{"field": "job_title", "yours": "Mine", "theirs": "Filed"}]


def test_another_field_that_is_edited_beside_an_import_is_kept(cast, imported, monkeypatch):
    run, one = edited_beside_import(cast, imported, monkeypatch, description="Rang")
    assert (run.status, one.status) == ("done", 200), one
    now = Person.objects.get(pk=imported.pk)
    assert (now.job_title, now.description) == ("Filed", "Rang")


def test_without_the_lock_the_import_would_be_written_over(cast, imported, monkeypatch):
    """The control."""
    no_lock(monkeypatch)
    _run, one = edited_beside_import(cast, imported, monkeypatch, job_title="Mine")
    assert one.status == 200


PEOPLE = "reference,first name,last name,email,company\n" + "".join(
    f"P{n},Given{n},Family{n},p{n}@example.test,Firm {n % 3}\n" for n in range(12)
)


def two_imports_of_one_file(cast, monkeypatch):
    def create_missing(passes):
        passes[0]["columns"]["organisation"]["on_missing"] = "create"

    viewers = cast.viewer("adam"), cast.viewer("adam")
    made = [checked(viewer, "people", PEOPLE, change=create_missing) for viewer in viewers]
    meet(monkeypatch, writing, "_prepare")
    at_once(*(lambda run=run, v=v: writing.write(run, viewer=v) for run, v in zip(made, viewers, strict=True)))
    assert {run.status for run in ImportRun.objects.all()} == {"done"}
    return Person.objects.count(), Organisation.objects.count()


def test_one_file_that_is_imported_twice_at_once_makes_everybody_once(cast, monkeypatch):
    assert two_imports_of_one_file(cast, monkeypatch) == (12, 3)


def test_if_imports_did_not_wait_for_each_other_everybody_would_be_there_twice(cast, monkeypatch):
    """The control."""
    monkeypatch.setattr(writing, "take_turn", lambda _cursor: None)
    people, organisations = two_imports_of_one_file(cast, monkeypatch)
    assert (people, organisations) != (12, 3)


def undone_beside_an_edit(cast, person, monkeypatch):
    write.change(
        registry.get("people"), person, {"job_title": "Wrong", "last_name": "Wrong"}, viewer=cast.viewer("ana")
    )
    action = Action.objects.latest("pk").pk
    browser = signed_in(cast.ana)
    return first_then(
        monkeypatch, write, "_check_version",
        edit(cast, person, 2, job_title="Weaver"),
        lambda: browser.post(f"/undo/{action}", follow=True),
    )  # fmt: skip


def test_an_undo_leaves_what_is_being_edited_and_says_so(cast, person, monkeypatch):
    edited, undone = undone_beside_an_edit(cast, person, monkeypatch)
    assert edited.status == 200, edited
    now = Person.objects.get(pk=person)
    assert (now.job_title, now.last_name) == ("Weaver", "Quill"), "the edit stays, the rest is undone"
    assert "Undone, but 1 record was changed or used since and stays as it is." in undone.content.decode()


def test_without_its_look_at_the_value_an_undo_would_take_the_edit_back(cast, person, monkeypatch):
    """The control."""
    guard = """AND to_jsonb(t."{column}") IS NOT DISTINCT FROM nullif(u.after, 'null'::jsonb)"""
    without(monkeypatch, journal_undo, "_restore_column", guard)
    undone_beside_an_edit(cast, person, monkeypatch)
    assert Person.objects.get(pk=person).job_title != "Weaver"


def import_undone_beside_an_edit(cast, imported, monkeypatch):
    viewer = cast.viewer("adam")
    action = ImportRun.objects.get().action_id
    return first_then(
        monkeypatch, write, "_check_version",
        lambda: cast.call("adam", "PATCH", f"/people/{imported.pk}", {"job_title": "Mine"}, If_Match=str(imported.version)),
        lambda: undo_action(action, viewer=viewer),
    )  # fmt: skip


def test_a_record_of_an_import_that_somebody_works_on_outlives_the_undo(cast, imported, monkeypatch):
    """Undone while the edit is not committed yet: the undo waits for it, and leaves the record alone."""
    edited, undone = import_undone_beside_an_edit(cast, imported, monkeypatch)
    assert edited.status == 200
    assert ("customers_person", imported.pk) in undone.kept
    assert Person.objects.get(pk=imported.pk).job_title == "Mine"


def test_without_waiting_the_undo_would_take_the_record_and_the_edit(cast, imported, monkeypatch):
    """The control."""
    monkeypatch.setattr(journal_undo, "_hold", lambda *_args: None)
    edited, _undone = import_undone_beside_an_edit(cast, imported, monkeypatch)
    assert edited.status == 200
    assert not Person.objects.filter(pk=imported.pk).exists()


def both_move(cast):
    deal = write.create(registry.get("deals"), {"name": "Looms"}, viewer=cast.viewer("ana"))
    here = Deal.objects.get(pk=deal).stage
    others = list(Stage.objects.filter(pipeline=here.pipeline, kind="open").exclude(pk=here.pk).order_by("pk")[:2])

    def mover(who, stage):
        browser = signed_in(cast.users[who])
        values = {"by": "stage", "to": str(stage.pk), "from": str(here.pk)}
        return lambda: browser.post(f"/deals/{deal}/move", values, headers={"HX-Request": "true"})

    answers = at_once(mover("ana", others[0]), mover("ben", others[1]))
    return sorted(answers, key=lambda answer: answer.status_code), Deal.objects.get(pk=deal).stage


def test_of_two_who_move_a_card_one_is_told_where_it_went(cast, monkeypatch):
    meet(monkeypatch, moving, "_check")
    (won, lost), stage = both_move(cast)
    assert (won.status_code, lost.status_code) == (200, 409), lost.content
    assert f"Somebody moved “Looms” to {stage.name} meanwhile." in lost.content.decode()


def test_without_the_lock_the_card_would_go_to_both(cast, monkeypatch):
    """The control."""
    no_lock(monkeypatch)
    meet(monkeypatch, moving, "_check")
    answers, _stage = both_move(cast)
    assert [answer.status_code for answer in answers] == [200, 200]
