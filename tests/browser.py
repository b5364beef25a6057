"""A real browser for tests: `page` opens pages of `live_server`, and a test fails on anything the browser complains
about.
"""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = os.environ.get("RAPPORT_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SWITCHES += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the session; without one on the machine its tests are skipped."""
    if not CHROMIUM:
        pytest.skip("No Chromium on this machine: apt install chromium, or name one in RAPPORT_CHROMIUM")
    from rapport.platform.ui.assets import build

    build()
    # Playwright's loop runs in this thread, which Django takes for an asynchronous place.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def browse(chromium: Browser, server_url: str) -> Iterator[Callable[..., Page]]:
    """browse(width=1440, theme="light", signed_in=client) opens a window; each fails the test if the browser complains.

    Complaints are console errors, uncaught exceptions and reports against the content policy; `page.expected` may hold
    parts of those that a test provokes on purpose.
    """
    contexts: list[BrowserContext] = []
    pages: list[Page] = []

    def open_window(*, width: int = 1440, height: int = 900, theme: str = "light", signed_in=None) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            base_url=server_url,
        )
        contexts.append(context)
        if signed_in is not None:
            value = signed_in.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": value, "url": server_url}])
        page = context.new_page()
        page.complaints, page.expected = [], []  # type: ignore[attr-defined]
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
        pages.append(page)
        return page

    yield open_window
    found = [c for page in pages for c in page.complaints if not any(part in c for part in page.expected)]  # type: ignore[attr-defined]
    for context in contexts:
        context.close()
    assert found == [], f"the browser complained: {found}"


@pytest.fixture
def page(browse: Callable[..., Page]) -> Page:
    """One window of usual size, signed in as nobody."""
    return browse()


@pytest.fixture
def server_url(live_app: str) -> str:
    """Where the pages of this test are served."""
    return live_app
