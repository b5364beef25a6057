"""A list is narrowed, sorted, arranged and kept as a view: once by mouse, once by keyboard alone, once on a phone."""

import json
import re
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write
from rapport.records.models import View

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")


@pytest.fixture
def window(browse, ana: User):
    """Opens windows in which Ana is signed in; there are eight deals of two organisations."""
    viewer = viewer_for(ana)
    organisations = [
        write.create(registry.get("organisations"), {"name": name, "addresses": [{"country": country}]}, viewer=viewer)
        for name, country in (("Atelier Lyon", "FR"), ("Werkhaus Bonn", "DE"))
    ]
    for i in range(8):
        values = {"name": f"Deal {i}", "organisation": organisations[i % 2], "amount": str(i * 1000)}
        values["closes_on"] = (date.today() + timedelta(days=i * 20 - 40)).isoformat()
        write.create(registry.get("deals"), values, viewer=viewer)

    def open_window(**how) -> Page:
        client = Client()
        client.force_login(ana)
        return browse(signed_in=client, **how)

    return open_window


def names(page: Page) -> list[str]:
    return page.locator("tbody tr[data-row] td.main .cut").all_inner_texts()


def test_by_mouse(window):
    page = window()
    page.goto("/deals")
    page.get_by_role("link", name="Filter", exact=True).click()
    panel = page.locator("#tool-panel")
    panel.get_by_label("Field", exact=True).select_option("amount")
    panel.get_by_label("Value", exact=True).fill("2000")
    panel.get_by_role("button", name="Add a group").click()
    inner = panel.locator(".r-filter-group .r-filter-group")
    inner.get_by_label("Field", exact=True).select_option("organisation.country")
    inner.get_by_label("Find a value").fill("germ")
    inner.get_by_label("Germany", exact=True).check()
    inner.get_by_role("button", name="Add a condition").click()
    inner.get_by_label("Field", exact=True).nth(1).select_option("closes_on")
    inner.get_by_label("How", exact=True).nth(1).select_option("overdue")
    expect(panel.locator("#filter-count")).to_have_text("Show 3 matches")
    panel.get_by_role("button", name="Show 3 matches").click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(3)
    expect(panel).to_be_hidden()
    expect(page.locator(".r-filter").first).to_contain_text("Value is at least 2,000")
    expect(page.locator(".r-filter").nth(1)).to_contain_text(
        "Organisation: Country is Germany or Expected close is overdue"
    )
    # A chip is edited where it stands.
    page.locator(".r-filter .edit").first.click()
    panel.get_by_label("Value", exact=True).fill("4000")
    panel.get_by_role("button", name="Show 2 matches").click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(2)
    page.get_by_role("link", name=re.compile("Remove the filter “Organisation: Country")).click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(4)
    # Sorted by a head, then by another one with Shift.
    page.get_by_role("link", name="Organisation", exact=True).click()
    page.wait_for_url("**sort=organisation**")
    page.get_by_role("link", name="Value", exact=True).click(modifiers=["Shift"])
    page.wait_for_url("**sort=organisation%2Camount**")
    assert names(page) == ["Deal 4", "Deal 6", "Deal 5", "Deal 7"]
    # A column is drawn wider, and another one is chosen.
    edge = page.locator("th[data-name=amount] [data-edge]").bounding_box()
    wide = page.locator("th[data-name=amount]").bounding_box()["width"]
    page.mouse.move(edge["x"] + 4, edge["y"] + 8)
    page.mouse.down()
    page.mouse.move(edge["x"] + 84, edge["y"] + 8, steps=4)
    with page.expect_response("**/widths?**"):
        page.mouse.up()
    assert abs(page.locator("th[data-name=amount]").bounding_box()["width"] - wide - 80) < 3
    page.get_by_role("link", name="Columns", exact=True).click()
    panel.get_by_label("Find a field").fill("country")
    panel.get_by_role("group", name="Organisation").get_by_label("Country", exact=True).click()
    panel.get_by_role("button", name="Show these columns").click()
    expect(page.get_by_role("columnheader", name="Organisation: Country")).to_be_visible()
    # What is seen is kept, changed, updated and thrown away.
    page.get_by_role("link", name="Save as new").click()
    page.locator("#dialog").get_by_label("Name").fill("Large deals")
    page.locator("#dialog").get_by_role("button", name="Save").click()
    expect(page.locator(".r-views [aria-current=page]")).to_have_text("Large deals")
    expect(page.get_by_role("group", name="The view is changed")).to_have_count(0)
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(8)
    page.get_by_role("link", name="Reset").click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(4)
    assert abs(page.locator("th[data-name=amount]").bounding_box()["width"] - wide - 80) < 3
    page.get_by_role("link", name="Clear all").click()
    page.get_by_role("button", name="Update view").click()
    expect(page.locator(".r-toast", has_text="View “Large deals” updated")).to_be_visible()
    page.locator(".r-toast", has_text="updated").get_by_role("button", name="Undo").click()
    expect(page.locator(".r-filter")).to_have_count(1)
    page.locator(".r-views summary").click()
    page.get_by_role("button", name="Delete the view").click()
    expect(page.locator(".r-views .r-tabs a")).to_have_count(1)
    page.locator(".r-toast", has_text="deleted").get_by_role("button", name="Undo").click()
    expect(page.locator(".r-views .r-tabs a")).to_have_count(2)


