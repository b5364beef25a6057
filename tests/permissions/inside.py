"""What no single request shows: work that goes on for somebody whose rights changed meanwhile, and what people are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest import mock

from django.db import connection, transaction

from rapport.customers.models import Organisation, Person, Relationship, Tag
from rapport.platform.access import gate
from rapport.platform.access.gate import Refused, explain
from rapport.platform.access.models import Grant
from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import Viewer, viewer_for
from rapport.platform.live import sight
from rapport.platform.live.hearing import hearing
from rapport.platform.live.listener import Listener, to_tell
from rapport.records import registry, saved_views, write
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.importing import steps, storing, writing
from rapport.records.importing.preview import previews
from rapport.records.many import run as runs
from rapport.records.models import BulkRun, ImportRun, Mention, Notification, View
from rapport.records.reasons import reasons
from rapport.records.undoing import may_undo
from rapport.work.models import Note
from tests.permissions.people import DELETED, FOREIGN, OWN, PEOPLE, SHARED, TEAM
from tests.permissions.rules import able
from tests.permissions.undone import undone
from tests.permissions.world import COLLEAGUE, STRANGER, World, mark

if TYPE_CHECKING:
    from tests.permissions.cells import Matrix

REFUSALS = (Refused, NotFound, InvalidFields)


@dataclass(frozen=True)
class Inside:
    """One question; it answers what is wrong, or ""."""

    what: str
    ask: Callable[[World], str]

    def __str__(self) -> str:
        return f"inside: {self.what}"


def judge(matrix: Matrix, one: Inside) -> str:
    """What is wrong, or ""; rolled back."""
    said = undone(lambda: one.ask(matrix.world), lambda problem: f"it broke: {problem}")
    gate._kept.clear()
    sight._viewers.clear()
    return f"{one}: {said}" if said else ""


def insides() -> Iterator[Inside]:
    """All of them."""
    for ask in _ASKED:
        yield Inside(ask.__name__.strip("_").replace("_", " "), ask)


def _viewer(world: World, name: str) -> Viewer:
    return viewer_for(User.objects.select_related("role").get(pk=world.users[name].pk))


def _let_in(call: Callable[[], Any]) -> bool:
    """Whether nobody refused it."""
    with suppress(*REFUSALS), transaction.atomic():
        call()
        return True
    return False


def _run(world: World, name: str, entity: str, do: str, ids: list[int], values: dict[str, Any]) -> BulkRun:
    run = BulkRun.objects.create(
        entity=entity, do=do, values=values, ids=ids, total=len(ids), created_by=world.users[name], told=True
    )
    return runs.carry_out(run, viewer=_viewer(world, name))


TITLE = {"values": {"job_title": "Taken over"}}


def _taken(*ids: int) -> bool:
    return Person.objects.filter(pk__in=ids, job_title="Taken over").exists()


# --- work on many ------------------------------------------------------------------------------------------------------


def _a_run_ends_when_its_user_is_switched_off(world: World) -> str:
    User.objects.filter(pk=world.users["ana"].pk).update(is_active=False)
    own = world.rows["people", "ana", OWN]
    run = _run(world, "ana", "people", "edit", [own], TITLE)
    return "" if run.status == BulkRun.FAILED and not _taken(own) else f"it went on: {run.status}"


def _a_run_asks_for_the_role_first(world: World) -> str:
    run = _run(world, "rita", "people", "edit", [world.rows["people", "rita", OWN]], TITLE)
    won = _run(world, "rita", "deals", "verb", [world.rows["deals", "rita", OWN]], {"verb": "win", "given": {}})
    return "" if (run.status, won.status) == (BulkRun.FAILED,) * 2 else f"they went on: {run.status}, {won.status}"


def _a_run_leaves_what_was_handed_away_meanwhile(world: World) -> str:
    zed, ben = (world.rows["people", name, OWN] for name in (STRANGER, COLLEAGUE))
    _run(world, "ana", "people", "edit", [zed], TITLE)
    _run(world, "bela", "people", "edit", [zed], TITLE)
    _run(world, "ana", "people", "delete", [ben], {})
    gone = Person.objects.filter(pk=ben, deleted_at__isnull=False).exists()
    return "a foreign record was changed" if _taken(zed) else "a colleague's was deleted" if gone else ""


def _a_run_keeps_records_within_reach(world: World) -> str:
    own = world.rows["people", "ana", OWN]
    _run(world, "ana", "people", "edit", [own], {"values": {"owner": world.users[STRANGER].pk}})
    return "" if Person.objects.get(pk=own).owner_id == world.users["ana"].pk else "it was given away out of reach"


def _a_run_of_a_verb_leaves_what_is_foreign(world: World) -> str:
    zed = world.rows["deals", STRANGER, OWN]
    run = _run(world, "ana", "deals", "verb", [zed], {"verb": "win", "given": {}})
    return "a foreign deal was won" if run.changed else ""


def _a_large_undo_is_refused_beforehand(world: World) -> str:
    ana, rita = _viewer(world, "ana"), _viewer(world, "rita")
    with mock.patch.object(runs, "UNDO_AT_ONCE", 0):
        for viewer, action in (
            (ana, world.things["action", STRANGER, OWN]),
            (rita, world.things["action", "rita", OWN]),
        ):
            if _let_in(lambda viewer=viewer, action=action: runs.begin_undo(action, viewer=viewer)):  # type: ignore[misc]
                return f"{viewer.user} may undo {action}"
    for action in (999_999_998, world.things["bare action", "ana", OWN], world.things["odd action", "ana", OWN]):
        if _let_in(lambda action=action: may_undo(action, viewer=ana)):  # type: ignore[misc]
            return f"{action} may be undone"
    return ""


# --- imports -----------------------------------------------------------------------------------------------------------


def _import(world: World, name: str, text: str, entity: str = "people", **columns: dict[str, Any]) -> ImportRun:
    """A checked import of that text, by somebody who may import."""
    viewer = _viewer(world, name)
    run = steps.upload(registry.get(entity), "more.csv", [text.encode()], viewer=viewer)
    for column, more in columns.items():
        run.settings["passes"][0]["columns"][column] |= more
    run.save()
    return steps.check_now(run, viewer=viewer)


def _rows(run: ImportRun) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, record_id, values::text, links::text, errors::text FROM records_importrow WHERE run_id = %s ORDER BY step, line",
            [run.pk],
        )
        return cursor.fetchall()


def _whoever_lost_the_right_to_import_goes_no_further(world: World) -> str:
    rita = _viewer(world, "rita")
    pk = world.things["import", "ana", OWN]
    run = ImportRun.objects.get(pk=pk)
    for what, call in (
        ("keep a file", lambda: storing.store(registry.get("people"), "x.csv", [b"Name\nIda\n"], viewer=rita)),
        ("map it", lambda: steps.set_mapping(run, run.settings["passes"], viewer=rita)),
        ("check it", lambda: steps.check_now(run, viewer=rita)),
        ("write it", lambda: writing.write(ImportRun.objects.get(pk=pk), viewer=rita)),
    ):
        if _let_in(call):
            return f"may {what}"
    return ""


def _to_import_asks_for_importing_and_for_writing(world: World) -> str:
    role = world.users["nils"].role
    for action in ("create", "import"):
        gate._kept.clear()
        grant = Grant.objects.create(role=role, entity="people", action=action, scope="own")
        if _let_in(lambda: storing.may_import(registry.get("people"), _viewer(world, "nils"))):
            return f"may import with the right to {action} alone"
        grant.delete()
    return ""


def _an_import_of_somebody_else_is_not_undone(world: World) -> str:
    run = ImportRun.objects.get(pk=world.things["written import", COLLEAGUE, OWN])
    return (
        "a colleague's import was undone" if _let_in(lambda: steps.undo_run(run, viewer=_viewer(world, "ana"))) else ""
    )


def _an_import_names_no_foreign_record(world: World) -> str:
    """Neither by its name, nor by one that is alike, nor by its number."""
    zed = Organisation.objects.get(pk=world.rows["organisations", STRANGER, OWN])
    alike = zed.name[1:2].join(("", zed.name[2:])) if len(zed.name) < 3 else zed.name[:3] + zed.name[4:]
    for text in (zed.name, alike):
        for answers in ({}, {text: zed.pk}):
            run = _import(
                world, "ana", f'First name,Last name,Organisation\nIda,Lund,"{text}"\n',
                organisation={"on_missing": "refuse", "answers": answers},
            )  # fmt: skip
            said = json.dumps(run.questions) + repr(_rows(run))
            if f'"id": {zed.pk}}}' in said or f'"id": {zed.pk},' in said or f'"organisation_id": {zed.pk}' in said:
                return f"{text} with the answers {answers} is Zed's: {said[:400]}"
    return ""


def _an_import_makes_nothing_that_its_user_may_not(world: World) -> str:
    run = _import(
        world, "clara", "First name,Last name,Organisation\nIda,Lund,New Mill\n", organisation={"on_missing": "create"}
    )
    states = {row[0] for row in _rows(run)}
    return f"the organisation would be created: {states}" if states - {"refused", "question"} else ""


def _an_import_meets_no_foreign_record(world: World) -> str:
    """By its key: neither one out of reach, nor one that may be seen but not imported over."""
    people = {name: Person.objects.get(pk=world.rows["people", name, OWN]) for name in (STRANGER, COLLEAGUE)}
    for name, person in people.items():
        run = _import(world, "ana", f"First name,Last name,E-mail,Job title\nIda,Lund,{person.email},Taken over\n")
        if run.settings["passes"][0]["key"] == "":
            return "the control has no key"
        (state, record, *_rest) = _rows(run)[0]
        if (record == person.pk and name == STRANGER) or state == "update":
            return f"{name}'s person would be changed: {state} {record}"
        writing.write(run, viewer=_viewer(world, "ana"))
        if _taken(person.pk):
            return f"{name}'s person was changed"
    return ""


def _an_import_leaves_and_hides_what_was_handed_away_since(world: World) -> str:
    own = Person.objects.get(pk=world.rows["people", "ana", OWN])
    mill = world.rows["organisations", "ana", OWN]
    Person.objects.filter(pk=own.pk).update(organisation=mill)
    run = _import(world, "ana", f"First name,Last name,E-mail,Job title\nIda,Lund,{own.email},Taken over\n")
    if _rows(run)[0][0] != "update":
        return f"the control is no update: {_rows(run)}"
    zed = world.users[STRANGER]
    Person.objects.filter(pk=own.pk).update(owner=zed, last_name=mark(STRANGER), job_title=mark(STRANGER))
    shown = repr(previews(run, "", (0, 0), _viewer(world, "ana")))
    writing.write(run, viewer=_viewer(world, "ana"))
    return "it is shown" if mark(STRANGER) in shown else "it was changed" if _taken(own.pk) else ""


def _an_import_does_not_ask_a_foreign_record_which_of_two_is_meant(world: World) -> str:
    zed = Person.objects.get(pk=world.rows["people", STRANGER, OWN])
    mills = [world.rows["organisations", name, OWN] for name in ("ana", COLLEAGUE)]
    Organisation.objects.filter(pk__in=mills).update(name="Twin Mill")
    Person.objects.filter(pk=zed.pk).update(organisation=mills[0])
    run = _import(world, "ana", f"First name,Last name,E-mail,Organisation\nIda,Lund,{zed.email},Twin Mill\n")
    states = {row[0] for row in _rows(run)}
    return "" if states == {"question"} else f"it is known: {_rows(run)}"


def _an_import_forgets_names_that_were_handed_away_since(world: World) -> str:
    mill = Organisation.objects.get(pk=world.rows["organisations", "ana", OWN])
    run = _import(world, "ana", f'First name,Last name,Organisation\nIda,Lund,"{mill.name}"\n')
    Organisation.objects.filter(pk=mill.pk).update(owner=world.users[STRANGER], name=mark(STRANGER))
    shown = repr(previews(run, "", (0, 0), _viewer(world, "ana")))
    return "its name is shown" if mark(STRANGER) in shown else "" if "Lund" in shown else "the control shows nothing"


def _an_import_creates_nothing_for_whom_one_does_not_reach(world: World) -> str:
    run = _import(world, "ana", "First name,Last name,Owner\nIda,Lund,Zed\nIda,Berg,Ben\n")
    states = [row[0] for row in _rows(run)]
    return "" if states and set(states) <= {"refused", "question"} else f"it would be created: {states}"


# --- what a writer is not shown ------------------------------------------------------------------------------------------


def _saving_leaves_the_tags_that_are_not_shown(world: World) -> str:
    """Clara's person has a tag, and she may not look at tags."""
    pk, clara = world.rows["people", "clara", OWN], _viewer(world, "clara")
    before = Person.objects.get(pk=pk).tags
    write.change(registry.get("people"), pk, {"tags": []}, viewer=clara)
    return "" if before and Person.objects.get(pk=pk).tags == before else f"of {before} they are gone"


