"""Dialogs and pages of the working day with a company in them: axe in both themes, and the width of a phone."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from rapport.config.simulate.conductor import simulate
from rapport.platform.identity.models import User

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def window(browse):
    """Opens windows of an administrator of a small company in the middle of its work."""
    simulate(people=40, years=1, seed=3, today=date(2026, 6, 1))
    client = Client()
    ana = User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")
    client.force_login(ana)
    return lambda **how: browse(signed_in=client, **how)


def complaints(page: Page, what: str) -> list[tuple[str, str, str]]:
    """What axe and the width have against what is shown now."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    wrong = [(what, one["id"], one["nodes"][0]["html"][:200]) for one in found]
    if (width := page.evaluate("document.documentElement.scrollWidth")) > page.viewport_size["width"]:
        wrong.append((what, "wide", str(width)))
    return wrong


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 1440), ("light", 360)])
def test_pages_and_dialogs_stand_in_nobody_s_way(window, theme, width):
    page = window(theme=theme, width=width, height=800)
    page.expected = ["409"]
    wrong = []
    for address in (
        "/", "/?who=team", "/new", "/shortcuts", "/people/new",
        *(f"/calendar?who=all&day=2026-06-03&span={span}" for span in ("month", "week", "day", "agenda")),
    ):  # fmt: skip
        page.goto(address)
        wrong += complaints(page, address)
    email = page.evaluate("fetch('/api/v1/people?limit=50&fields=emails').then(r => r.json())")
    address = next(one["emails"][0]["address"] for one in email["items"] if one["emails"])
    page.goto("/organisations/1")
    page.wait_for_selector("[data-palette][data-htmx-powered]", state="attached")
    for keys, there in (("Control+k", ".r-palette-hit"), ("c", ".r-kinds a"), ("?", ".r-shortcuts")):
        page.keyboard.press(keys)
        page.wait_for_selector(there)
        wrong += complaints(page, keys)
        page.keyboard.press("Escape")
        page.wait_for_selector("#dialog", state="hidden")
    page.keyboard.press("c")
    page.wait_for_selector(".r-kinds a")
    page.keyboard.press("p")
    page.locator("#dialog #emails-0").fill(address)
    page.wait_for_selector(".r-twins")
    wrong += complaints(page, "twins")
    page.locator("#dialog").get_by_role("button", name="Create", exact=True).click()
    page.wait_for_selector(".r-twins.ask")
    wrong += complaints(page, "asked")
    assert not wrong, "\n".join(map(str, wrong))
