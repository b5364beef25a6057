"""A board in a real browser: by mouse, by touch, by keyboard alone, and with two people on it."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write
from rapport.sales.models import Deal, Stage

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
def deals(ana: User) -> dict[str, int]:
    """Four deals in the first stage, worth 100 each, one with a task of yesterday."""
    viewer = viewer_for(ana)
    made = {
        name: write.create(registry.get("deals"), {"name": name, "amount": "100"}, viewer=viewer)
        for name in ("Looms", "Presses", "Spindles", "Shuttles")
    }
    task = {
        "title": "Ring them",
        "due_on": timezone.localdate() - timedelta(days=1),
        "about": [f"deals/{made['Shuttles']}"],
    }
    write.create(registry.get("tasks"), task, viewer=viewer)
    return made


def lane(page: Page, name: str) -> Locator:
    return page.locator(f'[data-lane][data-name="{name}"]')


def card(page: Page, name: str) -> Locator:
    return page.locator(f'[data-card][data-name="{name}"]')


def stands_in(page: Page, name: str, column: str) -> None:
    """The card stands in that column, and the server says so too."""
    expect(lane(page, column).locator(f'[data-card][data-name="{name}"]:not(.pending)')).to_be_visible()


def drag(page: Page, what: Locator, onto: Locator) -> None:
    """Takes a card by the mouse and lets it go in the middle of something that may appear only then."""
    box = what.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 75, box["y"] + box["height"] + 8, steps=4)
    expect(page.locator(".r-zones")).to_be_visible()
    there = onto.bounding_box()
    page.mouse.move(there["x"] + there["width"] / 2, there["y"] + there["height"] / 2, steps=12)
    page.mouse.up()


def test_a_card_is_dragged_by_mouse_and_the_move_taken_back(window, deals):
    page = window()
    page.goto("/deals/board")
    expect(lane(page, "Qualified").locator(".count")).to_have_text("4")
    # The overdue one leads, whenever it was made.
    expect(lane(page, "Qualified").locator("[data-card]").first).to_contain_text("Shuttles")
    drag(page, card(page, "Looms"), lane(page, "Proposal"))
    stands_in(page, "Looms", "Proposal")
    expect(lane(page, "Proposal").locator(".count")).to_have_text("1")
    expect(lane(page, "Proposal").locator(".figures")).to_contain_text("€100")
    expect(lane(page, "Proposal").locator(".figures")).to_contain_text("€50")
    assert Deal.objects.get(pk=deals["Looms"]).stage.name == "Proposal"
    page.locator(".r-toast", has_text="Looms moved to Proposal").get_by_role("button", name="Undo").click()
    stands_in(page, "Looms", "Qualified")
    expect(page).to_have_url(re.compile("/deals/board$"))


def test_zones_win_lose_and_delete(window, deals):
    page = window()
    page.goto("/deals/board")
    expect(page.locator(".r-zones")).to_be_hidden()
    drag(page, card(page, "Looms"), page.locator(".r-zones [data-zone=win]"))
    expect(card(page, "Looms")).to_have_count(0)
    assert Deal.objects.get(pk=deals["Looms"]).status == "won"
    drag(page, card(page, "Presses"), page.locator(".r-zones [data-zone=lose]"))
    expect(page.get_by_role("combobox", name="Because")).to_be_visible()
    page.keyboard.press("Escape")
    stands_in(page, "Presses", "Qualified")
    drag(page, card(page, "Presses"), page.locator(".r-zones [data-zone=lose]"))
    page.get_by_role("combobox", name="Because").fill("Pri")
    page.get_by_role("option", name="Price").click()
    page.locator("#dialog").get_by_role("button", name="Lost").click()
    expect(card(page, "Presses")).to_have_count(0)
    assert Deal.objects.get(pk=deals["Presses"]).lost_reason.name == "Price"
    expect(page.locator("#dialog")).to_be_hidden()
    drag(page, card(page, "Spindles"), page.locator(".r-zones [data-zone=delete]"))
    expect(card(page, "Spindles")).to_have_count(0)
    page.locator(".r-toast", has_text="moved to the bin").get_by_role("button", name="Undo").click()
    stands_in(page, "Spindles", "Qualified")


def test_a_board_is_worked_by_keyboard_alone(window, deals):
    page = window()
    page.goto("/deals/board")
    expect(page.locator("[data-card][tabindex='0']")).to_have_count(1)
    for _ in range(60):
        if page.evaluate("document.activeElement.matches('[data-card]')"):
            break
        page.keyboard.press("Tab")
    expect(card(page, "Shuttles")).to_be_focused()
    page.keyboard.press("ArrowDown")
    here = page.evaluate("document.activeElement.dataset.name")
    page.keyboard.press("Shift+ArrowRight")
    stands_in(page, here, "Meeting")
    expect(card(page, here)).to_be_focused()
    expect(page.locator("#board-said")).to_have_text(f"{here} moves to Meeting.")
    page.keyboard.press("ArrowLeft")
    expect(lane(page, "Qualified").locator("[data-card]:focus")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(card(page, here)).to_be_focused()
    page.keyboard.press("Shift+ArrowLeft")
    stands_in(page, here, "Qualified")
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("#board-said")).to_have_text("There is no column on this side.")
    # The menu of the card: to a far column, and won.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#board-pop")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    stands_in(page, here, "Negotiation")
    card(page, here).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=here)).to_be_visible()


def test_a_touch_that_rests_takes_the_card(browse, chromium, ana, deals, server_url):
    client = Client()
    client.force_login(ana)
    context = chromium.new_context(viewport={"width": 1024, "height": 768}, has_touch=True, base_url=server_url)
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": server_url}])
    page = context.new_page()
    page.goto("/deals/board")
    box, there = card(page, "Looms").bounding_box(), lane(page, "Meeting").bounding_box()
    touch = context.new_cdp_session(page)

    def finger(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = box["x"] + 60, box["y"] + box["height"] - 12
    finger("touchStart", x, y)
    expect(card(page, "Looms").and_(page.locator(".ghost"))).to_have_count(0)
    page.wait_for_timeout(300)  # as long as a finger must rest
    for part in range(1, 13):
        finger("touchMove", x + (there["x"] + 100 - x) * part / 12, y + part)
    finger("touchEnd")
    stands_in(page, "Looms", "Meeting")
    assert Deal.objects.get(pk=deals["Looms"]).stage.name == "Meeting"
    context.close()


def test_a_stage_asks_for_what_is_missing_and_cancelling_puts_the_card_back(window, deals):
    Stage.objects.filter(name="Proposal").update(required_fields=["closes_on"])
    page = window()
    page.expected = ["422"]
    page.goto("/deals/board")
    drag(page, card(page, "Looms"), lane(page, "Proposal"))
    expect(page.locator("#dialog")).to_contain_text("To be moved to Proposal this is needed:")
    page.locator("#dialog").get_by_role("button", name="Cancel").click()
    stands_in(page, "Looms", "Qualified")
    assert Deal.objects.get(pk=deals["Looms"]).stage.name == "Qualified"
    drag(page, card(page, "Looms"), lane(page, "Proposal"))
    page.locator("#dialog input[type=date]").fill("2027-01-31")
    page.locator("#dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#dialog")).to_be_hidden()
    stands_in(page, "Looms", "Proposal")
    assert str(Deal.objects.get(pk=deals["Looms"]).closes_on) == "2027-01-31"


def test_two_people_see_each_others_moves_within_a_second(window, deals):
    one, other = window(), window()
    for page in (one, other):
        page.goto("/deals/board")
        expect(card(page, "Looms")).to_be_visible()
    other.wait_for_timeout(300)  # the stream of changes opens
    card(other, "Presses").focus()
    drag(one, card(one, "Looms"), lane(one, "Meeting"))
    stands_in(one, "Looms", "Meeting")
    expect(lane(other, "Meeting").locator('[data-name="Looms"]')).to_be_visible(timeout=1000)
    # Who was busy elsewhere was not disturbed.
    expect(card(other, "Presses")).to_be_focused()


def test_what_others_do_waits_while_a_card_is_in_the_hand(window, ana, deals):
    page = window()
    page.goto("/deals/board")
    box = card(page, "Looms").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 75, box["y"] + box["height"] + 8, steps=4)
    expect(page.locator(".r-zones")).to_be_visible()
    write.create(registry.get("deals"), {"name": "Bobbins"}, viewer=viewer_for(ana))
    page.wait_for_timeout(1200)
    expect(page.locator(".r-card.dragged")).to_have_count(1)
    expect(card(page, "Bobbins")).to_have_count(0)
    there = lane(page, "Meeting").bounding_box()
    page.mouse.move(there["x"] + 100, there["y"] + 200, steps=12)
    page.mouse.up()
    stands_in(page, "Looms", "Meeting")
    expect(card(page, "Bobbins")).to_be_visible()


def test_a_refused_move_goes_back_and_says_why(window, ana, deals):
    page = window()
    page.expected = ["409"]
    page.goto("/deals/board")
    # Behind the back of the page, without a word to it.
    Deal.objects.filter(pk=deals["Looms"]).update(stage=Stage.objects.get(name="Negotiation"))
    drag(page, card(page, "Looms"), lane(page, "Meeting"))
    expect(page.locator(".r-toast", has_text="Somebody moved “Looms” to Negotiation meanwhile.")).to_be_visible()
    stands_in(page, "Looms", "Negotiation")


def test_cards_are_added_one_after_the_other_and_columns_fold(window, deals):
    page = window()
    page.goto("/deals/board")
    lane(page, "Meeting").get_by_role("button", name="Add a card to Meeting").click()
    for name in ("Bobbins", "Reeds"):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        stands_in(page, name, "Meeting")
        expect(lane(page, "Meeting").get_by_role("textbox")).to_have_value("")
    page.keyboard.press("Escape")
    expect(lane(page, "Meeting").get_by_role("textbox")).to_be_hidden()
    with page.expect_response("**/deals/board/fold*"):
        lane(page, "Meeting").get_by_role("button", name="Fold Meeting").click()
    expect(card(page, "Reeds")).to_be_hidden()
    page.reload()
    expect(card(page, "Reeds")).to_be_hidden()
    lane(page, "Meeting").get_by_role("button", name="Fold Meeting").click()
    expect(card(page, "Reeds")).to_be_visible()


def test_the_next_step_is_planned_and_done_without_leaving(window, deals):
    page = window()
    page.goto("/deals/board")
    card(page, "Looms").get_by_role("button", name="Nothing is planned").click()
    page.locator("#board-pop").get_by_label("Title").fill("Send the offer")
    page.keyboard.press("Enter")
    expect(card(page, "Looms").get_by_role("button", name="The next step is due today")).to_be_visible()
    card(page, "Shuttles").get_by_role("button", name="The next step is overdue").click()
    page.get_by_role("button", name="Done: Ring them").click()
    expect(card(page, "Shuttles").get_by_role("button", name="Nothing is planned")).to_be_visible()
    expect(page).to_have_url(re.compile("/deals/board$"))


def test_list_and_board_keep_what_was_asked(window, deals):
    page = window()
    page.goto("/deals?q=loo")
    page.get_by_role("link", name="Board").click()
    expect(page.locator("[data-card]")).to_have_count(1)
    page.get_by_role("link", name="List", exact=True).click()
    expect(page.locator("tbody tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name="Board").click()
    page.get_by_role("link", name="Home").first.click()
    page.get_by_role("link", name="Deals").first.click()
    expect(page.locator("#board")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_board_on_a_phone_and_for_all(window, deals, theme):
    page = window(width=390, height=780, theme=theme)
    page.goto("/deals/board")
    for width in (390, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".r-lanes").evaluate("lanes => lanes.scrollTo({ left: 500, behavior: 'instant' })")
    page.locator(".r-lanes").evaluate("lanes => lanes.scrollTo({ left: 0, behavior: 'instant' })")
    card(page, "Looms").get_by_role("button", name="Move and more").click()
    assert not Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    page.locator("#board-pop").get_by_role("button", name="Proposal").click()
    expect(lane(page, "Proposal").locator('[data-name="Looms"]:not(.pending)')).to_be_attached()
    card(page, "Presses").get_by_role("button", name="Nothing is planned").click()
    expect(page.locator("#board-pop").get_by_label("Title")).to_be_visible()
    assert not Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]


def test_the_first_arrow_takes_hold_of_the_first_card(window, deals):
    page = window()
    page.goto("/deals/board")
    expect(lane(page, "Qualified").locator("[data-card]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-card]").first).to_be_focused()
