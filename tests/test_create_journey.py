"""Creating from anywhere, by keyboard alone and by mouse, with a warning before the same customer is written down twice."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write
from rapport.work.models import Meeting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(browse):
    """Opens windows in which Ana is signed in."""
    ana = User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")

    def open_window(**how) -> Page:
        client = Client()
        client.force_login(ana)
        return browse(signed_in=client, **how)

    return open_window


def test_c_creates_what_is_in_view_by_keyboard_alone(window):
    page = window()
    page.goto("/organisations")
    page.keyboard.press("c")
    expect(page.get_by_role("dialog")).to_contain_text("New organisation")
    expect(page.locator("#dialog #name")).to_be_focused()
    page.keyboard.type("Quill Ltd")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".r-toast")).to_contain_text("Organisation created.")
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.get_by_role("link", name="Quill Ltd")).to_be_visible()


def test_c_elsewhere_asks_what_and_links_it_with_the_record_behind(window):
    page = window()
    page.goto("/organisations/new")
    page.get_by_label("Name").first.fill("Quill Ltd")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.locator("#record-head")).to_contain_text("Quill Ltd")
    page.keyboard.press("c")
    expect(page.get_by_role("dialog")).to_contain_text("Linked with Quill Ltd")
    page.keyboard.press("p")
    expect(page.locator("#dialog #organisation")).to_have_value("Quill Ltd")
    expect(page.locator("#dialog #first_name")).to_be_focused()
    page.keyboard.type("Ana")
    page.keyboard.press("Tab")
    page.keyboard.type("Ruiz")
    page.get_by_role("button", name="Create and open").click()
    expect(page.get_by_role("heading", name="Ana Ruiz")).to_be_visible()
    expect(page.locator("#prop-organisation")).to_contain_text("Quill Ltd")


def test_the_same_customer_is_noticed_while_typing_and_asked_about_once(window):
    page = window()
    page.expected = ["409"]
    page.goto("/people/new")
    page.get_by_label("Last name").fill("Ruiz")
    page.locator("#emails-0").fill("ana@quill.example")
    page.locator("#phones-0").fill("+44 20 7946 0958")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", name="Ruiz")).to_be_visible()
    page.goto("/people")
    page.keyboard.press("c")
    page.locator("#dialog #phones-0").press_sequentially("020 7946 0958")
    expect(page.locator(".r-twins")).to_contain_text("Same phone number", timeout=1500)
    expect(page.locator(".r-twins a")).to_have_text("Ruiz")
    page.locator("#dialog #phones-0").fill("")
    expect(page.locator(".r-twins")).to_have_count(0)
    page.locator("#dialog #emails-0").fill("ANA@quill.example")
    expect(page.locator(".r-twins")).to_contain_text("Same e-mail address", timeout=1500)
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Is it the same?")
    page.get_by_role("button", name="Create anyway").click()
    expect(page.locator(".r-toast")).to_contain_text("Person created.")
    expect(page.locator("tbody tr[data-row]")).to_have_count(2)


def test_errors_stand_beside_their_field_and_nothing_typed_is_lost(window):
    page = window()
    page.expected = ["422"]
    page.goto("/meetings")
    page.keyboard.press("c")
    page.locator("#dialog #title").fill("Review")
    page.locator("#dialog #at").fill("2026-06-01T10:00")
    page.locator("#dialog #ends_at").fill("2026-06-01T09:00")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.locator("#ends_at-error")).to_contain_text("ends before it begins")
    expect(page.locator("#dialog #title")).to_have_value("Review")
    asked = []
    page.once("dialog", lambda box: (asked.append(box.message), box.dismiss()))
    page.locator("#dialog #title").fill("Review of the year")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog #title")).to_have_value("Review of the year")
    assert asked == ["What you typed has not been saved. Close all the same?"]


def test_a_phone_creates_from_the_foot_of_the_screen(window):
    page = window(width=390, height=800)
    page.goto("/people")
    page.get_by_role("link", name="New person").click()
    expect(page.get_by_role("dialog")).to_contain_text("New person")
    page.locator("#dialog #last_name").fill("Okafor")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("link", name="Okafor")).to_be_visible()


def test_a_meeting_says_with_whom(window):
    page = window()
    write.create(registry.get("people"), {"name": "Nora Halvorsen"}, viewer=viewer_for(User.objects.get()))
    write.create(registry.get("organisations"), {"name": "Halvorsen Ltd"}, viewer=viewer_for(User.objects.get()))
    page.goto("/calendar?span=week&day=2026-06-03")
    page.keyboard.press("c")
    form = page.locator("#create-here")
    form.get_by_label("Title").fill("Review")
    form.get_by_label("Starts").fill("2026-06-03T10:00")
    form.get_by_role("combobox", name="About").press_sequentially("nora")
    form.get_by_role("option", name="Nora Halvorsen").click()
    form.get_by_role("combobox", name="About").press_sequentially("ltd")
    expect(form.get_by_role("option", name="Halvorsen Ltd")).to_be_visible()
    page.keyboard.press("Enter")
    expect(form.locator("[data-chosen] label")).to_have_text(["Nora Halvorsen", "Halvorsen Ltd"])
    form.locator("[data-chosen] label").first.click()
    expect(form.locator("[data-chosen] label")).to_have_text(["Halvorsen Ltd"])
    page.keyboard.press("Control+Enter")
    expect(page.locator(".r-cal-entry", has_text="Review")).to_contain_text("Halvorsen Ltd")
    assert [one["entity"] for one in Meeting.objects.get().about] == ["organisations"]
