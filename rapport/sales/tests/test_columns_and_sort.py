"""Columns chosen, ordered, widened and kept in place, and sorting by several, as the server answers."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")


@pytest.fixture
def browser(ana) -> Client:
    client = Client()
    client.force_login(ana)
    viewer = viewer_for(ana)
    lyon = [{"city": "Lyon", "country": "FR"}]
    acme = write.create(registry.get("organisations"), {"name": "Acme", "addresses": lyon}, viewer=viewer)
    for i in range(6):
        values = {
            "name": f"Deal {i}",
            "organisation": acme if i % 2 else None,
            "amount": str(i % 3 * 10) if i else None,
        }
        write.create(registry.get("deals"), values, viewer=viewer)
    return client


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="col" data-name="([^"]+)"', page)


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_columns_are_shown_in_their_order_also_of_linked_records(browser):
    page = browser.get("/deals?columns=amount,organisation.country,name").content.decode()
    assert heads(page) == ["amount", "organisation.country", "name"]
    assert "Organisation: Country" in page and "France" in page
    assert re.findall(r'<col width="(\d+)" data-col="([^"]+)"', page)[1][1] == "organisation.country"


def test_the_first_columns_stay_as_many_as_said(browser):
    def kept(address: str) -> list[str]:
        page = browser.get(address).content.decode()
        return re.findall(r'<th scope="col" data-name="([^"]+)"[^>]* class="[^"]*kept', page)

    assert kept("/deals") == ["name"]
    assert kept("/deals?columns=name,amount,owner&frozen=2") == ["name", "amount"]
    assert kept("/deals?columns=name,amount,owner&frozen=0") == []


def test_the_panel_names_what_is_shown_first_and_everything_else_in_groups(browser):
    page = browser.get("/deals/fields?columns=owner,name").content.decode()
    assert re.findall(r'name="column" value="([^"]+)" checked', page) == ["owner", "name"]
    rest = re.findall(r'name="column" value="([^"]+)">', page)
    assert {"amount", "organisation.country", "person.job_title"} <= set(rest) and "name" not in rest


def test_columns_are_applied_and_moved_without_scripts(browser):
    moved = browser.get("/deals/fields", {"column": ["name", "amount", "owner"], "do": "up:owner"}).content.decode()
    assert re.findall(r'name="column" value="([^"]+)" checked', moved) == ["name", "owner", "amount"]
    moved = browser.get("/deals/fields", {"column": ["name", "amount"], "do": "up:name"}).content.decode()
    assert re.findall(r'name="column" value="([^"]+)" checked', moved) == ["name", "amount"]
    done = browser.get(
        "/deals/fields",
        {"column": ["owner", "name", "nothing", "owner"], "keep": "2", "do": "apply", "sort": "-amount"},
    )
    assert asked(done["Location"]) == {"view": "all", "sort": "-amount", "columns": "owner,name", "frozen": "2"}


def test_a_list_needs_a_column(browser):
    refused = browser.get("/deals/fields", {"do": "apply"})
    assert refused.status_code == 422 and b"A list needs a column" in refused.content


def test_a_wide_column_is_told_by_its_width(browser):
    browser.post("/deals/views/all/widths", {"amount": "333"})
    page = browser.get("/deals").content.decode()
    assert '<col width="333" data-col="amount">' in page
    assert browser.post("/deals/views/all/widths", {"nothing": "333"}).status_code == 400
    assert browser.post("/deals/views/99999/widths", {"amount": "333"}).status_code == 404


def test_a_head_sorts_by_itself_or_is_added(browser):
    page = browser.get("/deals?sort=-amount,name").content.decode()

    def head(name: str) -> tuple[str, str, str]:
        found = re.search(rf'<th scope="col" data-name="{name}".*?</th>', page, re.S)[0].replace("&amp;", "&")
        sort = re.search(r'aria-sort="(\w+)"', found)
        return (
            asked(re.search(r'href="([^"]+)"', found)[1])["sort"],
            asked(re.search(r'data-add="([^"]+)"', found)[1])["sort"],
            sort[1] if sort else "",
        )

    assert head("amount") == ("amount", "amount,name", "descending")
    assert head("name") == ("-name", "-amount,-name", "ascending")
    assert head("organisation") == ("organisation", "-amount,name,organisation", "")


def test_the_list_is_sorted_by_all_its_keys(browser):
    page = browser.get("/deals?sort=-amount,-name&columns=name").content.decode()
    assert re.findall(r'<span class="cut">(Deal \d)</span>', page) == [f"Deal {i}" for i in (5, 2, 4, 1, 3, 0)]


def test_the_sort_panel_shows_adds_turns_and_drops(browser):
    def rows(page: str) -> list[tuple[str, str]]:
        chosen = re.findall(r'<select[^>]*name="(by|way)".*?</select>', page, re.S)
        found = [re.search(r'value="([^"]*)" selected', part) for part in re.split(r"<select", page)[1:]]
        values = [match[1] if match else "" for match in found]
        assert len(chosen) == len(values)
        return list(zip(values[::2], values[1::2], strict=True))

    def panel(**form: object) -> list[tuple[str, str]]:
        return rows(browser.get("/deals/sort", form).content.decode())

    two = {"by": ["amount", "name"], "way": ["down", "up"]}
    assert panel(sort="-amount,name") == [("amount", "down"), ("name", "up")]
    assert panel(**two, do="add") == [("amount", "down"), ("name", "up"), ("", "up")]
    assert panel(**two, do="up:1") == [("name", "up"), ("amount", "down")]
    assert panel(**two, do="drop:0") == [("name", "up")]
    done = browser.get(
        "/deals/sort", {"by": ["amount", "", "name", "nothing"], "way": ["down", "up", "up", "up"], "do": "apply"}
    )
    assert asked(done["Location"])["sort"] == "-amount,name"
    done = browser.get("/deals/sort", two | {"do": "apply", "on": "board", "q": "x"})
    assert urlsplit(done["Location"]).path == "/deals/board" and asked(done["Location"])["q"] == "x"
