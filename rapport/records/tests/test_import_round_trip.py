"""Importing again, importing what was exported, and taking imports back."""

import pytest
from django.db import connection, transaction

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry, write
from rapport.records.exporting import csv_chunks
from rapport.records.importing import steps
from rapport.records.importing.preview import previews
from rapport.records.importing.writing import write as write_run
from rapport.records.models import ImportRun
from rapport.records.read import Query
from rapport.records.tests.importing import brought_in, checked, items, reasons, somebody, states, upload

pytestmark = pytest.mark.django_db

PEOPLE = (
    "Reference,First name,Last name,Email,Phone,Mobile,Fax,Street,Zip,City,Country,Company,Birth date,Tags\n"
    'p1,Ana María,Ruiz,ana@example.com,+34 915 550 100,+34 612 345 678,,Calle Mayor 1,01234,Madrid,Spain,Acme,1980-02-13,"vip, new"\n'
    'p2,Ben,Okafor,Ben@Example.com; ben2@example.com,030 1234567,,030 1234568,"Hauptstraße 5",04103,Leipzig,Germany,Acme,,\n'
    "p3,-Ü,=Q,,,,,,,,,,,new\n"
)


@pytest.fixture
def ana(db: None) -> Viewer:
    return somebody()


def create_missing(passes: list) -> None:
    for source in passes[0]["columns"].values():
        source["on_missing"] = "create"


def digest(entity: str) -> list:
    with connection.cursor() as cursor:
        table = registry.get(entity).table
        cursor.execute(f"SELECT to_jsonb(t) - '{{version,updated_at}}'::text[] FROM {table} t ORDER BY id")  # noqa: S608
        return cursor.fetchall()


def exported(viewer: Viewer, entity: str) -> bytes:
    with transaction.atomic():
        return b"".join(csv_chunks(registry.get(entity), Query(), viewer=viewer))


def test_people_with_everything(ana: Viewer) -> None:
    run = brought_in(ana, "people", PEOPLE, change=create_missing)
    assert run.counts["states"] == {"created": 3 + 1 + 2}
    first, second, third = items(
        ana, "people", "name emails phones addresses organisation birth_date tags", sort="external_id"
    )
    assert first["name"] == "Ana María Ruiz"
    assert [(p["number"], p["type"]) for p in first["phones"]] == [("+34915550100", "work"), ("+34612345678", "mobile")]
    assert first["addresses"][0]["postal_code"] == "01234"
    assert sorted(tag["name"] for tag in first["tags"]) == ["new", "vip"]
    assert [e["address"] for e in second["emails"]] == ["Ben@example.com", "ben2@example.com"]
    assert [(p["number"], p["type"]) for p in second["phones"]] == [("+49301234567", "work"), ("+49301234568", "fax")]
    assert first["organisation"] == second["organisation"]
    assert third["name"] == "-Ü =Q"


def test_the_same_file_twice_changes_nothing(ana: Viewer) -> None:
    brought_in(ana, "people", PEOPLE, change=create_missing)
    before = digest("people")
    run = brought_in(ana, "people", PEOPLE, change=create_missing)
    assert states(run) == {"skip": 3}
    assert digest("people") == before


@pytest.mark.parametrize("key", ["id", "external_id"])
def test_an_export_comes_back_unchanged(ana: Viewer, key: str) -> None:
    brought_in(ana, "people", PEOPLE, change=create_missing)
    write.change(registry.get("people"), items(ana, "people", "name", sort="external_id")[0]["id"], {
        "addresses": [{"street": "A 1", "city": "B", "country": "ES"}, {"street": "C 2", "region": "D"}],
        "emails": [{"address": "ana@example.com", "type": "home", "verified": True}]}, viewer=ana)  # fmt: skip
    before = digest("people")

    def by(passes: list) -> None:
        passes[0]["key"] = key

    run = brought_in(ana, "people", exported(ana, "people"), change=by)
    assert states(run) == {"skip": 3}, reasons(run)
    assert digest("people") == before


@pytest.mark.parametrize("entity", ["organisations", "products", "deals", "tasks", "stages", "teams"])
def test_every_export_comes_back_unchanged(ana: Viewer, entity: str) -> None:
    organisations = "name,domain,revenue,revenue currency,size,parent,founded,sector,city\n"
    brought_in(ana, "organisations", organisations + "Acme,acme.com,1000.50,USD,5,,1990,Toys,Rome\nInity,,,,,Acme,,,\n")
    brought_in(ana, "products", "name,code,price,stock,discontinued\nGTX,g1,12.5,4,yes\nMG,,,,no\n")
    create = [{"entity": "deals", "columns": {"name": {"column": "name"}, "organisation": {"column": "company"},
               "amount": {"column": "value"}, "stage": {"column": "stage"}}}]  # fmt: skip
    run = upload(ana, "deals", "name,company,value,stage\nBig,Acme,1500.00,Won\nSmall,Inity,,Meeting\n")
    steps.set_mapping(run, create, viewer=ana)
    write_run(steps.check_now(run, viewer=ana), viewer=ana)
    write.create(registry.get("tasks"), {"title": "Call", "due_on": "2026-01-31"}, viewer=ana)
    write.create(registry.get("teams"), {"name": "North"}, viewer=ana)
    before = digest(entity)
    assert before

    def by_id(passes: list) -> None:
        passes[0]["key"] = "id"

    run = brought_in(ana, entity, exported(ana, entity), change=by_id)
    assert states(run) == {"skip": len(items(ana, entity, ""))}, reasons(run)
    assert digest(entity) == before


