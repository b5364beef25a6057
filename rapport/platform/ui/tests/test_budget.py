"""A first visit to a list costs at most 150 KB on the wire and 12 requests."""

import gzip
import re

import brotli
import pytest

from rapport.platform.ui import assets

pytestmark = [pytest.mark.django_db, pytest.mark.urls("rapport.platform.ui.tests.urls")]
KILOBYTES, REQUESTS = 150, 12


@pytest.fixture(scope="module", autouse=True)
def _built():
    assets.build()


def cost(path):
    """Bytes of a file as WhiteNoise sends it: brotli where that helps."""
    data = path.read_bytes()
    return len(data) if path.suffix == ".woff2" else len(brotli.compress(data))


def test_a_cold_list_keeps_to_the_budget(client, django_user_model):
    client.force_login(django_user_model.objects.create_user(email="ana@example.com", name="Ana Lima"))
    page = client.get("/styleguide/list").content
    named = set(re.findall(r'(?:href|src)="/static/vendor/([\w.-]+)', page.decode()))
    # The page's own requests are the HTML, the icon of the tab, and the live stream; letters of Ext-A need their font.
    named |= {"inter-latin-ext.woff2"}
    assert {"basecoat.css", "rapport.css", "htmx.js", "rapport.js", "icons.svg", "inter-latin.woff2"} <= named
    assert len(named) + 3 <= REQUESTS
    total = len(gzip.compress(page, 6)) + sum(cost(assets.VENDOR / name) for name in named)
    assert total < KILOBYTES * 1024, f"{total // 1024} KB"


def test_every_font_has_the_letters_it_promises():
    from fontTools.ttLib import TTFont

    known = set()
    for name in assets.FONTS:
        with TTFont(assets.VENDOR / name) as font:
            known |= set(font.getBestCmap())
    wanted = set("ÄÖÜäöüßÉéèêçñ¿¡ŁłŚśŻżĄąĘęŐőŰűŠšČčŘřĞğİıŞşȚțȘșÅåÆæØøĀāŌōŪū€£₺₴–—“”„…·0123456789")
    assert {c for c in wanted if ord(c) not in known} == set()