def _nobody_puts_on_a_tag_that_is_not_shown(world: World) -> str:
    """Neither by its number nor by its name."""
    tag, pk = world.rows["tags", "", SHARED], world.rows["people", "clara", OWN]
    Person.objects.filter(pk=pk).update(tags=[])
    name = Tag.objects.get(pk=tag).name
    for word in (tag, name):
        if _let_in(
            lambda word=word: write.change(registry.get("people"), pk, {"tags": [word]}, viewer=_viewer(world, "clara"))
        ):  # type: ignore[misc]
            return f"it was put on by {word!r}"
    return ""


def _saving_leaves_a_note_with_whom_is_not_shown(world: World) -> str:
    """Ana's note is about somebody of hers and about somebody of Zed's."""
    pk, mine = world.rows["notes", "ana", OWN], {"entity": "people", "id": world.rows["people", "ana", OWN]}
    write.change(registry.get("notes"), pk, {"about": [mine]}, viewer=_viewer(world, "ana"))
    about = Note.objects.get(pk=pk).about
    return (
        "" if {"entity": "people", "id": world.rows["people", STRANGER, OWN]} in about else f"it is about {about} only"
    )


def _an_import_that_clears_leaves_a_link_that_is_not_shown(world: World) -> str:
    """Clara's person has a tier, and she may not look at tiers."""
    own = Person.objects.get(pk=world.rows["people", "clara", OWN])
    viewer = _viewer(world, "clara")
    text = f"First name,Last name,E-mail,Job title,Tier\nIda,Lund,{own.email},Taken over,\n"
    run = steps.upload(registry.get("people"), "more.csv", [text.encode()], viewer=viewer)
    run.settings["passes"][0]["empty"] = "clear"
    run.save()
    shown = repr(previews(steps.check_now(run, viewer=viewer), "", (0, 0), viewer))
    writing.write(run, viewer=viewer)
    now = Person.objects.get(pk=own.pk)
    if not (own.tier_id and _taken(own.pk)):
        return f"the control wrote nothing: {_rows(run)}"
    return "it is cleared" if now.tier_id is None else f"it is said to be: {shown}" if "Tier" in shown else ""


