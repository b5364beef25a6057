"""The calendar in a browser: dragged by mouse and finger, moved by keys, made by a click, seen in two windows."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from rapport.platform.identity.models import User
from rapport.work.models import Meeting, Task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = "2026-06-03"


@pytest.fixture
def ana(transactional_db) -> User:
    return User.objects.create_user(
        email="ana@example.com", name="Ana Sales", role="administrator", time_zone="Europe/Berlin"
    )


@pytest.fixture
def window(browse, ana):
    """Opens windows in which Ana is signed in."""

    def open_window(**how) -> Page:
        client = Client()
        client.force_login(ana)
        return browse(signed_in=client, **how)

    return open_window


@pytest.fixture
def review(ana) -> Meeting:
    starts = datetime(2026, 6, 3, 8, tzinfo=UTC)
    return Meeting.objects.create(title="Review", at=starts, ends_at=starts + timedelta(hours=1), owner=ana)


def local(meeting: Meeting) -> str:
    meeting.refresh_from_db()
    return meeting.at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M")


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def test_a_meeting_is_dragged_to_another_day_and_time_and_back_by_undo(window, review):
    page = window()
    page.goto(f"/calendar?span=week&day={DAY}")
    entry = page.locator(".r-cal-entry", has_text="Review")
    entry.scroll_into_view_if_needed()
    box = entry.bounding_box()
    day = page.locator('.r-cal-day[data-drop="2026-06-05"]').bounding_box()
    hour = day["height"] / 24
    drag(page, (box["x"] + 20, box["y"] + 6), (day["x"] + 30, box["y"] + 6 + 2 * hour))
    expect(page.locator(".r-toast")).to_contain_text("Moved to")
    expect(page.locator('.r-cal-day[data-drop="2026-06-05"] .r-cal-entry')).to_contain_text("12:00")
    assert local(review) == "2026-06-05 12:00"
    assert review.ends_at - review.at == timedelta(hours=1)
    page.locator(".r-toast").get_by_role("button", name="Undo").click()
    expect(page.locator(f'.r-cal-day[data-drop="{DAY}"] .r-cal-entry')).to_contain_text("10:00")
    assert local(review) == "2026-06-03 10:00"


def test_its_lower_edge_makes_it_longer(window, review):
    page = window()
    page.goto(f"/calendar?span=day&day={DAY}")
    entry = page.locator(".r-cal-entry", has_text="Review")
    entry.scroll_into_view_if_needed()
    box = entry.bounding_box()
    x, y = box["x"] + 40, box["y"] + box["height"] - 3
    drag(page, (x, y), (x, y + box["height"]))
    expect(page.locator(".r-toast")).to_contain_text("Length changed")
    review.refresh_from_db()
    assert timedelta(minutes=105) <= review.ends_at - review.at <= timedelta(minutes=135)


def test_keys_alone_move_and_lengthen_and_ask_where_to(window, review):
    page = window()
    page.goto(f"/calendar?span=week&day={DAY}")
    entry = page.locator(".r-cal-entry", has_text="Review")
    entry.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(entry).to_contain_text("10:15")
    expect(entry).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator('.r-cal-day[data-drop="2026-06-04"] .r-cal-entry')).to_contain_text("10:15")
    expect(entry).to_be_focused()
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(entry).to_contain_text("11:30")
    page.locator(".r-cal-entry", has_text="Review").focus()
    page.keyboard.press("e")
    page.locator("#move-day").fill("2026-06-05")
    page.locator("#move-time").fill("16:00")
    page.keyboard.press("Enter")
    expect(page.locator('.r-cal-day[data-drop="2026-06-05"] .r-cal-entry')).to_contain_text("16:00")
    assert local(review) == "2026-06-05 16:00"


def test_a_task_is_dragged_in_the_month_and_another_window_sees_it(window, ana):
    Task.objects.create(title="Offer", due_on=DAY, owner=ana)
    page, other = window(), window()
    for one in (page, other):
        one.goto(f"/calendar?span=month&day={DAY}")
    box = page.locator(".r-cal-entry", has_text="Offer").bounding_box()
    cell = page.locator('.r-cal-cell[data-drop="2026-06-10"]').bounding_box()
    drag(page, (box["x"] + 20, box["y"] + 8), (cell["x"] + 40, cell["y"] + 60))
    expect(page.locator('.r-cal-cell[data-drop="2026-06-10"] .r-cal-entry')).to_contain_text("Offer")
    expect(other.locator('.r-cal-cell[data-drop="2026-06-10"] .r-cal-entry')).to_contain_text("Offer", timeout=4000)


def test_a_click_on_an_empty_place_makes_a_meeting_there(window):
    page = window()
    page.goto(f"/calendar?span=week&day={DAY}")
    day = page.locator(f'.r-cal-day[data-drop="{DAY}"]')
    box = day.bounding_box()
    page.locator(".r-cal-hours").evaluate("e => (e.scrollTop = 0)")
    box = day.bounding_box()
    page.mouse.click(box["x"] + 40, box["y"] + box["height"] * 8.1 / 24)
    expect(page.locator("#dialog #at")).to_have_value(f"{DAY}T08:00")
    expect(page.locator("#dialog #ends_at")).to_have_value(f"{DAY}T09:00")
    page.locator("#dialog #title").fill("Kick-off")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f'.r-cal-day[data-drop="{DAY}"] .r-cal-entry')).to_contain_text("Kick-off")


def test_a_click_shows_the_entry_beside_and_a_phone_begins_with_the_agenda(window, review):
    page = window()
    page.goto(f"/calendar?span=week&day={DAY}")
    page.locator(".r-cal-entry", has_text="Review").click()
    expect(page.locator("#panel")).to_contain_text("Review")
    phone = window(width=390, height=800)
    phone.goto(f"/calendar?day={DAY}")
    expect(phone.locator(".r-cal-agenda")).to_contain_text("Review")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_finger_that_rests_drags_and_one_that_moves_at_once_scrolls(window, review):
    page = window(width=390, height=800)
    page.goto(f"/calendar?span=day&day={DAY}")
    entry = page.locator(".r-cal-entry", has_text="Review")
    entry.scroll_into_view_if_needed()
    box = entry.bounding_box()
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def at(kind: str, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": box["x"] + 60, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    start = box["y"] + 10
    at("touchStart", start)
    at("touchMove", start - 60)
    at("touchEnd", 0)
    assert local(review) == "2026-06-03 10:00"
    entry.scroll_into_view_if_needed()
    box = entry.bounding_box()
    start = box["y"] + 10
    at("touchStart", start)
    page.wait_for_selector(".r-cal-entry.dragging")
    # Two hours of four quarters, twelve pixels each.
    for part in range(1, 9):
        at("touchMove", start + 12 * part)
    at("touchEnd", 0)
    expect(page.locator(".r-toast")).to_contain_text("Moved to")
    assert local(review) == "2026-06-03 12:00"


def test_a_phone_s_week_opens_at_today(window, review):
    page = window(width=390, height=844)
    page.goto("/calendar?span=week")
    today = page.locator(".r-cal-top .head.today")
    expect(today).to_be_in_viewport(ratio=0.9)
