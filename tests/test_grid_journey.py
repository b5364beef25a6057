"""A list as a sheet: cells edited by keyboard and by mouse, refusals at the cell, two windows at once."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.platform.jobs.inline import run_queued_jobs
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
def make(ana: User):
    """make("deals", name=…) writes a record as Ana and returns its id."""

    def make_one(entity: str, **values) -> int:
        return write.create(registry.get(entity), values, viewer=viewer_for(ana, "page"))

    return make_one


def value(entity: str, pk: int, column: str):
    return registry.get(entity).model._default_manager.values_list(column, flat=True).get(pk=pk)


def cell(page: Page, pk: int, field: str):
    """The cell of a row under the heading of a field."""
    at = page.locator(f"thead th[data-name={field}]").evaluate("e => e.cellIndex")
    return page.locator(f"#row-{pk} > :nth-child({at + 1})")


def test_a_keyboard_alone_fills_a_row(window, make):
    make("organisations", name="Acme Optics")
    second = make("deals", name="Beta", amount="100")
    first = make("deals", name="Alpha", amount="200")
    page = window()
    page.goto("/deals?sort=name")
    expect(page.locator("tbody tr[data-row]")).to_have_count(2)
    with page.expect_response("**/deals/grid?*"):
        page.keyboard.press("j")
    expect(cell(page, first, "name")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("acme", delay=20)
    expect(page.locator(".r-cell-editor [role=option]")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(cell(page, first, "organisation")).to_contain_text("Acme Optics")
    expect(cell(page, first, "stage")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("1250.50", delay=20)
    page.keyboard.press("Enter")
    expect(cell(page, first, "amount")).to_contain_text("1,250.50")
    expect(cell(page, second, "amount")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".r-cell-editor input[name=amount]")).to_have_value("100.00")
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    expect(cell(page, second, "amount")).to_contain_text("100.00")
    expect(cell(page, second, "amount")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("03152027", delay=20)
    page.keyboard.press("Shift+Tab")
    expect(cell(page, second, "closes_on")).to_contain_text("2027")
    expect(cell(page, second, "amount")).to_be_focused()
    assert str(value("deals", second, "closes_on")) == "2027-03-15"
    assert str(value("deals", first, "amount")) == "1250.50"


def test_the_mouse_edits_by_double_click_and_a_click_elsewhere_saves(window, make):
    one = make("deals", name="Alpha", amount="200")
    page = window()
    page.goto("/deals")
    cell(page, one, "amount").dblclick()
    page.locator(".r-cell-editor input[name=amount]").fill("300")
    page.get_by_role("heading", name="Deals").click()
    expect(cell(page, one, "amount")).to_contain_text("300.00")
    page.locator(".r-toast", has_text="Value saved").get_by_role("button", name="Undo").click()
    expect(cell(page, one, "amount")).to_contain_text("200.00")
    page.get_by_role("link", name="Alpha").click()
    page.wait_for_url(f"**/deals/{one}")


def test_a_wrong_value_is_said_at_the_cell_and_kept(window, make):
    one = make("deals", name="Alpha", amount="200")
    page = window()
    page.expected = ["422"]
    page.goto("/deals")
    cell(page, one, "amount").dblclick()
    editor = page.locator(".r-cell-editor")
    editor.locator("input[name=amount]").fill("many")
    page.keyboard.press("Enter")
    expect(editor.locator(".r-error")).to_be_visible()
    expect(editor.locator("input[name=amount]")).to_have_value("many")
    expect(editor.locator("input[name=amount]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cell(page, one, "amount")).to_contain_text("200.00")


def test_a_word_that_no_record_has_does_not_empty_the_link(window, make):
    organisation = make("organisations", name="Acme Optics")
    one = make("deals", name="Alpha", organisation=organisation)
    page = window()
    page.goto("/deals")
    cell(page, one, "organisation").click(position={"x": 150, "y": 5})
    page.keyboard.press("Enter")
    page.locator(".r-cell-editor [role=combobox]").fill("Zzz")
    page.keyboard.press("Enter")
    expect(page.locator(".r-toast.error")).to_contain_text("Nothing is called that")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert value("deals", one, "organisation_id") == organisation


def test_opening_a_link_and_leaving_it_by_enter_changes_nothing_and_emptying_it_empties_it(window, make):
    make("organisations", name="Aardvark Ltd")
    acme = make("organisations", name="Acme Optics")
    one = make("deals", name="Alpha", organisation=acme)
    page = window()
    page.goto("/deals")
    cell(page, one, "organisation").click(position={"x": 150, "y": 5})
    page.keyboard.press("Enter")
    expect(page.locator(".r-cell-editor [role=option]")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page.locator(".r-cell-editor")).to_have_count(0)
    assert value("deals", one, "organisation_id") == acme
    page.keyboard.press("Enter")
    expect(page.locator(".r-cell-editor [role=option]")).to_have_count(2)
    page.locator(".r-cell-editor [role=combobox]").fill("")
    page.keyboard.press("Enter")
    expect(cell(page, one, "organisation")).to_have_text("")
    assert value("deals", one, "organisation_id") is None


def test_what_follows_from_other_values_says_so(window, make):
    make("people", first_name="Ben", last_name="Okafor")
    page = window()
    page.goto("/people")
    page.keyboard.press("j")
    page.keyboard.press("F2")
    expect(page.locator(".r-cell-note")).to_contain_text("follows from other values")


def test_choices_tags_and_yes_or_no_are_edited_by_keyboard(window, make):
    urgent = make("tags", name="Urgent")
    one = make("people", first_name="Ben", last_name="Okafor")
    page = window()
    page.goto("/people?columns=name,country,tags")
    page.keyboard.press("j")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.locator(".r-cell-editor").get_by_label("Urgent").press("Space")
    page.keyboard.press("Control+Enter")
    expect(cell(page, one, "tags")).to_contain_text("Urgent")
    assert value("people", one, "tags") == [urgent]


def test_two_windows_a_change_comes_in_without_losing_what_is_typed_and_a_clash_shows_both(window, make):
    one = make("deals", name="Alpha", amount="200")
    other = make("deals", name="Beta", amount="100")
    here, there = window(), window()
    here.expected = ["409"]
    here.goto("/deals")
    there.goto("/deals")
    cell(here, one, "amount").dblclick()
    mine = here.locator(".r-cell-editor input[name=amount]")
    mine.fill("555")
    for pk, amount in ((other, "111"), (one, "222")):
        cell(there, pk, "amount").dblclick()
        there.locator(".r-cell-editor input[name=amount]").fill(amount)
        there.keyboard.press("Enter")
        expect(cell(there, pk, "amount")).to_contain_text(f"{amount}.00")
    expect(cell(here, other, "amount")).to_contain_text("111.00", timeout=2000)
    expect(cell(here, one, "amount")).to_contain_text("222.00", timeout=2000)
    expect(mine).to_have_value("555")
    expect(mine).to_be_focused()
    here.keyboard.press("Enter")
    clash = here.locator(".r-cell-conflict")
    expect(clash).to_contain_text("222.00")
    expect(here.locator(".r-cell-editor input[name=amount]")).to_have_value("555")
    here.get_by_role("button", name="Save mine").click()
    expect(cell(here, one, "amount")).to_contain_text("555.00")


def test_rows_are_selected_by_shift_and_changed_together_with_the_mouse(window, make):
    for name in ("Alpha", "Beta", "Gamma", "Delta"):
        make("deals", name=name)
    make("tags", name="Urgent")
    page = window()
    page.goto("/deals?sort=name")
    page.get_by_label("Mark Alpha").click()
    page.get_by_label("Mark Delta").click(modifiers=["Shift"])
    bar = page.get_by_role("toolbar", name="What to do with the selected")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Tag").click()
    page.locator("#dialog").get_by_role("group", name="Add").get_by_label("Urgent").check()
    page.locator("#dialog").get_by_role("button", name="Change all marked").click()
    expect(page.locator(".r-toast", has_text="3 records changed")).to_be_visible()
    assert value("deals", page.locator("tbody tr").first.evaluate("r => Number(r.dataset.row)"), "tags")
    page.get_by_label("Mark Alpha").click()
    bar.locator("summary", has_text="Do").click()
    bar.get_by_role("button", name="Won").click()
    page.locator("#dialog").get_by_role("button", name="Won").click()
    expect(page.locator(".r-toast", has_text="1 record changed")).to_be_visible()
    page.get_by_label("Mark all").check()
    bar.get_by_role("button", name="Delete").click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(0)
    page.locator(".r-toast", has_text="4 records moved to the bin").get_by_role("button", name="Undo").click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(4)


def test_a_keyboard_alone_selects_and_edits_many(window, make):
    ids = [make("deals", name=name) for name in ("Alpha", "Beta", "Gamma", "Delta")]
    page = window()
    page.goto("/deals?sort=name")
    page.keyboard.press("j")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("tbody tr[data-marked]")).to_have_count(3)
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("tbody tr[data-marked]")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.locator("tbody tr[aria-selected=true]")).to_have_count(3)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.locator("#dialog")
    dialog.get_by_label("Field").select_option("name")
    dialog.locator("#bulk-name").fill("Same")
    page.keyboard.press("Enter")
    expect(page.locator(".r-toast", has_text="3 records changed")).to_be_visible()
    assert sorted(value("deals", pk, "name") for pk in ids) == ["Delta", "Same", "Same", "Same"]


def test_all_that_match_are_changed_by_a_worker_with_a_bar_and_an_undo(window, ana):
    deals = registry.get("deals")
    first = write.create(deals, {"name": "Deal 0"}, viewer=viewer_for(ana, "page"))
    stage = deals.model._default_manager.get(pk=first)
    deals.model._default_manager.bulk_create(
        deals.model(name=f"Deal {i}", owner=ana, pipeline_id=stage.pipeline_id, stage_id=stage.stage_id)
        for i in range(1, 720)
    )
    User.objects.create_user(email="ben@example.com", name="Ben Boss", role="administrator")
    page = window()
    page.goto("/deals")
    page.get_by_label("Mark all").check()
    page.get_by_role("button", name="Select all 720 that match").click()
    expect(page.get_by_role("toolbar", name="What to do")).to_contain_text("All 720 that match are selected")
    page.get_by_role("button", name="Assign").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("720 records")
    dialog.get_by_role("combobox").fill("Ben")
    dialog.get_by_role("option").first.click()
    dialog.get_by_role("button", name="Assign").click()
    expect(page.locator("#under-way progress")).to_be_visible(timeout=5000)
    page.goto("/people")
    expect(page.locator("#under-way progress")).to_be_visible(timeout=5000)
    run_queued_jobs(queue="bulk")
    toast = page.locator(".r-toast", has_text="720 records changed")
    expect(toast).to_be_visible(timeout=5000)
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("#under-way progress")).to_be_visible(timeout=5000)
    run_queued_jobs(queue="bulk")
    expect(page.locator(".r-toast", has_text="Undone: 720 records")).to_be_visible(timeout=5000)
    expect(page.locator("#under-way progress")).to_have_count(0)


def test_on_a_phone_rows_are_cards_and_holding_one_selects(browse, ana, make):
    for name in ("Alpha", "Beta", "Gamma"):
        make("deals", name=name, amount="100")
    client = Client()
    client.force_login(ana)
    page = browse(signed_in=client, width=390, height=844)
    page.goto("/deals?sort=name&calculations=amount:sum")
    rows = page.locator("tbody tr[data-row]")
    assert all(box["height"] >= 44 for box in (rows.nth(i).bounding_box() for i in range(3)))
    expect(page.locator(".r-list-foot")).to_contain_text("€300.00")
    box = rows.nth(0).bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    expect(page.locator("tr[data-marked]")).to_have_count(1)
    page.mouse.up()
    rows.nth(2).click()
    expect(page.get_by_role("toolbar", name="What to do with the selected")).to_contain_text("2 selected")
    for button in page.locator("[data-selection] button:visible").all():
        assert button.bounding_box()["height"] >= 44
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Delete").click()
    expect(rows).to_have_count(1)
    rows.nth(0).click(position={"x": 250, "y": 40})
    page.wait_for_url("**/deals/*")


def test_the_grid_and_its_editors_pass_axe_in_both_themes(window, make):
    make("tags", name="Urgent")
    make("deals", name="Alpha", amount="100")
    for theme in ("light", "dark"):
        page = window(theme=theme)
        page.goto("/deals?columns=name,stage,amount,closes_on,tags")
        page.get_by_label("Mark Alpha").check()
        assert Axe().run(page).response["violations"] == [], theme
        page.get_by_label("Mark Alpha").uncheck()
        page.keyboard.press("j")
        for column in ("stage", "amount", "closes_on", "tags"):
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Enter")
            expect(page.locator(".r-cell-editor")).to_be_visible()
            found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
            assert found == [], (theme, column, [(f["id"], f["nodes"][0]["html"][:200]) for f in found])
            page.keyboard.press("Escape")
            if page.locator(".r-cell-editor").count():
                page.keyboard.press("Escape")
