"""Every page of the guide in a real Chromium: no axe violation, nothing against the policy, nothing too wide."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from rapport.platform.ui.styleguide import PAGES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("rapport.platform.ui.tests.urls"),
]


@pytest.fixture
def guide(chromium, live_server, client):
    """Opens a page of the guide: guide("list", theme="dark", width=390)."""
    client.force_login(get_user_model().objects.create_user(email="ana@example.com", name="Ana Lima"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    contexts = []

    def show(name, theme="light", width=1440):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
        )
        contexts.append(context)
        context.add_cookies([session])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda m: m.type == "error" and "/live" not in m.text and page.complaints.append(m.text))
        page.on("pageerror", lambda e: page.complaints.append(str(e)))
        page.route("**/live", lambda route: route.abort())
        page.goto(f"{live_server.url}/styleguide/{name}")
        return page

    yield show
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("theme", "names"), [("light", PAGES), ("dark", {"kit", "list", "record", "deal", "check"})])
def test_no_page_violates_accessibility_or_the_policy(guide, theme, names):
    page = guide("kit", theme)
    found = []
    for name in sorted(names):
        page.goto(page.url.rsplit("/", 1)[0] + f"/{name}")
        result = Axe().run(page, options={"resultTypes": ["violations"]})
        found += [(name, v["id"], v["nodes"][0]["html"][:120]) for v in result.response["violations"]]
    assert found == []
    assert [c for c in page.complaints if "ERR_FAILED" not in c and "404" not in c] == []


def test_nothing_is_wider_than_a_phone(guide):
    page = guide("kit", width=360)
    wide = {}
    for name in sorted(PAGES):
        page.goto(page.url.rsplit("/", 1)[0] + f"/{name}")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide[name] = width
    assert wide == {}


def test_the_theme_is_kept_without_a_flash(guide):
    page = guide("kit")
    page.click(".r-side-foot summary")
    with page.expect_response("**/appearance"):
        page.click("button[value=dark]")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    assert 'data-theme="dark"' in page.content()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_rows_are_marked_by_keyboard_and_shift(guide):
    page = guide("list")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-selection]")).to_be_visible()
    expect(page.locator("[data-count]")).to_have_text("1")
    page.locator("tbody input[data-select]").nth(5).click(modifiers=["Shift"])
    expect(page.locator("[data-count]")).to_have_text("5")
    page.locator("[data-select-none]").click()
    expect(page.locator("[data-selection]")).to_be_hidden()


def test_the_palette_opens_by_key_and_gives_the_focus_back(guide):
    page = guide("list")
    page.locator("tbody a[data-open]").first.focus()
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open] input[type=search]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("tbody a[data-open]").first).to_be_focused()


def test_tabs_follow_the_arrows(guide):
    page = guide("record")
    page.locator("[role=tab]").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[role=tab]").nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#p2")).to_be_visible()
    expect(page.locator("#p1")).to_be_hidden()


def test_a_menu_closes_on_escape_and_gives_the_focus_back(guide):
    page = guide("list")
    summary = page.locator(".r-bar summary")
    summary.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".r-bar .r-menu-item").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.locator(".r-bar .r-menu-list")).to_be_hidden()
