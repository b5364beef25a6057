"""What follows while somebody types: the list's search, the filter's count, the choices of a link."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browse) -> Page:
    """A window of an administrator with three deals; there is a second pipeline with one stage."""
    ana = User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")
    viewer = viewer_for(ana, "page")
    for name, amount in (("Looms", "100"), ("Presses", "2000"), ("Spindles", "30000")):
        write.create(registry.get("deals"), {"name": name, "amount": amount}, viewer=viewer)
    other = write.create(registry.get("pipelines"), {"name": "Renewals", "position": 9}, viewer=viewer)
    write.create(registry.get("stages"), {"name": "Asked", "pipeline": other, "position": 1}, viewer=viewer)
    client = Client()
    client.force_login(ana)
    return browse(signed_in=client)


def test_the_list_follows_what_is_typed(page: Page):
    for path, what in (("/deals", "tbody tr[data-row]"), ("/deals/board", "[data-card]")):
        page.goto(path)
        box = page.get_by_role("searchbox", name="Search deals")
        expect(page.locator(what)).to_have_count(3)
        box.press_sequentially("loomsX", delay=20)
        box.press("ArrowLeft")
        box.press("Delete")
        expect(page.locator(what)).to_have_count(1)
        expect(page).to_have_url(re.compile(rf"{path}\?.*q=looms$"))
        expect(box).to_be_focused()
        assert box.input_value() == "looms"
        box.press("Enter")
        expect(page.locator(what)).to_have_count(1)


def test_the_filter_counts_while_it_is_typed(page: Page):
    page.goto("/deals?filter=%7B%22field%22%3A%22name%22%2C%22op%22%3A%22contains%22%2C%22value%22%3A%22s%22%7D")
    page.get_by_role("link", name="Filter", exact=True).click()
    count = page.locator("#filter-count")
    expect(count).to_have_text("Show 3 matches")
    value = page.get_by_label("Value", exact=True)
    value.press("End")
    value.press_sequentially("ses", delay=60)
    expect(count).to_have_text("Show 1 match")
    expect(value).to_be_focused()


def test_stages_are_offered_with_their_pipeline_and_not_cut(page: Page):
    page.goto("/deals")
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    dialog.locator("summary", has_text="More fields").click()
    stage = dialog.get_by_role("combobox", name="Stage")
    stage.click()
    options = dialog.get_by_role("option")
    expect(options.first).to_contain_text("Sales")
    expect(options.last).to_contain_text("Renewals")
    box = page.locator(".r-combo-list:popover-open").bounding_box()
    at = stage.bounding_box()
    assert box and at and abs(box["x"] - at["x"]) < 2 and box["y"] >= 0 and box["y"] + box["height"] <= 900
    stage.press("Escape")
    pipeline = dialog.get_by_role("combobox", name="Pipeline")
    pipeline.fill("Rene")
    dialog.get_by_role("option", name="Renewals").click()
    stage.click()
    # Those of the chosen pipeline alone, which need not say so.
    expect(options).to_have_text(["Asked", "Won", "Lost"])
