"""The palette and the keys, in a real browser."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from rapport.platform.identity.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# From a key to the frame in which its answer is painted, in ms.
TYPED = """async (text) => {
  const box = document.querySelector('.r-palette input'), hits = document.querySelector('#palette-hits')
  const times = []
  for (let end = 1; end <= text.length; end++) {
    const begun = performance.now()
    const answered = new Promise(done => new MutationObserver((_all, watcher) => {
      watcher.disconnect()
      requestAnimationFrame(() => done(performance.now()))
    }).observe(hits, { childList: true }))
    box.value = text.slice(0, end)
    box.dispatchEvent(new Event('input', { bubbles: true }))
    times.push(await answered - begun)
  }
  return times
}"""


@pytest.fixture
def window(browse):
    """Opens windows in which Ana is signed in."""
    ana = User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")

    def open_window(**how) -> Page:
        client = Client()
        client.force_login(ana)
        return browse(signed_in=client, **how)

    return open_window


def add(page: Page, last: str) -> None:
    page.goto("/people/new")
    page.get_by_label("Last name").fill(last)
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", name=last)).to_be_visible()


def test_a_command_of_the_open_record_is_run_by_keyboard_alone(window):
    page = window()
    page.goto("/deals/new")
    page.get_by_label("Name").first.fill("Spectrometers")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.locator("#record-head")).to_contain_text("Spectrometers")
    page.keyboard.press("Control+k")
    expect(page.locator(".r-palette input")).to_be_focused()
    page.keyboard.type(">won")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_text("Won")
    page.keyboard.press("Enter")
    page.locator("#dialog").get_by_role("button", name="Won").click()
    expect(page.locator("#record-head")).to_contain_text("Won")


def test_what_was_opened_lately_is_one_key_away_and_no_key_fires_while_typing(window):
    page = window()
    add(page, "Okafor")
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-hits")).to_contain_text("Okafor")
    page.keyboard.type("c?/gp")
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.locator(".r-palette input")).to_have_value("c?/gp")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).not_to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/people")


def test_the_list_of_keys_comes_from_the_registry_and_names_the_page_s_own(window):
    page = window()
    page.goto("/people")
    page.keyboard.press("?")
    dialog = page.locator("#dialog")
    for text in ("Everywhere", "Go to", "In a list", "Search and commands", "On this page"):
        expect(dialog).to_contain_text(text)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="New person").hover()
    assert page.get_by_role("link", name="New person").get_attribute("title") == "New person (C)"


def test_typing_is_answered_at_once(window):
    page = window()
    add(page, "Okafor")
    page.goto("/people")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-hits [role=option]").first).to_be_visible()
    times = page.evaluate(TYPED, "okafor")
    # A recorded figure elsewhere says 100 ms; here only that nothing waits for a spinner.
    assert sorted(times)[len(times) // 2] < 400, times
