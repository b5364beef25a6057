"""A day with one record: writing with drafts, naming colleagues, files, focus, followers; by mouse, by keyboard, in two windows."""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, expect

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")


@pytest.fixture
def ben() -> User:
    return User.objects.create_user(email="ben@example.com", name="Ben Okafor", role="administrator")


@pytest.fixture
def person(ana: User) -> int:
    return write.create(registry.get("people"), {"name": "Alma Arendt"}, viewer=viewer_for(ana))


@pytest.fixture
def window(browse):
    def open_window(user: User, path: str, **how) -> Page:
        client = Client()
        client.force_login(user)
        page = browse(signed_in=client, **how)
        page.goto(path)
        return page

    return open_window


def test_a_draft_survives_reload_and_navigation_and_is_in_focus(window, ana, person):
    page = window(ana, f"/people/{person}")
    page.locator("#notes-body").fill("Half a thought")
    expect(page.locator("#panel-notes [data-draft-state]")).to_have_text("Draft kept")
    page.reload()
    expect(page.locator("#notes-body")).to_have_value("Half a thought")
    expect(page.locator("#focus")).to_contain_text("Draft: Note")
    page.get_by_role("tab", name="Call").click()
    page.locator("#calls-body").fill("They want a price")
    # Away at once, before the draft was sent: it goes along.
    page.goto(f"/people?peek=people/{person}")
    expect(page.locator("#panel #calls-body")).to_have_value("They want a price")
    page.get_by_role("button", name="Throw the draft away: Half a thought").click()
    expect(page.locator("#panel #focus")).not_to_contain_text("Half a thought")
    expect(page.locator("#panel #notes-body")).to_have_value("")


def test_a_draft_that_is_still_on_its_way_is_there_on_the_next_page(window, ana, person):
    page = window(ana, f"/people/{person}")
    # The slowest network: what this page sends from now on does not arrive.
    page.evaluate("() => { window.fetch = () => new Promise(() => {}) }")
    page.get_by_role("tab", name="Call").click()
    page.locator("#calls-body").fill("They want a price")
    page.goto(f"/people?peek=people/{person}")
    expect(page.locator("#panel #calls-body")).to_have_value("They want a price")
    expect(page.locator("#panel #calls-body")).to_be_visible()
    expect(page.locator("#panel #panel-calls [data-draft-state]")).to_have_text("Draft kept")
    # The server has it now, and once thrown away it does not come back from the tab.
    page.reload()
    page.get_by_role("button", name="Throw the draft away: They want a price").click()
    page.reload()
    expect(page.locator("#panel #notes-body")).to_be_visible()
    expect(page.locator("#panel #calls-body")).to_have_value("")


def test_of_a_slow_answer_a_line_says_that_it_is_on_its_way(window, ana, person):
    page = window(ana, f"/people/{person}")
    held = []
    page.route(f"**/people/{person}/log/notes", lambda route: held.append(route))
    line = "() => { const line = getComputedStyle(document.body, '::before'); return [line.content, line.opacity] }"
    assert page.evaluate(line)[0] == "none"
    page.locator("#notes-body").fill("Called back")
    page.keyboard.press("Control+Enter")
    for _ in range(100):
        page.wait_for_timeout(50)
        if held and page.evaluate(line)[1] == "1":
            break
    assert page.evaluate(line) == ['""', "1"]
    held[0].continue_()
    expect(page.locator("#timeline")).to_contain_text("Called back")
    assert page.evaluate(line)[0] == "none"


