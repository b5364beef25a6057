"""Groups and figures of a list: by mouse, by keyboard, and while somebody else works on the same records."""

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
def window(browse, ana: User):
    """Opens windows in which Ana is signed in."""

    def open_window(**how) -> Page:
        client = Client()
        client.force_login(ana)
        return browse(signed_in=client, **how)

    return open_window


@pytest.fixture
def deal(ana: User):
    """deal("Alpha", closes_on=…) writes a deal as Ana and returns its id."""
    return lambda name, **more: write.create(
        registry.get("deals"), {"name": name, **more}, viewer=viewer_for(ana, "page")
    )


def test_a_list_is_grouped_and_added_up_with_the_mouse(window, deal):
    deal("Alpha", amount="100", closes_on="2026-01-05")
    deal("Beta", amount="50", closes_on="2026-01-20")
    deal("Gamma", amount="7", closes_on="2026-06-01")
    page = window()
    page.goto("/deals")
    page.locator("tfoot td").nth(4).locator("summary").click()
    page.locator("tfoot").get_by_role("link", name="Sum").click()
    expect(page.locator("tfoot")).to_contain_text("€157.00")
    page.locator(".r-tools summary", has_text="Group").click()
    page.locator(".r-tools .r-menu-list").get_by_role("link", name="Expected close").click()
    head = page.locator("tr.group", has_text="January 2026")
    expect(head).to_contain_text("€150.00")
    expect(page.locator(".r-tools summary", has_text="Grouped by expected close by month")).to_be_visible()
    # A small list comes unfolded.
    expect(page.locator("tr[data-row]:visible")).to_have_count(3)
    head.get_by_role("button").click()
    expect(page.locator("tr[data-row]:visible")).to_have_count(1)
    head.get_by_role("button").click()
    expect(page.locator("tr[data-row]:visible")).to_have_count(3)
    assert Axe().run(page).response["violations"] == []


def test_groups_open_and_fold_by_keyboard_and_their_cells_are_edited(window, deal):
    one = deal("Alpha", amount="100")
    page = window()
    page.goto("/deals?group=stage&calculations=amount:sum")
    page.keyboard.press("j")
    expect(page.locator("tr.group th")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("tr[data-row]:visible")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    row = page.locator(f"#row-{one}")
    expect(row).to_be_visible()
    page.keyboard.press("ArrowDown")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator(".r-cell-editor input[name=amount]").fill("250")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("250.00")
    expect(page.locator("tr.group")).to_contain_text("€250.00")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(row).to_be_hidden()


def test_what_is_unfolded_stays_so_while_another_window_adds(window, deal):
    deal("Alpha")
    page = window()
    page.goto("/deals?group=stage")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    there = window()
    there.goto("/deals/new")
    there.get_by_label("Name").first.fill("Beta")
    there.get_by_role("button", name="Create").click()
    expect(page.locator("tr[data-row]")).to_have_count(2, timeout=3000)
    expect(page.locator("tr.group")).to_contain_text("2")


def test_rows_that_were_scrolled_to_stay_on_the_page_while_another_window_works(window, deal):
    for i in range(60):
        deal(f"Deal {i:02}")
    page = window()
    page.goto("/deals?sort=name")
    page.locator("tr.more").scroll_into_view_if_needed()
    expect(page.locator("tr[data-row]")).to_have_count(60)
    deal("Deal 30a")
    expect(page.get_by_role("link", name="Deal 30a")).to_be_attached(timeout=3000)
    expect(page.locator("tr[data-row]")).to_have_count(60)