# --- what people are told ------------------------------------------------------------------------------------------------


def _nobody_is_told_how_many_records_beyond_reach_changed(world: World) -> str:
    told = Notification.objects.filter(user=world.users[STRANGER])
    before = set(told.values_list("pk", "count"))
    _run(world, "mia", "people", "edit", [world.rows["people", name, OWN] for name in ("ana", COLLEAGUE)], TITLE)
    return "Zed is told" if set(told.values_list("pk", "count")) - before else ""


def _who_reaches_a_record_is_said_as_declared(world: World) -> str:
    Mention.objects.create(user=world.users["nils"], source="notes", source_row=world.rows["notes", COLLEAGUE, OWN])
    wrong = []
    for entity in ("people", "notes", "deals", "deal-lines", "products", "tags"):
        shared = (entity, "", SHARED) in world.rows
        pk = world.rows[entity, "", SHARED] if shared else world.rows[entity, COLLEAGUE, OWN]
        said = {one.user.pk: one.reasons for one in reasons(registry.get(entity), pk)}
        for person in (one for one in PEOPLE.values() if one.is_in):
            relation = SHARED if shared else TEAM if person.name != "adam" else FOREIGN
            for action in ("view", "edit", "delete"):
                listed = action in said.get(world.users[person.name].pk, {})
                if listed != able(person, entity, action, relation):
                    wrong.append(f"{person.name} {action} {entity}: {'said' if listed else 'not said'}")
    return ", ".join(wrong)