def test_written_by_keyboard_alone_with_a_colleague_named(window, ana, ben, person):
    page = window(ana, f"/people/{person}")
    page.keyboard.press("n")
    expect(page.locator("#notes-body")).to_be_focused()
    page.keyboard.type("Please ask @be")
    expect(page.get_by_role("option", name="Ben Okafor")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("about delivery")
    expect(page.locator("#notes-body")).to_have_value("Please ask @Ben Okafor about delivery")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .r-mention")).to_have_text("@Ben Okafor")
    expect(page.get_by_role("tab", name="Note")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Call")).to_have_attribute("aria-selected", "true")


def test_the_bell_rings_in_the_other_window_and_leads_to_the_place(window, ana, ben, person):
    page, other = window(ana, f"/people/{person}"), window(ben, "/tasks")
    expect(other.locator("#bell .r-badge")).to_have_count(0)
    page.locator("#notes-body").fill("For @Ben Okafor")
    page.keyboard.press("Escape")
    page.locator("#panel-notes").get_by_role("button", name="Save").click()
    expect(other.locator("#bell .r-badge")).to_contain_text("1", timeout=2000)
    other.locator("#bell").click()
    other.get_by_role("link", name="Ana Sales mentioned you on Alma Arendt").click()
    other.wait_for_url("**/people/*#event-notes-*")
    expect(other.locator("#bell .r-badge")).to_have_count(0)


def test_following_is_one_press_and_tells_of_changes(window, ana, ben, person):
    mine, theirs = window(ana, f"/people/{person}"), window(ben, f"/people/{person}")
    theirs.get_by_role("button", name="Follow").click()
    expect(theirs.get_by_role("button", name="Following")).to_be_visible()
    expect(mine.locator("#record-followers")).to_contain_text("Ben Okafor")
    theirs.goto("/notifications")
    expect(theirs.get_by_role("heading", name="Nothing new")).to_be_visible()
    mine.get_by_role("button", name="Edit Job title").click()
    mine.locator("#prop-job_title input[type=text]").fill("Buyer")
    mine.keyboard.press("Enter")
    expect(theirs.locator("#notices")).to_contain_text("Ana Sales changed Alma Arendt")
    theirs.get_by_role("button", name="Mark all as read").click()
    expect(theirs.locator("#bell .r-badge")).to_have_count(0)


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (320, 240), "teal").save(target, "PNG")
    return target.getvalue()


DROP = """(files) => {
    const data = new DataTransfer()
    for (const [name, text] of files) data.items.add(new File([text], name))
    const target = document.querySelector("#timeline")
    for (const type of ["dragover", "drop"])
        target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
}"""


def test_files_are_chosen_dropped_and_deleted(window, ana, person):
    page = window(ana, f"/people/{person}")
    page.get_by_label("Add files").set_input_files(
        [
            {"name": "room.png", "mimeType": "image/png", "buffer": picture()},
            {"name": "offer.txt", "mimeType": "text/plain", "buffer": b"Chairs"},
        ]
    )
    files = page.locator("#files-list")
    expect(files.get_by_role("link", name="offer.txt")).to_be_visible()
    expect(files.locator("img")).to_have_count(1)
    page.evaluate(DROP, [["plan.txt", "Floor 2"], ["list.txt", "Desks"]])
    expect(files.get_by_role("link", name="plan.txt")).to_be_visible()
    expect(files.get_by_role("link", name="list.txt")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("added a file")
    page.get_by_role("button", name="Delete plan.txt").click()
    expect(files.get_by_role("link", name="plan.txt")).to_have_count(0)
    page.locator(".r-toast", has_text="moved to the bin").get_by_role("button", name="Undo").click()
    expect(files.get_by_role("link", name="plan.txt")).to_be_visible()
    with page.expect_download() as download:
        files.get_by_role("link", name="offer.txt").click()
    assert download.value.suggested_filename == "offer.txt"


def test_focus_is_worked_through_by_keyboard(window, ana, person):
    page = window(ana, f"/people/{person}")
    page.keyboard.press("t")
    page.keyboard.type("Send the offer")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#focus")).to_contain_text("Send the offer")
    page.get_by_label("Put off: Send the offer").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Tomorrow").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#focus .due")).to_contain_text("tomorrow")
    page.get_by_role("button", name="Done: Send the offer").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#focus")).to_be_hidden()
    expect(page.locator("#timeline")).to_contain_text("finished a task")