def test_by_keyboard_alone(window):
    page = window()
    page.goto("/deals")
    expect(page.locator("tbody tr[data-row]")).to_have_count(8)

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    press("s", "f")
    expect(page.locator("#c_0_field")).to_be_focused()
    page.keyboard.type("Value")
    press("Tab")
    expect(page.locator("#c_0_op")).to_be_focused()
    press("Tab")
    expect(page.locator("#c_0_value")).to_be_focused()
    page.keyboard.type("5000")
    press("Enter")
    expect(page.locator("tbody tr[data-row]")).to_have_count(3)
    expect(page.locator("#tool-panel")).to_be_hidden()
    # Escape leaves everything as it was, and gives the focus back.
    press("s", "f")
    expect(page.locator("#c_0_field")).to_be_focused()
    press("Escape")
    expect(page.locator("#tool-panel")).to_be_hidden()
    expect(page.get_by_role("link", name="Filter", exact=True)).to_be_focused()
    press("s", "s")
    expect(page.locator("#sort-0")).to_be_focused()
    page.keyboard.type("Value")
    press("Control+Enter")
    page.wait_for_url("**sort=**")
    press("s", "c")
    expect(page.get_by_label("Find a field")).to_be_focused()
    page.keyboard.type("status")
    press("Enter")
    expect(page.locator("[data-arranged] li")).to_have_count(8)
    expect(page.locator("[data-arranged] li").last.get_by_role("checkbox")).to_be_focused()
    press("Tab", "Space")
    expect(page.locator("#tool-panel [data-said]")).to_have_text("Status is now column 7 of 8.")
    press("Enter")
    expect(page.locator("#tool-panel [data-said]")).to_have_text("Status is now column 6 of 8.")
    page.get_by_role("button", name="Show these columns").last.focus()
    press("Enter")
    expect(page.locator("th[data-name=status]")).to_be_visible()
    heads = page.locator("th[data-name]")
    assert heads.nth(5).get_attribute("data-name") == "status"
    # On a head: wider, and one place further.
    page.locator("th[data-name=status] a").focus()
    before = int(page.locator("col[data-col=status]").get_attribute("width"))
    press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft")
    assert int(page.locator("col[data-col=status]").get_attribute("width")) == before + 16
    press("Control+Shift+ArrowLeft")
    page.wait_for_url(re.compile("status%2Ccloses_on"))
    expect(page.locator("th[data-name=status] a")).to_be_focused()
    press("Shift+Enter")
    page.wait_for_url("**status**")
    # The view is saved, made the first one, and moved before the plain list.
    page.locator(".r-views summary").focus()
    press("ArrowDown")
    expect(page.get_by_role("link", name="Save as a new view")).to_be_focused()
    press("Enter")
    expect(page.locator("#view-name")).to_be_focused()
    page.keyboard.type("By status")
    press("Enter")
    expect(page.locator(".r-views [aria-current=page]")).to_have_text("By status")
    for choice in ("Begin with this view", "Move before the previous"):
        page.locator(".r-views summary").focus()
        for _step in range(12):
            press("ArrowDown")
            page.locator(".r-views .r-menu-list :focus").wait_for()
            if page.evaluate("document.activeElement.textContent.trim()") == choice:
                break
        with page.expect_navigation():
            press("Enter")
    expect(page.locator(".r-views .r-tabs a").first).to_have_text("By status")
    press("g", "d")
    page.wait_for_url("**/deals")
    expect(page.locator(".r-views [aria-current=page]")).to_have_text("By status")
    expect(page.locator("tbody tr[data-row]")).to_have_count(3)
    assert View.objects.get().name == "By status"


def test_the_panels_are_accessible_in_both_themes_and_fit_a_phone(window):
    wrong = []
    either = [
        {"field": "owner", "op": "any_of", "value": ["me"]},
        {"field": "closes_on", "op": "within", "value": "last_30_days"},
    ]
    source = json.dumps(
        {
            "all": [
                {"field": "amount", "op": "between", "value": ["1", "9"]},
                {"any": either},
                {"not": {"field": "name", "op": "is", "value": "x"}},
            ]
        }
    )
    for theme in ("light", "dark"):
        for width in (1440, 360):
            page = window(theme=theme, width=width, height=800)
            for keys in ("s f", "s s", "s c"):
                page.goto(f"/deals?filter={source}&sort=-amount,name")
                page.locator(f'[data-shortcut="{keys}"]').click()
                expect(page.locator("#tool-panel .r-filter-form")).to_be_visible()
                for found in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
                    wrong.append((theme, width, keys, found["id"], found["nodes"][0]["html"][:160]))
                box = page.locator("#tool-panel").bounding_box()
                if box["x"] < 0 or box["x"] + box["width"] > width + 0.5 or box["y"] + box["height"] > 800.5:
                    wrong.append((theme, width, keys, box))
                if (inner := page.evaluate("document.querySelector('#tool-panel').scrollWidth")) > box["width"] + 1:
                    wrong.append((theme, width, keys, f"{inner} px of content in {box['width']}"))
    assert wrong == []


def test_no_row_moves_when_the_rest_arrives(window):
    page = window()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(l => l.getEntries().forEach(e => window.moved += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto("/deals?sort=-amount&columns=name,organisation,organisation.country,amount&frozen=2")
    expect(page.locator("tbody tr[data-row]")).to_have_count(8)
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved") < 0.02


def test_the_builder_works_without_scripts(chromium, server_url, ana, window):
    client = Client()
    client.force_login(ana)
    context = chromium.new_context(base_url=server_url, java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server_url}])
    page = context.new_page()
    page.goto("/deals")
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_label("Field", exact=True).select_option("name")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Value", exact=True).fill("deal 5")
    page.get_by_role("button", name=re.compile("^Show")).last.click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name="Sort", exact=True).click()
    page.get_by_label("Field", exact=True).first.select_option("amount")
    page.get_by_role("button", name="Sort", exact=True).last.click()
    page.wait_for_url("**sort=**")
    page.get_by_role("link", name="Save as new").click()
    page.get_by_label("Name").fill("The fifth")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".r-views [aria-current=page]")).to_have_text("The fifth")
    context.close()
