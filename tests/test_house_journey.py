"""The pages of the house in a browser: home, settings, a photo, the API reference, by mouse and keyboard, with axe."""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, expect

from rapport.customers.models import Person
from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write

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


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(target, "JPEG")
    return target.getvalue()


def test_a_photo_is_put_on_a_person_and_taken_off(window, ana):
    person = write.create(registry.get("people"), {"last_name": "Weber"}, viewer=viewer_for(ana))
    page = window()
    page.goto(f"/people/{person}")
    page.locator(".r-folded summary", has_text="empty field").last.click()
    page.get_by_role("button", name="Edit Photo").click()
    page.locator("#prop-photo input[type=file]").set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    expect(page.locator("#prop-photo img")).to_be_visible()
    expect(page.locator("#prop-photo img")).to_have_attribute("src", f"/files/{held(person)}/photo.webp")
    expect(page.locator("#record-head .avatar img")).to_be_visible()
    assert page.locator("#record-head .avatar img").evaluate("img => img.naturalWidth") == 256
    page.goto("/people")
    expect(page.locator("td.main .avatar img")).to_be_visible()
    page.goto(f"/people/{person}")
    page.get_by_role("button", name="Edit Photo").click()
    page.locator("#prop-photo").get_by_label("Remove").check()
    expect(page.locator("#record-head .avatar img")).to_have_count(0)
    assert held(person) is None


def held(person: int) -> int | None:
    return Person.objects.get(pk=person).photo_id


def test_a_token_is_made_copied_and_revoked(window):
    page = window()
    page.goto("/settings/tokens")
    page.get_by_label("What is it for?").fill("Web shop")
    page.get_by_role("button", name="Create token").click()
    secret = page.get_by_label("Token", exact=True)
    assert secret.input_value().startswith("rap_")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("[data-copy][data-done]")).to_be_visible()
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("heading", name="No tokens")).to_be_visible()


def test_somebody_is_invited_and_comes_in(window, browse):
    page = window()
    page.goto("/users/new")
    page.get_by_label("Name").fill("Nora New")
    page.get_by_label("E-mail").fill("nora@example.com")
    page.get_by_role("button", name="Create").click()
    link = page.get_by_label("One-time link").input_value()
    other = browse()
    other.goto(link[link.index("/sign-in") :])
    other.locator("main form button").click()
    expect(other.get_by_role("heading", name="Nothing to do")).to_be_visible()
    other.goto("/settings/you")
    expect(other.get_by_label("Settings").get_by_role("link", name="Profile")).to_be_visible()
    expect(other.get_by_role("link", name="Roles")).to_have_count(0)


def test_the_link_of_somebody_invited_in_the_dialog_stays_in_it(window):
    page = window()
    page.goto("/users")
    page.locator("main, header").get_by_role("link", name="New user").first.click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Rapport sends no e-mail")
    dialog.get_by_label("Name").fill("Nora New")
    dialog.get_by_label("E-mail").fill("nora@example.com")
    dialog.get_by_role("button", name="Create", exact=True).click()
    expect(dialog.get_by_role("heading", name="Nora New can come in now")).to_be_visible()
    assert "/sign-in/link/" in dialog.get_by_label("One-time link").input_value()
    expect(dialog.locator("nav, aside")).to_have_count(0)
    page.mouse.click(5, 5)
    dialog.get_by_role("button", name="Copy").click()
    dialog.get_by_role("button", name="Close").click()
    expect(page.locator("tbody")).to_contain_text("Nora New")


def test_a_task_is_ticked_off_at_home(window, ana):
    write.create(registry.get("tasks"), {"title": "Call Weber"}, viewer=viewer_for(ana))
    page = window()
    page.goto("/")
    page.get_by_role("button", name="Done: Call Weber").click()
    expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()
    assert page.url.endswith("/")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_stands_in_anybody_s_way(window, ana, theme):
    viewer = viewer_for(ana)
    person = write.create(registry.get("people"), {"last_name": "Weber"}, viewer=viewer)
    deal = write.create(registry.get("deals"), {"name": "Chairs", "amount": "1200", "person": person}, viewer=viewer)
    write.create(
        registry.get("tasks"), {"title": "Call", "about": [f"deals/{deal}"], "due_on": "2020-01-01"}, viewer=viewer
    )
    page, narrow = window(theme=theme), window(theme=theme, width=360, height=740)
    for path in (
        "/", "/settings/you", "/settings/tokens", "/settings/company", "/settings/roles", "/users", "/pipelines",
        "/users/new", f"/people/{person}/access", "/api/v1/docs", "/api/v1/docs/deals",
    ):  # fmt: skip
        page.goto(path)
        found = Axe().run(page).response["violations"]
        told = [(path, v["id"], [n["html"][:150] for n in v["nodes"][:2]]) for v in found]
        assert told == []
        narrow.goto(path)
        assert narrow.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