def test_a_note_is_pinned_from_the_history(window, ana, person):
    page = window(ana, f"/people/{person}")
    page.locator("#notes-body").fill("Likes tea")
    page.locator("#panel-notes").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Pin this note").click()
    expect(page.locator("#focus")).to_contain_text("Likes tea")
    page.get_by_role("button", name="Unpin: Likes tea").click()
    expect(page.locator("#focus")).to_be_hidden()


def test_the_filter_of_the_history_survives_what_others_do(window, ana, ben, person):
    page, other = window(ana, f"/people/{person}"), window(ben, f"/people/{person}")
    page.get_by_role("link", name="Notes", exact=True).last.click()
    expect(page.locator("#timeline")).not_to_contain_text("created this")
    other.locator("#notes-body").fill("Seen by both")
    other.locator("#panel-notes").get_by_role("button", name="Save").click()
    expect(page.locator("#timeline")).to_contain_text("Seen by both")
    expect(page.locator("#timeline")).not_to_contain_text("created this")


def test_two_who_change_one_value_in_the_panel_are_both_heard(window, ana, ben, person):
    mine, theirs = window(ana, f"/people?peek=people/{person}"), window(ben, f"/people/{person}")
    mine.expected = ["409"]
    mine.locator("#panel").get_by_role("button", name="Edit Job title").click()
    mine.locator("#prop-job_title input[type=text]").fill("Head Buyer")
    theirs.get_by_role("button", name="Edit Job title").click()
    theirs.locator("#prop-job_title input[type=text]").fill("Chief Buyer")
    theirs.keyboard.press("Enter")
    expect(theirs.locator("#record-head")).to_contain_text("Chief Buyer")
    # What the other did is all around, but the editor and its text stay.
    expect(mine.locator("#panel #record-head")).to_contain_text("Chief Buyer")
    expect(mine.locator("#prop-job_title input[type=text]")).to_have_value("Head Buyer")
    mine.locator("#prop-job_title input[type=text]").press("Enter")
    expect(mine.locator("#prop-job_title")).to_contain_text("Chief Buyer")
    expect(mine.locator("#prop-job_title input[type=text]")).to_have_value("Head Buyer")
    mine.locator("#prop-job_title").get_by_role("button", name="Save").click()
    expect(mine.locator("#panel #record-head")).to_contain_text("Head Buyer")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_on_a_full_page(window, ana, ben, person, theme, width):
    about = [f"people/{person}"]
    viewer = viewer_for(ben)
    write.create(registry.get("notes"), {"body": "Ask @Ana", "pinned": True, "about": about}, viewer=viewer)
    write.create(registry.get("tasks"), {"title": "Ring", "due_on": "2026-01-01", "about": about}, viewer=viewer)
    write.change(registry.get("people"), person, {"job_title": "Buyer"}, viewer=viewer)
    page = window(ana, "/notifications", theme=theme, width=width)
    for path in ("/notifications", f"/people/{person}"):
        page.goto(path)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(path, one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_after_a_name_was_chosen_nobody_is_looked_for_in_the_words_that_follow(window, ana, ben, person):
    page = window(ana, f"/people/{person}")
    asked: list[str] = []
    page.on("request", lambda request: "mentionable" in request.url and asked.append(request.url))
    text = page.locator("#notes-body")
    text.click()
    page.keyboard.type("For @be")
    page.get_by_role("option", name="Ben Okafor").wait_for()
    page.keyboard.press("Enter")
    before = len(asked)
    page.keyboard.type("please call")
    expect(text).to_have_value("For @Ben Okafor please call")
    assert len(asked) == before


def test_a_click_on_a_tab_of_the_composer_leads_into_its_form(window, ana, person):
    page = window(ana, f"/people/{person}")
    page.get_by_role("tab", name="Call").click()
    expect(page.locator("#calls-title")).to_be_focused()
    page.keyboard.type("gp and c")
    expect(page.locator("#calls-title")).to_have_value("gp and c")
    assert page.url.endswith(f"/people/{person}")
