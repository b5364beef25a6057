"""What the palette finds: every entity within reach, however one types; what was opened lately; what can be created."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.records import registry, write
from rapport.records.testing.cast import Cast, make_cast
from rapport.records.visits import note_visit, recent


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def make(cast: Cast, entity: str, who: str = "ana", **values) -> int:
    return write.create(registry.get(entity), values, viewer=cast.viewer(who))


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def asked(client: Client, q: str, behind: str = "/") -> str:
    headers = {"HX-Request": "true", "HX-Target": "div#palette-hits", "HX-Current-URL": f"http://testserver{behind}"}
    return client.get("/palette", {"q": q}, headers=headers).content.decode()


@pytest.mark.parametrize("q", [
    "Ruiz", "ruiz maria", "quill.example", "020 7946 0958", "+44 (0)20 7946-0958", "0044 20 79460958", "maira ruiz",
])  # fmt: skip
def test_a_person_is_found_by_any_part_in_any_form_and_with_a_slip(cast, q):
    pk = make(cast, "people", name="María Ruiz", emails=["maria@quill.example"], phones=["+442079460958"])
    assert f'href="/people/{pk}"' in asked(browser(cast, "ben"), q)
    assert f'href="/people/{pk}"' not in asked(browser(cast, "cleo"), q)


def test_signs_narrow_to_people_deals_actions_and_help(cast):
    client = browser(cast, "ana")
    person, deal = make(cast, "people", name="Quill Ruiz"), make(cast, "deals", name="Quill chairs", external_id="D-77")
    assert f"/people/{person}" in asked(client, "quill") and f"/deals/{deal}" in asked(client, "quill")
    assert f"/people/{person}" in (people := asked(client, "@quill")) and "/deals/" not in people
    assert f"/deals/{deal}" in (deals := asked(client, "# quill")) and "/people/" not in deals
    for number in (f"#{deal}", "#D-77"):
        assert f"/deals/{deal}" in asked(client, number), number
    assert f"/deals/{deal}" not in asked(browser(cast, "cleo"), f"#{deal}")
    actions = asked(client, ">cre per")
    assert 'hx-get="/people/new"' in actions and "/deals/new" not in actions
    assert "/shortcuts" in asked(client, "?")
    for odd in ("#99999999999999999999", "#-1", "@%", ">\\", "#\u0661"):
        assert client.get("/palette", {"q": odd}).status_code == 200, odd


def test_what_was_opened_lately_comes_first_the_last_one_on_top(cast):
    first, second = make(cast, "people", name="Ana First"), make(cast, "organisations", name="Second Ltd")
    gone = make(cast, "people", name="Gone Soon")
    client = browser(cast, "ana")
    for path in (f"/people/{first}", f"/people/{gone}", f"/organisations/{second}", f"/people/{first}"):
        assert client.get(path).status_code == 200
    write.remove(registry.get("people"), gone, viewer=cast.viewer("ana"))
    assert [one["name"] for one in recent(cast.viewer("ana"))] == ["Ana First", "Second Ltd"]
    assert recent(cast.viewer("ben")) == []
    shown = asked(client, "")
    assert shown.index("Ana First") < shown.index("Second Ltd")


def test_a_record_that_went_out_of_reach_is_no_longer_suggested(cast):
    pk = make(cast, "people", "cleo", name="Cleo's Own")
    note_visit("people", pk, cast.viewer("ana"))
    assert recent(cast.viewer("ana")) == []
    assert "Cleo" not in asked(browser(cast, "ana"), "")


def test_create_commands_are_those_that_the_role_allows_and_know_the_record_behind(cast):
    quill = make(cast, "organisations", name="Quill Ltd")
    shown = asked(browser(cast, "ana"), ">create", f"/organisations/{quill}")
    assert f"/people/new?organisation={quill}" in shown and "with Quill Ltd" in shown
    assert f"about=organisations%2F{quill}" in shown
    assert "/people/new" not in asked(browser(cast, "rita"), ">create")


def test_settings_are_found_by_those_who_may_open_them(cast):
    assert "/settings/roles" in asked(browser(cast, "adam"), "roles")
    assert "/settings/roles" not in asked(browser(cast, "ana"), "roles")


def test_the_price_of_a_keystroke_does_not_grow_with_the_hits(cast):
    client = browser(cast, "ana")

    def price() -> int:
        with CaptureQueriesContext(connection) as queries:
            asked(client, "quill")
        return len(queries)

    make(cast, "people", name="Quill 0")
    asked(client, "quill")
    before = price()
    for i in range(6):
        make(cast, "people", name=f"Quill {i + 1}")
    assert price() == before <= 8


def test_every_registered_key_is_in_the_list_and_nowhere_twice_in_a_group(cast):
    shown = browser(cast, "ana").get("/shortcuts").content.decode()
    for text in ("Search and commands", "Create what is in view", "People", "Settings"):
        assert text in shown, text
    assert Client().get("/shortcuts").status_code in (200, 302)