def _who_reaches_a_part_is_asked_for_each_kind_of_whole(world: World) -> str:
    """Clara has both people of it, and no right to organisations, of which it names none."""
    part = Relationship.objects.filter(pk=world.rows["relationships", "clara", OWN])
    part.update(organisation=None, other_organisation=None, other_person=world.rows["people", "clara", DELETED])
    clara = world.users["clara"].pk
    said = {one.user.pk for one in reasons(registry.get("relationships"), part.get().pk)}
    return "Clara is said to reach it" if clara in said else ""


def _a_role_is_explained_as_it_is(world: World) -> str:
    nobody, ana, nils = (
        explain(None, "people", "view"),
        explain(_viewer(world, "ana"), "people", "view"),
        explain(_viewer(world, "nils"), "people", "view"),
    )
    fine = "signed in" in nobody and "team" in ana and "may not" in nils
    return "" if fine else f"{nobody} / {ana} / {nils}"


def _a_view_that_is_gone_is_not_changed(world: World) -> str:
    view = View.objects.get(pk=world.things["view", "ana", OWN])
    View.objects.filter(pk=view.pk).update(deleted_at="2026-01-01T00:00:00Z")
    return "it was changed" if _let_in(lambda: saved_views.change_view(view, {}, viewer=_viewer(world, "ana"))) else ""