def test_updates_show_what_they_change_and_are_taken_back(ana: Viewer) -> None:
    brought_in(ana, "organisations", "name,size,industry\nAcme,5,Toys\nInity,7,Law\nHooli,9,Web\n")
    before, people = digest("organisations"), digest("people")
    run = checked(ana, "organisations", "name,size,industry\nacme,6,\nInity,7,Law\nUmbrella,1,Health\n")
    assert states(run) == {"update": 1, "skip": 1, "create": 1}
    changes = {row.line: row.values for row in previews(run, "update", (0, 0), ana)[0]}
    assert [(str(label), old, new) for label, old, new in changes[2]] == [
        ("Name", "Acme", "acme"),
        ("Employees", "5", "6"),
    ]
    write_run(run, viewer=ana)
    # An empty cell leaves the record as it is.
    acme = items(ana, "organisations", "name size industry", sort="name")[0]
    assert (acme["name"], acme["size"], acme["industry"]) == ("acme", 6, "Toys")
    done = steps.undo_run(run, viewer=ana)
    assert (done.restored, done.removed, done.kept) == (2, 1, [])
    assert digest("organisations") == before and digest("people") == people


def test_undo_keeps_what_was_edited_since(ana: Viewer) -> None:
    run = brought_in(ana, "people", "name,email\nBen Okafor,ben@example.com\nCleo Dux,cleo@example.com\n")
    pk = next(p["id"] for p in items(ana, "people", "name") if p["name"] == "Cleo Dux")
    write.change(registry.get("people"), pk, {"job_title": "Head"}, viewer=ana)
    done = steps.undo_run(run, viewer=ana)
    assert done.kept == [("customers_person", pk)]
    assert [p["name"] for p in items(ana, "people", "name")] == ["Cleo Dux"]
    assert ImportRun.objects.get().status == "undone"


def test_a_parent_may_stand_further_down(ana: Viewer) -> None:
    run = brought_in(ana, "organisations", "name,parent\nLeaf,Middle\nMiddle,Root\nRoot,\n")
    assert states(run) == {"created": 3}
    found = {o["name"]: o["parent"] and o["parent"]["name"] for o in items(ana, "organisations", "name parent")}
    assert found == {"Leaf": "Middle", "Middle": "Root", "Root": None}


def test_somebody_with_only_an_address_is_called_after_it(ana: Viewer) -> None:
    run = brought_in(ana, "people", "email,phone\nben.okafor@example.com,\n,\n,+49 30 1234567\n")
    assert states(run) == {"created": 2}
    assert {p["name"] for p in items(ana, "people", "name")} == {"Ben Okafor", ""}


def test_namesakes_stay_linked_to_whom_they_are_linked(ana: Viewer) -> None:
    organisations, people = registry.get("organisations"), registry.get("people")
    first, second = (write.create(organisations, {"name": "Acme"}, viewer=ana) for _ in range(2))
    for reference, organisation in (("p1", first), ("p2", second), ("p3", None)):
        values = {"first_name": "Ben", "last_name": reference, "external_id": reference, "organisation": organisation}
        write.create(people, values, viewer=ana)
    file = exported(ana, "people")
    before = digest("people")

    def by(passes: list) -> None:
        passes[0]["key"] = "external_id"

    run = checked(ana, "people", file, change=by)
    assert states(run) == {"skip": 3}
    assert run.questions == []
    newcomer = "Reference,First name,Last name,Organisation\np1,Ben,p1,acme\np3,Ben,p3,Acme\np4,Eve,p4,Acme\n"
    run = checked(ana, "people", newcomer, change=by)
    assert states(run) == {"skip": 1, "question": 2}
    (question,) = steps.open_questions(run)
    assert (question["kind"], question["text"]) == ("namesakes", "Acme")
    assert [c["id"] for c in question["candidates"]] == [first, second]
    steps.answer(run, {(1, "organisation", "Acme"): second}, viewer=ana)
    run = steps.check_now(run, viewer=ana)
    assert states(run) == {"skip": 1, "update": 1, "create": 1}
    assert digest("people") == before
