"""The kit's promises that a template author relies on."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template
from django.utils import translation

from rapport.platform.ui import assets
from rapport.platform.ui.templatetags import ui

ROOT = Path(assets.__file__).resolve().parents[2]
TEMPLATES = sorted(ROOT.rglob("templates/**/*.html"))
ICON_IN_TEMPLATE = re.compile(r"""(?:{%\s*icon\s+["']([a-z0-9-]+)["'])|(?:\bicon=["']([a-z0-9-]+)["'])""")
ICON_IN_PYTHON = re.compile(r"""\bicon(?:\s*:\s*str)?\s*=\s*["']([a-z0-9-]+)["']""")
FORBIDDEN = {
    "an inline style": re.compile(r"""<[a-z][^>]*\sstyle\s*="""),
    "an inline handler": re.compile(r"""<[a-z][^>]*\son[a-z]+\s*=\s*["']"""),
    "hx-on": re.compile(r"\bhx-on[:=]"),
    "a js: value": re.compile(r"""=\s*["']js:"""),
    "a filter in hx-trigger": re.compile(r"""hx-trigger\s*=\s*["'][^"']*\["""),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "a <style>": re.compile(r"<style[\s>]"),
}


def test_a_partial_renders_the_component_inside_it():
    """Guards the order of the loaders: the wrong one shows <c-avatar> as text, or does not find the partial."""
    html = get_template("ui/palette.html#hits").render(
        {"hits": [{"label": "Ana", "url": "/people/1", "face": "Ana Lima"}]}
    )
    assert "avatar" in html and ">AL<" in html
    assert "<c-" not in html and "r-palette-box" not in html


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_keep_to_the_content_security_policy(path):
    text = path.read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []
    assert text.count("\n") <= 150


def test_every_icon_that_is_used_is_named_in_the_list():
    used = set()
    for path in TEMPLATES:
        used |= {a or b for a, b in ICON_IN_TEMPLATE.findall(path.read_text(encoding="utf-8"))}
    for path in ROOT.rglob("*.py"):
        if "tests" not in path.parts:
            used |= set(ICON_IN_PYTHON.findall(path.read_text(encoding="utf-8")))
    assert used - ui.ICONS == set()


def test_the_sprite_has_every_listed_icon_and_refuses_unknown_ones(tmp_path):
    (tmp_path / "user.svg").write_text('<svg width="24">\n <path d="M1 1" />\n</svg>')
    assert assets.sprite(["user"], tmp_path).count("<symbol") == 1
    with pytest.raises(assets.AssetsFailed, match="'nope'"):
        assets.sprite(["nope"], tmp_path)


def test_an_unknown_icon_does_not_break_the_page(caplog):
    assert "#circle" in ui.icon("no-such-icon")
    assert "no-such-icon" in caplog.text


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana María de Souza", "AS"),
        ("Björn", "B"),
        ("Dr. Åsa Öberg", "ÅÖ"),
        ("", "?"),
        (None, "?"),
        ("3M", "3"),
        ("محمد علي", "مع"),
        ("  <b> ", "<"),
    ],
)
def test_initials(name, letters):
    assert ui.initials(name) == letters


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Stuhlwerk Nord GmbH", "SN"),
        ("Acme Ltd", "A"),
        ("Ltd", "L"),
        ("3M", "3"),
        ("", "?"),
        ("Huta Śląska Sp. z o.o.", "HŚ"),
    ],
)
def test_an_organisation_is_known_by_its_first_two_words(name, letters):
    assert ui.emblem(name) == letters


def test_the_tint_of_a_name_never_changes():
    assert [ui.tint(n) for n in ("Ana", "Ben", "")] == [ui.tint(n) for n in ("Ana", "Ben", "")]
    assert ui.tint("Acme") == "tint-2"


@pytest.mark.parametrize(
    ("language", "given", "text"),
    [
        ("en-gb", (1200, "EUR"), "€1,200.00"),
        ("de", (1200, "EUR"), "1.200,00\xa0€"),
        ("en-gb", (1200, "JPY"), "JP¥1,200"),
        ("en-gb", (33000, "SEK"), "SEK\u00a033,000.00"),
        ("en-gb", (-33000, "USD"), "-US$33,000.00"),
        ("de", (33000, "SEK"), "33.000,00\u00a0SEK"),
        ("en-gb", ("12.5", ""), "12.5"),
        ("en-gb", (5, "ZZZ"), "ZZZ\u00a05.00"),
        ("en-gb", (None, "EUR"), ""),
        ("en-gb", ("", "EUR"), ""),
        ("en-gb", ("not a number", "EUR"), ""),
    ],
)
def test_money_is_written_as_the_reader_expects(language, given, text):
    with translation.override(language):
        assert ui.money(*given) == text


def test_short_money_for_cards():
    with translation.override("en-gb"):
        assert ui.money("1234.56", "EUR", short=True) == "€1,235"
        assert ui.money("10005534", "USD", short=True) == "US$10M"
        assert ui.money("999960", "EUR", short=True) == "€1M"
    with translation.override("de"):
        assert ui.money("105414.615", "EUR", short=True) == "105.415\xa0€"
        assert ui.money("1100000", "EUR", short=True) == "1,1\xa0Mio.\xa0€"


def test_components_escape_what_they_are_given():
    engine = engines["django"]
    html = engine.from_string("<c-button label='{{ bad }}' />{{ bad|initials }}").render({"bad": "<script>"})
    assert "<script" not in html
