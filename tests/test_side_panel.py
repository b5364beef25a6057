"""The side panel beside a list: by mouse, by keyboard alone, live, on a phone, and never in anybody's way."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")


@pytest.fixture
def people(ana: User) -> list[int]:
    record = registry.get("people")
    return [
        write.create(record, {"name": name, "job_title": "Buyer"}, viewer=viewer_for(ana))
        for name in ("Alma Arendt", "Bo Berg", "Cem Celik")
    ]


@pytest.fixture
def window(browse, ana: User, people: list[int]):
    def open_window(path: str = "/people", **how) -> Page:
        client = Client()
        client.force_login(ana)
        page = browse(signed_in=client, **how)
        page.goto(path)
        return page

    return open_window


def heading(page: Page, name: str) -> None:
    expect(page.locator("#panel h2").first).to_have_text(name)


def test_by_mouse_it_opens_moves_on_and_closes(window, people):
    page = window()
    page.get_by_role("button", name="Open Alma Arendt beside").click()
    heading(page, "Alma Arendt")
    assert page.url.endswith(f"?peek=people/{people[0]}")
    expect(page.get_by_role("button", name="Previous record")).to_be_disabled()
    page.get_by_role("button", name="Next record").click()
    heading(page, "Bo Berg")
    # The list beneath stays usable.
    page.get_by_label("Mark Cem Celik").check()
    expect(page.get_by_label("Mark Cem Celik")).to_be_checked()
    page.get_by_role("button", name="Close the panel").click()
    expect(page.locator("#panel")).to_be_hidden()
    assert "peek" not in page.url
    expect(page.get_by_label("Mark Cem Celik")).to_be_checked()


def test_by_keyboard_alone(window, people):
    page = window()
    page.keyboard.press("j")
    page.keyboard.press("Space")
    heading(page, "Alma Arendt")
    page.keyboard.press("j")
    heading(page, "Bo Berg")
    page.keyboard.press("Control+ArrowDown")
    heading(page, "Cem Celik")
    page.keyboard.press("Control+ArrowDown")
    heading(page, "Cem Celik")
    page.keyboard.press("k")
    heading(page, "Bo Berg")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.get_by_role("link", name="Bo Berg")).to_be_focused()
    page.keyboard.press("Space")
    heading(page, "Bo Berg")
    page.keyboard.press("o")
    page.wait_for_url(f"**/people/{people[1]}")


def test_the_address_keeps_it_over_a_reload(window, people):
    page = window(f"/people?peek=people/{people[2]}")
    heading(page, "Cem Celik")
    page.reload()
    heading(page, "Cem Celik")
    page.keyboard.press("k")
    heading(page, "Bo Berg")


def test_a_value_is_changed_in_it_and_the_list_follows(window):
    page = window()
    page.get_by_role("button", name="Open Alma Arendt beside").click()
    page.locator("#panel").get_by_role("button", name="Edit Job title").click()
    page.locator("#prop-job_title input[type=text]").fill("Head of Procurement")
    page.keyboard.press("Enter")
    expect(page.locator("#panel #record-head")).to_contain_text("Head of Procurement")
    expect(page.locator("tr", has_text="Alma Arendt")).to_contain_text("Head of Procurement")
    expect(page.locator("#panel")).to_be_visible()
    page.locator(".r-toast", has_text="saved").get_by_role("button", name="Undo").click()
    expect(page.locator("#panel #prop-job_title")).to_contain_text("Buyer")


def test_what_somebody_else_changes_is_shown_and_what_one_types_stays(window, people):
    mine, theirs = window(), window(f"/people/{people[0]}")
    mine.get_by_role("button", name="Open Alma Arendt beside").click()
    mine.locator("#panel #notes-body").fill("Half a thought")
    theirs.get_by_role("button", name="Edit Job title").click()
    theirs.locator("#prop-job_title input[type=text]").fill("Chief of Staff")
    theirs.keyboard.press("Enter")
    expect(mine.locator("#panel #prop-job_title")).to_contain_text("Chief of Staff")
    expect(mine.locator("#panel #timeline")).to_contain_text("changed")
    expect(mine.locator("#panel #notes-body")).to_have_value("Half a thought")


def test_escape_leaves_the_text_first_and_the_panel_second(window):
    page = window()
    page.get_by_role("button", name="Open Alma Arendt beside").click()
    page.locator("#panel #notes-body").fill("Half a thought")
    page.keyboard.press("Escape")
    expect(page.locator("#panel #notes-body")).to_have_value("Half a thought")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_nothing_shifts_when_it_opens(window):
    page = window()
    page.evaluate(
        """() => { window.shift = 0
        new PerformanceObserver((l) => l.getEntries().forEach((e) => (window.shift += e.value)))
          .observe({ type: "layout-shift", buffered: false }) }"""
    )
    before = page.locator("table").bounding_box()
    page.keyboard.press("j")
    page.keyboard.press("Space")
    heading(page, "Alma Arendt")
    assert page.locator("table").bounding_box() == before
    assert page.evaluate("window.shift") < 0.02


def test_on_a_phone_it_fills_the_screen(window, people):
    page = window(f"/people?peek=people/{people[0]}", width=360, height=740)
    heading(page, "Alma Arendt")
    page.get_by_role("button", name="Next record").click()
    heading(page, "Bo Berg")
    box = page.locator("#panel").bounding_box()
    assert box and (box["x"], box["width"], box["height"]) == (0, 360, 740)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("button", name="Close the panel").click()
    expect(page.locator("#panel")).to_be_hidden()


def test_a_record_that_is_gone_says_so(window):
    page = window("/people?peek=people/999999")
    page.expected = ["404"]
    expect(page.locator(".r-toast")).to_contain_text("no longer there")
    expect(page.locator("#panel")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_with_the_panel_open(window, people, theme, width):
    page = window(f"/people?peek=people/{people[0]}", theme=theme, width=width)
    heading(page, "Alma Arendt")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []


def test_the_place_is_told_only_where_the_whole_list_is_known(window, ana, people):
    page = window()
    page.get_by_role("button", name="Open Bo Berg beside").click()
    expect(page.locator("[data-peek-place]")).to_have_text("2 / 3")
    model = registry.get("people").model
    model._default_manager.bulk_create(model(last_name=f"Zeller {n:03}", owner=ana, created_by=ana) for n in range(120))
    page = window()
    page.get_by_role("button", name="Open Bo Berg beside").click()
    heading(page, "Bo Berg")
    expect(page.locator("[data-peek-place]")).to_have_text("")
