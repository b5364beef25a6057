"""What a new record would repeat: found in any form, within reach alone, and asked about once."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.records import registry, write
from rapport.records.duplicates import duplicates
from rapport.records.testing.cast import Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def make(cast: Cast, entity: str, who: str = "ana", **values) -> int:
    return write.create(registry.get(entity), values, viewer=cast.viewer(who))


def found(cast: Cast, entity: str, who: str = "ana", **values) -> list[str]:
    return [one["name"] for one in duplicates(registry.get(entity), values, cast.viewer(who))]


@pytest.mark.parametrize("given", ["ana.ruiz@quill.example", "ANA.Ruiz@Quill.EXAMPLE", " Ana <ana.ruiz@quill.example>"])
def test_the_same_address_is_found_in_any_spelling(cast, given):
    make(cast, "people", last_name="Ruiz", emails=["x@other.example", "Ana.Ruiz@quill.example"])
    (one,) = duplicates(registry.get("people"), {"emails": [given]}, cast.viewer("ana"))
    assert (one["name"], one["asks"]) == ("Ruiz", True)
    assert "Same e-mail address" in one["because"]


@pytest.mark.parametrize(
    "given", ["na.ruiz@quill.example", "ana.ruiz@quill.exampl", "ana_ruiz@quill.example", "ana", "%"]
)
def test_an_address_that_only_looks_alike_is_not(cast, given):
    make(cast, "people", last_name="Ruiz", emails=["ana.ruiz@quill.example"])
    assert found(cast, "people", emails=[given]) == []


@pytest.mark.parametrize(
    "given", ["+44 20 7946 0958", "020 7946 0958", "(020) 79460958", "0044-20-7946-0958", "7946 0958"]
)
def test_the_same_number_is_found_however_it_is_written(cast, given):
    make(cast, "people", last_name="Ruiz", phones=["+442079460958"])
    assert found(cast, "people", phones=[{"number": given}]) == ["Ruiz"]
    assert found(cast, "people", phones=["7946"]) == []


def test_names_alike_are_found_in_the_same_organisation(cast):
    quill, other = make(cast, "organisations", name="Quill Ltd"), make(cast, "organisations", name="Other")
    make(cast, "people", first_name="Katharina", last_name="Müller", organisation=quill)
    assert found(cast, "people", first_name="Katarina", last_name="Mueller", organisation=quill) == ["Katharina Müller"]
    assert found(cast, "people", first_name="Katarina", last_name="Muller", organisation=other) == []
    assert found(cast, "people", first_name="Jonas", last_name="Weber", organisation=quill) == []
    # Without an organisation only an equal name counts.
    assert found(cast, "people", name="katharina muller") == ["Katharina Müller"]
    assert found(cast, "people", name="Katharina M") == []


def test_organisations_are_found_by_name_and_domain(cast):
    make(cast, "organisations", name="Stuhlwerk Nord GmbH & Co. KG", domain="stuhlwerk.example")
    for name in ("stuhlwerk nord", "Stuhlwerk Nord AG", "Stulwerk Nord"):
        assert found(cast, "organisations", name=name) == ["Stuhlwerk Nord GmbH & Co. KG"], name
    for name in ("Stuhlwerk", "Nord GmbH", "Stuhlwerk Süd"):
        assert found(cast, "organisations", name=name) == [], name
    assert found(cast, "organisations", domain="https://www.Stuhlwerk.example/") == ["Stuhlwerk Nord GmbH & Co. KG"]


def test_what_lies_beyond_reach_or_in_the_bin_is_not_hinted_at(cast):
    pk = make(cast, "people", "cleo", last_name="Secret", emails=["secret@quill.example"])
    assert found(cast, "people", "cleo", emails=["secret@quill.example"]) == ["Secret"]
    assert found(cast, "people", "ana", emails=["secret@quill.example"]) == []
    write.remove(registry.get("people"), pk, viewer=cast.viewer("cleo"))
    assert found(cast, "people", "cleo", emails=["secret@quill.example"]) == []


def test_all_rules_are_one_query(cast):
    for i in range(3):
        make(cast, "people", last_name="Ruiz", emails=[f"ana{i}@quill.example"], phones=["+442079460958"])
    viewer, record = cast.viewer("ana"), registry.get("people")
    values = {"last_name": "Ruiz", "emails": ["ana1@quill.example"], "phones": ["+442079460958"]}
    duplicates(record, values, viewer)
    with CaptureQueriesContext(connection) as queries:
        assert len(duplicates(record, values, viewer)) == 3
    assert len(queries) == 1


def test_the_api_says_the_same_within_the_callers_reach(cast):
    pk = make(cast, "people", last_name="Ruiz", emails=["ana@quill.example"])
    body = {"emails": ["ANA@quill.example"], "last_name": "Ruiz"}
    answer = cast.call("ben", "POST", "/people/duplicates", body)
    assert answer.status == 200
    (one,) = answer.json["items"]
    assert (one["id"], one["asks"], one["because"]) == (
        pk,
        True,
        ["Same e-mail address", "Similar name"],
    )
    assert cast.call("cleo", "POST", "/people/duplicates", body).json == {"items": []}
    assert cast.call("rita", "POST", "/people/duplicates", body).status == 403
    assert cast.call("ana", "POST", "/people/duplicates", {"nonsense": 1}).blamed == {"nonsense"}
    for half in ({"emails": ["ana@"]}, {"emails": [None, {"address": []}]}, {"birth_date": "19"}):
        assert cast.call("ana", "POST", "/people/duplicates", half).status == 200, half
    for name, odd in (("emails", 7), ("last_name", ["x"]), ("organisation", {"id": "y"}), ("created_at", None)):
        answer = cast.call("ana", "POST", "/people/duplicates", {name: odd})
        assert (answer.status, answer.blamed) == (422, {name}), answer


def test_the_form_asks_once_and_then_saves(cast):
    make(cast, "people", last_name="Ruiz", emails=["ana@quill.example"])
    browser = Client()
    browser.force_login(cast.ana)
    form = {"last_name": "Ruiz", "first_name": "Ana", "emails-0-address": "Ana@quill.example"}
    asked = browser.post("/people/new", form)
    assert asked.status_code == 409 and b"Create anyway" in asked.content and b'value="Ana"' in asked.content
    assert registry.get("people").model.objects.count() == 1
    assert browser.post("/people/new", {**form, "anyway": "1"}).status_code == 302
    assert registry.get("people").model.objects.count() == 2


def test_the_live_warning_answers_what_the_form_holds_so_far(cast):
    pk = make(cast, "people", last_name="Ruiz", phones=["+442079460958"])
    browser = Client()
    browser.force_login(cast.ana)
    shown = browser.post("/people/duplicates", {"phones-0-number": "020 7946 0958"}, headers={"HX-Request": "true"})
    assert f"/people/{pk}".encode() in shown.content and b"Same phone number" in shown.content
    assert browser.post("/people/duplicates", {"last_name": "Nobody"}).content.strip() == b""
    browser.force_login(cast.rita)
    assert browser.post("/people/duplicates", {"last_name": "Ruiz"}).status_code == 403


def test_a_dialog_is_filled_in_from_the_record_behind_it(cast):
    quill = make(cast, "organisations", name="Quill Ltd")
    person = make(cast, "people", last_name="Ruiz", organisation=quill)
    browser = Client()
    browser.force_login(cast.ana)

    def dialog(address: str, behind: str) -> str:
        headers = {"HX-Request": "true", "HX-Target": "dialog#dialog", "HX-Current-URL": f"http://testserver{behind}"}
        return browser.get(address, headers=headers).content.decode()

    assert f'name="organisation" value="{quill}"' in dialog("/people/new", f"/organisations/{quill}")
    deal = dialog("/deals/new", f"/people/{person}?x=1")
    assert f'name="person" value="{person}"' in deal and f'name="organisation" value="{quill}"' in deal
    assert f'name="about" value="people/{person}"' in dialog("/tasks/new", f"/people/{person}")
    assert f"/people/new?organisation={quill}" in dialog("/new", f"/organisations/{quill}")
    # Nobody's record is named to whom it is out of reach.
    browser.force_login(cast.cleo)
    assert "Quill" not in dialog("/people/new", f"/organisations/{quill}") + dialog("/new", f"/organisations/{quill}")


@pytest.mark.parametrize(("entity", "values"), [
    ("people", {"emails": ["ana@quill.example", "b@quill.example"]}),
    ("people", {"phones": ["020 7946 0958"]}),
    ("people", {"name": "Ana Ruiz"}),
    ("people", {"name": "Ana Ruiz", "organisation": 1}),
    ("organisations", {"name": "Quill Ltd"}),
    ("organisations", {"domain": "quill.example"}),
])  # fmt: skip
def test_every_rule_has_an_index_that_answers_it(cast, entity, values):
    record, viewer = registry.get(entity), cast.viewer("adam")
    with CaptureQueriesContext(connection) as queries:
        duplicates(record, values, viewer)
    asked = queries[-1]["sql"]
    with connection.cursor() as cursor:
        # On a table of three rows the planner would read it whole.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index" in plan and "Seq Scan" not in plan, plan
