"""The settings by keyboard alone: another language, another theme, each page in Arabic without an axe violation."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from rapport.platform.identity.models import User

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
PAGES = (
    "/", "/settings", "/settings/you", "/settings/security", "/settings/notifications", "/settings/tokens",
    "/settings/company", "/settings/roles", "/settings/health", "/settings/jobs", "/exports", "/imports", "/menu",
    "/people", "/people/new",
)  # fmt: skip


@pytest.fixture
def ana(transactional_db):
    user = User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")
    client = Client()
    client.force_login(user)
    return client, user


def violations(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:160]) for v in found]


def test_a_language_is_found_and_chosen_by_keyboard_alone(browse, ana):
    client, user = ana
    page = browse(signed_in=client)
    page.goto("/people")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/settings")
    page.wait_for_load_state("load")
    page.keyboard.press("f")
    box = page.get_by_role("searchbox", name="Search the settings")
    expect(box).to_be_focused()
    with page.expect_response("**/settings?q=langu"):
        page.keyboard.type("langu")
    first = page.locator("#settings-found a").first
    expect(first).to_contain_text("Language")
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/you#language")
    page.locator("#language").focus()
    page.keyboard.press("End")
    expect(page.locator("#language")).to_have_value("ar")
    for _key in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert User.objects.get(pk=user.pk).language == "ar"
    # The sidebar stands on the right now.
    side, main = page.locator(".r-side").bounding_box(), page.locator(".r-main").bounding_box()
    assert side["x"] > main["x"]


def test_a_theme_is_there_at_once_and_on_every_machine(browse, ana):
    client, user = ana
    here = browse(signed_in=client)
    here.goto("/settings/you")
    with here.expect_response("**/appearance"):
        here.get_by_role("button", name="Dark").last.click()
    expect(here.locator("html")).to_have_attribute("data-theme", "dark")
    assert User.objects.get(pk=user.pk).theme == "dark"
    other = Client()
    other.force_login(user)
    there = browse(signed_in=other)
    there.goto("/people", wait_until="commit")
    # The first bytes say it, before any script has run.
    expect(there.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_arabic_pages_violate_nothing_and_fit_a_phone(browse, ana, theme):
    client, user = ana
    User.objects.filter(pk=user.pk).update(language="ar", theme=theme)
    wide, phone = browse(signed_in=client), browse(signed_in=client, width=360, height=740)
    wrong = []
    for address in PAGES if theme == "light" else PAGES[:6]:
        wide.goto(address)
        wrong += [(address, *one) for one in violations(wide)]
        phone.goto(address)
        if (width := phone.evaluate("document.documentElement.scrollWidth")) > 360:
            wrong.append((address, f"{width} px wide"))
    assert wrong == []


def test_the_bar_at_the_foot_of_a_phone_is_big_enough_to_hit(browse, ana):
    client, _user = ana
    phone = browse(signed_in=client, width=360, height=740)
    phone.goto("/people")
    bar = phone.locator(".r-foot")
    for place, name in enumerate(["Home", "Search", "Create", "Tasks", "Menu"]):
        one = bar.get_by_role("link").nth(place)
        expect(one).to_have_text(name)
        box = one.bounding_box()
        assert box["width"] >= 44 and box["height"] >= 44, name
    bar.get_by_role("link", name="Menu").click()
    phone.locator("#dialog").get_by_role("link", name="Settings").click()
    phone.wait_for_url("**/settings")
    phone.locator("#settings-found").get_by_role("link", name="Profile").click()
    phone.wait_for_url("**/settings/you")
    phone.get_by_role("link", name="All settings").click()
    phone.wait_for_url("**/settings")
