"""A salesperson's first minutes: add a person, write down a call, change a value, undo it; two windows; the keyboard."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from rapport.platform.identity.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")


@pytest.fixture
def window(browse, ana: User):
    """Opens windows in which Ana is signed in."""

    def open_window(**how) -> Page:
        client = Client()
        client.force_login(ana)
        return browse(signed_in=client, **how)

    return open_window


def add_person(page: Page, first: str, last: str) -> None:
    page.goto("/people/new")
    page.get_by_label("First name").fill(first)
    page.get_by_label("Last name").fill(last)
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name=f"{first} {last}")).to_be_visible()


def test_an_empty_list_teaches_and_leads_to_the_form(window):
    page = window()
    page.goto("/people")
    expect(page.get_by_role("heading", name="No People yet")).to_be_visible()
    page.get_by_role("link", name="Add the first").click()
    page.wait_for_url("**/people/new")


def test_a_value_is_changed_in_place_and_taken_back(window):
    page = window()
    add_person(page, "Ana María", "Ruiz")
    page.get_by_role("button", name="Edit Job title").click()
    page.locator("#prop-job_title input[type=text]").fill("Head of Procurement")
    page.keyboard.press("Enter")
    expect(page.locator("#record-head")).to_contain_text("Head of Procurement")
    page.locator(".r-toast", has_text="Job title saved").get_by_role("button", name="Undo").click()
    expect(page.locator("#prop-job_title")).not_to_contain_text("Head of Procurement")
    page.goto("/people")
    expect(page.get_by_role("link", name="Ana María Ruiz")).to_be_visible()


def test_escape_keeps_the_old_value(window):
    page = window()
    add_person(page, "Ben", "Okafor")
    page.get_by_role("button", name="Edit Job title").click()
    page.locator("#prop-job_title input[type=text]").fill("Nothing")
    page.keyboard.press("Escape")
    expect(page.locator("#prop-job_title")).to_contain_text("—")


def test_a_wrong_value_says_why_and_keeps_what_was_typed(window):
    page = window()
    page.expected = ["422"]
    add_person(page, "Ben", "Okafor")
    page.locator(".r-folded:has(#prop-birth_date) > summary").click()
    page.get_by_role("button", name="Edit Birth date").click()
    editor = page.locator("#prop-birth_date")
    editor.locator("input[type=date]").fill("0900-01-01")
    page.keyboard.press("Enter")
    expect(editor).to_contain_text("between 1000 and 2999")
    expect(editor.locator("input[type=date]")).to_have_value("0900-01-01")


def test_what_happened_is_written_down_and_planned(window):
    page = window()
    add_person(page, "Cleo", "Marchand")
    page.get_by_role("tab", name="Call").click()
    page.locator("#panel-calls").get_by_label("Title").fill("Asked about delivery")
    page.locator("#panel-calls").get_by_role("button", name="Save").click()
    expect(page.locator("#timeline")).to_contain_text("Asked about delivery")
    page.get_by_role("tab", name="Task").click()
    page.locator("#panel-tasks").get_by_label("Title").fill("Send the offer")
    page.locator("#panel-tasks").get_by_role("button", name="Save").click()
    expect(page.locator(".r-focus")).to_contain_text("Send the offer")
    page.get_by_role("button", name="Done: Send the offer").click()
    expect(page.locator("#timeline")).to_contain_text("finished a task")
    expect(page.get_by_role("heading", name="Cleo Marchand")).to_be_visible()


def test_a_deal_moves_along_its_stages_and_is_won(window):
    page = window()
    page.goto("/deals/new")
    page.get_by_label("Name").first.fill("Spectrometers for Lyon")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Proposal").click()
    expect(page.locator(".r-stages [aria-current=step]")).to_contain_text("Proposal")
    page.get_by_role("button", name="Won").first.click()
    page.locator("#dialog").get_by_role("button", name="Won").click()
    expect(page.locator("#record-head")).to_contain_text("Won")
    page.locator(".r-toast", has_text="is won").get_by_role("button", name="Undo").click()
    expect(page.locator(".r-stages [aria-current=step]")).to_contain_text("Proposal")


def test_marked_records_are_deleted_and_brought_back(window):
    page = window()
    for first in ("Ana", "Ben", "Cleo"):
        add_person(page, first, "Test")
    page.goto("/people")
    page.get_by_label("Mark Ana Test").check()
    page.get_by_label("Mark Ben Test").check()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(1)
    page.locator(".r-toast").get_by_role("button", name="Undo").last.click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(3)
    redo = page.locator(".r-toast").get_by_role("button", name="Redo")
    expect(redo).to_be_visible()
    # The notice that was clicked leaves meanwhile; it must not take the new one along.
    expect(page.locator(".r-toast.leaving")).to_have_count(0)
    page.wait_for_timeout(300)
    expect(redo).to_be_visible()


def test_search_finds_by_any_part(window):
    page = window()
    add_person(page, "Björn", "Åkesson")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").last.fill("akes")
    expect(page.locator("#palette-hits")).to_contain_text("Björn Åkesson")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Björn Åkesson")).to_be_visible()


def test_the_list_shows_what_another_window_adds(window):
    watching, adding = window(), window()
    add_person(adding, "First", "Person")
    watching.goto("/people")
    expect(watching.get_by_role("link", name="First Person")).to_be_visible()
    add_person(adding, "Second", "Person")
    expect(watching.get_by_role("link", name="Second Person")).to_be_visible(timeout=5000)
