"""No text from outside becomes a part of a statement: every filter, sort, search, body and import, times every payload."""

import os

import pytest
from django.db import connection

from rapport.platform.access.gate import Rule
from rapport.records import registry
from rapport.records.read import Reader
from rapport.records.testing.cast import make_cast
from tests.hostile import table
from tests.hostile.injections import MARK, PAYLOADS, POLYGLOTS, RAN, watched
from tests.hostile.world import populate, recipes

# bin/hostile-requests tries every payload everywhere; the tests try all of them where it costs little.
EVERY = os.environ.get("RAPPORT_HOSTILE") == "all"
SOME = PAYLOADS if EVERY else POLYGLOTS[:1]
SHOWN = [record.entity for record in registry.all_records()] if EVERY else ["people"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(14_400 if EVERY else 300)]


@pytest.fixture
def cast():
    return make_cast()


def told(what, cells):
    print(f"injections: {what}: {cells} cells")  # noqa: T201


def test_every_field_and_operator(cast):
    with watched() as seen:
        cells = 0
        for record in registry.all_records():
            cells += table.conditions(cast, record, PAYLOADS if EVERY else SOME, 5 if EVERY else 2)
            cells += table.filters(cast, record, POLYGLOTS if EVERY else SOME, spread=not EVERY)
    told("conditions", cells)
    assert cells > 40_000 and seen.statements > 300


def test_every_parameter_of_lists_and_totals(cast):
    ids = populate(cast)
    with watched():
        records = registry.all_records()
        told("lists", sum(table.lists(cast, one, SOME, ids[one.entity][0], spread=not EVERY) for one in records))


def test_every_body(cast):
    cells = 0
    with watched():
        for case in recipes(cast):
            pk, values = case.make(), case.values(77)
            cells += sum(table.whole_bodies(cast, case.record, payload, pk, values) for payload in SOME)
            cells += table.bodies(cast, case.record, PAYLOADS, pk, values) if EVERY else 0
    told("bodies", cells)


def test_every_page(cast):
    ids = populate(cast)
    with watched():
        cells, names = table.pages(cast, ids, POLYGLOTS if EVERY else SOME, SHOWN)
    told(f"pages ({len(names)} names of parameters)", cells)
    assert {
        "filter",
        "sort",
        "q",
        "columns",
        "group",
        "calculations",
        "view",
        "after",
        "span",
        "email",
        "entity",
    } <= names


def test_every_header_and_cookie(cast):
    with watched():
        told("headers", table.headers(cast, PAYLOADS if EVERY else POLYGLOTS))


def test_every_mapping_header_and_cell_of_imports(cast):
    records = [r for r in registry.all_records() if EVERY or r.entity in ("people", "deals", "tasks", "tags")]
    with watched():
        told("imports", sum(table.imports(cast, record, PAYLOADS if EVERY else POLYGLOTS) for record in records))


def test_the_watch_notices_text_that_gets_into_a_statement(cast, monkeypatch):
    """Control: a search that writes the words into its SQL, as long as they do no harm yet."""
    monkeypatch.setattr(Reader, "matching", lambda _self, q: Rule(f"'{q}' <> ''"))
    with pytest.raises(AssertionError, match="outside their parameters"), watched():
        cast.call("adam", "GET", "/people", query={"q": MARK})


@pytest.mark.parametrize("harm", [f"SELECT {RAN}", f"UPDATE {MARK}_canary SET state = 'dead'"])
def test_the_watch_notices_what_was_run(cast, harm):
    """Control: what a payload would do."""
    with pytest.raises(AssertionError, match=r"was run|is gone"), watched() as seen:
        with connection.cursor() as cursor:
            cursor.execute(harm)
        seen.leaks.clear()