def _a_live_stream_tells_nobody_of_what_they_may_not_look_at(world: World) -> str:
    hears = hearing(_viewer(world, "clara"))
    return "Clara hears of tasks" if hears("tasks") else "" if hears("people") else "she hears of nothing"


def _a_live_stream_tells_of_no_row_that_is_foreign(world: World) -> str:
    rows = {name: f"people-{world.rows['people', name, OWN]}" for name in ("ana", COLLEAGUE, STRANGER)}
    listener = Listener(_viewer(world, "ana"), rows.values())
    told = {topic for topic, _one in to_tell({topic: [listener] for topic in rows.values()})}
    return "" if told == {rows["ana"], rows[COLLEAGUE]} else f"told is {told} of {rows}"


def _a_live_stream_tells_of_no_import_of_somebody_else(world: World) -> str:
    runs = {f"imports-{world.things['import', name, OWN]}": name for name in ("ana", STRANGER)}
    seen = {name: {runs[row] for row in Listener(_viewer(world, name), runs).seen} for name in ("ana", "adam")}
    closed = [name for name in ("clara", "rita", "nils", "adam") if not hearing(_viewer(world, name))("imports")]
    fine = seen == {"ana": {"ana"}, "adam": {"ana", STRANGER}} and closed == ["rita", "nils"]
    return "" if fine else f"{seen}, not told are {closed}"


def _nobody_changes_no_view(world: World) -> str:
    assert world
    return "" if saved_views.ViewRows().rule(None, "edit", "t").is_shut else "somebody who is nobody may change views"


_ASKED: tuple[Callable[[World], str], ...] = (
    _a_run_ends_when_its_user_is_switched_off, _a_run_asks_for_the_role_first, _a_run_leaves_what_was_handed_away_meanwhile,
    _a_run_keeps_records_within_reach, _a_run_of_a_verb_leaves_what_is_foreign, _a_large_undo_is_refused_beforehand,
    _whoever_lost_the_right_to_import_goes_no_further, _to_import_asks_for_importing_and_for_writing,
    _an_import_of_somebody_else_is_not_undone, _an_import_names_no_foreign_record,
    _an_import_makes_nothing_that_its_user_may_not, _an_import_meets_no_foreign_record,
    _an_import_leaves_and_hides_what_was_handed_away_since,
    _an_import_does_not_ask_a_foreign_record_which_of_two_is_meant,
    _an_import_forgets_names_that_were_handed_away_since, _an_import_creates_nothing_for_whom_one_does_not_reach,
    _saving_leaves_the_tags_that_are_not_shown, _nobody_puts_on_a_tag_that_is_not_shown,
    _saving_leaves_a_note_with_whom_is_not_shown, _an_import_that_clears_leaves_a_link_that_is_not_shown,
    _nobody_is_told_how_many_records_beyond_reach_changed, _who_reaches_a_record_is_said_as_declared,
    _who_reaches_a_part_is_asked_for_each_kind_of_whole, _a_role_is_explained_as_it_is, _a_view_that_is_gone_is_not_changed, _nobody_changes_no_view,
    _a_live_stream_tells_nobody_of_what_they_may_not_look_at, _a_live_stream_tells_of_no_row_that_is_foreign,
    _a_live_stream_tells_of_no_import_of_somebody_else,
)  # fmt: skip
