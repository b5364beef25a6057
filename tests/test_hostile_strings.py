"""Texts that would like to be more than text stand as text everywhere: nothing is run, no page is broken by them."""

import csv
import io
import os

import pytest
from django.test import Client

from rapport.kit.tables.neutral import DANGEROUS, restore
from rapport.records import fields as f
from rapport.records import registry
from rapport.records.testing.cast import make_cast
from tests.hostile.furniture import furnish_house
from tests.hostile.places import everywhere
from tests.hostile.strings import HOSTILE, NUL, SOME, as_kept, furnish
from tests.hostile.world import recipes

# bin/hostile-requests opens every address with every text; the tests open some of each kind.
EVERY = os.environ.get("RAPPORT_HOSTILE") == "all"
# Counts what runs: a call, a dialog, and any element of ours that came out of a text.
COUNTING = """
window.ran = 0;
window.hacked = () => { window.ran += 1; console.error('a text was run'); };
window.alert = window.confirm = window.prompt = window.hacked;
"""
# Measured in the second frame, because the first may still be drawn as wide as before.
LOOKED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done({
  ran: window.ran,
  // A part that is opened by itself has no styles: what would hold it is the page around it.
  wide: document.styleSheets.length && document.documentElement.scrollWidth - document.documentElement.clientWidth,
  made: [...document.querySelectorAll('script:not([src]):not([type="application/json"]), [onerror], [onload],'
    + ' [onmouseover], [onfocus], a[href^="javascript:"], a[href^="data:"]')].map(e => e.outerHTML.slice(0, 200)),
}))))"""


@pytest.mark.django_db
def test_every_text_field_keeps_a_hostile_text_as_it_is_or_names_itself():
    cast = make_cast()
    kept = refused = 0
    for case in recipes(cast):
        pk = case.make()
        for name, one in case.writable.items():
            if not isinstance(one, f.Text | f.LongText):
                continue
            for kind, text in [
                *((kind, HOSTILE[kind]) for kind in (HOSTILE if EVERY else (*SOME, "lines"))),
                ("nul", NUL),
            ]:
                answer = case.call(case.writer, "PATCH", f"/{pk}", {name: text})
                told = (case.entity, name, kind, answer)
                if answer.status == 200:
                    plain = type(one) in (f.Text, f.LongText)
                    assert not plain or answer.json[name] == as_kept(one, text), told
                    kept += 1
                else:
                    assert answer.status == 422 and answer.blamed == {name}, told
                    refused += 1
                assert kind != "nul" or answer.status == 422, told
                too_long = len(text.strip()) > one.longest
                assert not too_long or answer.status == 422, told
    assert kept > 150 and refused > 80, (kept, refused)


@pytest.mark.django_db
def test_an_exported_file_runs_nothing_in_a_spreadsheet_and_loses_nothing():
    cast = make_cast()
    made = furnish(cast)
    adam = Client()
    adam.force_login(cast.adam)
    seen = 0
    for entity in made.ids:
        record = registry.get(entity)
        texts = [
            name for name, one in record.fields_for().items() if type(one) in (f.Text, f.LongText) and one.listable
        ]
        if not texts or not record.lists.names:
            continue
        answer = adam.get(f"/{entity}/export.csv", {"fields": ",".join(texts)})
        content = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(content, newline="")))
        # Also cut where it should not be cut, as a spreadsheet of another country does.
        for row in [
            *rows,
            *(row for sign in ";\t|" for row in csv.reader(io.StringIO(content, newline=""), delimiter=sign)),
        ]:
            for cell in row:
                assert cell[:1] not in DANGEROUS, (entity, cell[:60])
        for name in texts:
            stored = {
                one[name]
                for one in cast.call("adam", "GET", f"/{entity}", query={"fields": name, "limit": 200}).json["items"]
            }
            place = rows[0].index(name)
            given = {restore(row[place]) for row in rows[1:]}
            assert {text.replace("\r\n", "\n") for text in stored} <= {text.replace("\r\n", "\n") for text in given}, (
                entity,
                name,
            )
            seen += len(stored & set(HOSTILE.values()))
    assert seen > 20 and made.kept > 300


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(7200 if EVERY else 300)
def test_no_text_is_run_and_none_widens_a_page(browse):
    cast = make_cast()
    rows = furnish(cast, HOSTILE if EVERY else SOME)
    more = furnish_house(cast, rows)
    adam = Client()
    adam.force_login(cast.adam)
    page = browse(signed_in=adam)
    page.add_init_script(COUNTING)
    page.expected = ["404", "400 (Bad Request)", "405", "403", "422"]
    wrong, seen = [], 0
    for address in dict.fromkeys([*more, *everywhere(rows.ids, every=EVERY)]):
        answer = page.goto(address, wait_until="load")
        seen += 1
        if answer.status >= 500:
            wrong.append((address[:120], answer.status))
        found = page.evaluate(LOOKED)
        if found["ran"] or found["made"] or found["wide"] > 0:
            wrong.append((address[:120], found))
    print(f"{seen} addresses, {rows.kept} values kept, {rows.refused} refused by name")  # noqa: T201
    assert wrong == []
    assert seen > 60


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_watch_in_the_browser_notices_what_it_should(browse):
    """Control: what a page would be that wrote a text into itself as it came."""
    cast = make_cast()
    adam = Client()
    adam.force_login(cast.adam)
    page = browse(signed_in=adam)
    page.add_init_script(COUNTING)
    page.expected = ["Content Security Policy", "404"]
    page.goto("/tags")
    assert page.evaluate(LOOKED) == {"ran": 0, "wide": 0, "made": []}
    page.evaluate("text => { document.querySelector('main').innerHTML = text; }", HOSTILE["script"])
    assert page.evaluate(LOOKED)["made"]
    assert any("Content Security Policy" in text for text in page.complaints)
    page.evaluate("""() => {
      const wide = document.createElement('div');
      wide.textContent = 'x'; wide.style.width = '9000px'; document.body.append(wide);
    }""")
    assert page.evaluate(LOOKED)["wide"] > 0
