"""Every kind of page with a simulated company in it: no axe violation in either theme, nothing wider than a phone."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from rapport.config.simulate.conductor import simulate
from rapport.platform.identity.models import User
from rapport.platform.ui import navigation
from rapport.records import registry

# Measured in the second frame, because the first may still be drawn as wide as before.
WIDTH = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
    () => done(document.documentElement.scrollWidth))))"""

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


@pytest.fixture
def window(browse):
    """Opens windows of an administrator of a small company."""
    simulate(people=40, years=1, seed=3, today=date(2026, 6, 1))
    client = Client()
    client.force_login(User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator"))
    return lambda **how: browse(signed_in=client, **how)


def addresses():
    """What stands in the sidebar and the settings, and of each entity its list, a record and its form."""
    found = {"/", "/settings", "/palette", "/shortcuts", "/new", "/sign-in", "/no-such-page", "/people/bin"}
    found |= {f"/calendar?who=all&span={span}" for span in ("month", "week", "day", "agenda")}
    found |= {e.url for e in navigation._entries.values() if not e.url.startswith("/api")}
    found.add("/deals?group=stage&calculations=amount:sum,closes_on:min")
    for record in registry.all_records():
        one = record.model._default_manager.order_by("pk").values_list("pk", flat=True).first()
        found |= {f"/{record.entity}", f"/{record.entity}/new"}
        found |= {f"/{record.entity}/board"} if record.board else set()
        if one and record.lists.names:
            found.add(f"/{record.entity}/{one}")
    return sorted(found)


def complaints(page, theme, address):
    """What axe and the width of a phone have against a page."""
    answer = page.goto(address)
    if answer.status != 200 and address != "/no-such-page":
        yield theme, address, answer.status
    for found in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
        yield theme, address, found["id"], found["nodes"][0]["html"][:160]
    page.set_viewport_size({"width": 360, "height": 740})
    if (width := page.evaluate(WIDTH)) > 360:
        yield theme, address, f"{width} px wide"
    page.set_viewport_size({"width": 1440, "height": 900})


def test_no_page_violates_accessibility_or_is_too_wide(window):
    wrong = []
    for theme in ("light", "dark"):
        page = window(theme=theme)
        page.expected = ["404"]
        # The themes differ in colours alone, so in the dark one page of each kind is enough.
        dark = (
            "/",
            "/people",
            "/people/new",
            "/deals/board",
            "/calendar?who=all&span=month",
            "/calendar?who=all&span=week",
            "/new",
            "/settings",
            "/settings/roles",
            "/imports/new",
            "/history",
            "/no-such-page",
        )
        for address in addresses() if theme == "light" else dark:
            wrong += complaints(page, theme, address)
    assert wrong == []
