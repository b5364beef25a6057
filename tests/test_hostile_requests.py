"""What comes in addresses: injections, impossible values, forged cursors, any JSON at all. Never a crash, never slow."""

import gc
import json
import time
from datetime import date

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.kit import cursor as cursors
from rapport.kit.condition import OPERATORS
from rapport.records import registry, write
from rapport.records.fields import Number, Text
from rapport.records.testing.cast import make_cast
from rapport.records.testing.silence import silence

pytestmark = pytest.mark.django_db

INJECTIONS = [
    "'", '"', "';", "' OR '1'='1", "1; DROP TABLE customers_person", "name; SELECT pg_sleep(5)--", "name desc, (SELECT 1)",
    "pg_sleep(5)", "') OR pg_sleep(5) IS NULL--", "name'||(SELECT password FROM identity_user LIMIT 1)||'", "t.id", "id",
    "%", "%s", "%(x)s", "%%", "{}", "{0.__class__}", "${7*7}", "\\", "\\'", "--", "/*", "*/", "\x00", "\x1f", "\ufffd", "\u202e",
    "name.name", "organisation.", ".name", "organisation.owner.password", "owner.password", "created_by.session_epoch", "__class__",
    "organisation__name", "-", "--name", "-,-", ",,,,", "name,name,name,name,name", "search_text", "version", "deleted_at", "é" * 500,
    "a" * 10_000, "👩‍👩‍👧", "null", "true", "NaN", "1e309", "0x10", "-1", "²", "٣", "[]", '{"$ne": 1}', "../../etc/passwd", "\r\nX: y",
]  # fmt: skip
PARAMETERS = ["limit", "after", "sort", "filter", "fields", "count", "q", "include", "nonsense", "__proto__"]


@pytest.fixture
def cast():
    cast = make_cast()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '4s'")
    for name in ("Ida Quill", "Pat Feather"):
        write.create(registry.get("people"), {"name": name}, viewer=cast.viewer("ana"))
    return cast


def swift(cast, path, query, who="adam", method="GET", body=None):
    """Calls and checks what every answer must be: JSON, no crash, under a second of work on a busy machine too."""
    gc.disable()  # a process full of tests takes a second to look through everything that they left, and not for us
    try:
        began = time.thread_time()
        answer = cast.call(who, method, path, body, query=query)
        took = time.thread_time() - began
    finally:
        gc.enable()
    assert answer.status in (200, 400, 403, 404, 405, 422), (path, query, answer)
    assert took < 1, (path, query, took)
    if answer.status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json["title"]
    return answer


def test_no_parameter_takes_sql(cast, path="/people"):
    with silence():
        for name in PARAMETERS:
            for value in INJECTIONS:
                answer = swift(cast, path, {name: value})
                if name in ("nonsense", "__proto__"):
                    assert (answer.status, answer.blamed) == (422, {name})


def test_no_condition_takes_sql(cast):
    with silence():
        for value in INJECTIONS:
            for field, op in (
                ("name", "contains"), ("name", "any_of"), ("created_at", "within"), ("created_at", "before"), ("owner", "is"),
                ("gender", "is"), ("emails", "is"), ("name", value), (value, "is"),
            ):  # fmt: skip
                leaf = {"field": field, "op": op, "value": [value] if op == "any_of" else value}
                swift(cast, "/people", {"filter": json.dumps(leaf)})


def test_no_parameter_of_one_record_or_of_the_search_takes_sql(cast):
    pk = cast.call("adam", "GET", "/people").json["items"][0]["id"]
    with silence():
        for value in INJECTIONS:
            for name in ("fields", "include", "nonsense"):
                swift(cast, f"/people/{pk}", {name: value})
            for name in ("q", "entity", "limit", "nonsense"):
                swift(cast, "/search", {"q": "quill", name: value})


def test_limits_are_limits(cast):
    for limit in ("0", "-1", "201", "1000", "9" * 5000, "0001" + "0" * 5000, "1.0", "1e2", " 5", "²", "٣", "", "5;"):
        answer = swift(cast, "/people", {"limit": limit})
        assert (answer.status, answer.blamed) == (422, {"limit"}), limit
    for limit in ("1", "200"):
        assert swift(cast, "/people", {"limit": limit}).status == 200


def test_forged_cursors_are_refused(cast):
    spec = "people:name"
    good = cast.call("ana", "GET", "/people", query={"sort": "name", "limit": 1}).json["next"]
    assert good and cast.call("ana", "GET", "/people", query={"sort": "name", "after": good}).status == 200
    forged = [
        cursors.encode(values, spec)
        for values in ([1, 2], [None, None], [date(2026, 1, 1), 1], ["x", "y"], ["x", 10**30], [])
    ]
    for after in [*forged, good[:-2], good + "A", good[::-1], "A" * 20_000, "é", "=", "%00"]:
        answer = swift(cast, "/people", {"sort": "name", "after": after})
        assert (answer.status, answer.blamed) == (422, {"after"}), after
    assert swift(cast, "/people", {"sort": "-name", "after": good}).blamed == {"after"}
    assert swift(cast, "/organisations", {"sort": "name", "after": good}).blamed == {"after"}


ANY_TEXT = st.text(st.characters(codec=None), max_size=12)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    ANY_TEXT,
    st.sampled_from(["", "\x00", "\ud800", "2026-02-30", "me", "today", "²"]),
)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(ANY_TEXT, SCALARS, max_size=2))
OPS = sorted({op for table in OPERATORS.values() for op in table})


def _leaves(entity):
    record = registry.get(entity)
    names = [*record.fields_for(), "organisation.name", "owner.email", "nonsense", "id"]
    return st.fixed_dictionaries(
        {"field": st.sampled_from(names), "op": st.sampled_from(OPS)}, optional={"value": VALUES, "extra": SCALARS}
    )


def _trees(entity):
    return st.recursive(
        _leaves(entity) | VALUES,
        lambda inner: st.one_of(
            st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
            st.fixed_dictionaries({"any": st.lists(inner, max_size=3)}),
            st.fixed_dictionaries({"not": inner}),
        ),
        max_leaves=6,
    )


@pytest.mark.parametrize("entity", ["people", "deals", "users"])
def test_any_json_is_a_filter_or_a_clear_refusal(cast, entity):
    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(tree=_trees(entity))
    def run(tree):
        swift(cast, f"/{entity}", {"filter": json.dumps(tree)})

    run()


def test_deep_and_wide_filters_are_refused(cast):
    leaf = {"field": "name", "op": "is", "value": "x"}
    deep = leaf
    for _level in range(50):
        deep = {"not": deep}
    for tree in (deep, {"all": [leaf] * 500}, {"field": "name", "op": "any_of", "value": ["x"] * 5000}):
        answer = swift(cast, "/people", {"filter": json.dumps(tree)})
        assert (answer.status, answer.blamed) == (422, {"filter"}), answer
    assert swift(cast, "/people", {"filter": "[" * 100_000}).blamed == {"filter"}


def test_no_text_or_number_is_longer_than_its_column():
    """What a field lets through, the database must be able to keep."""
    for record in registry.all_records():
        columns = {field.column: field for field in record.model._meta.concrete_fields}
        for one in record.fields_for().values():
            column = columns.get(one.column)
            if isinstance(one, Text) and not one.readonly and getattr(column, "max_length", None):
                assert one.longest <= column.max_length, (record.entity, one.name)
            if isinstance(one, Number) and not one.readonly:
                assert one.places <= column.decimal_places, (record.entity, one.name)


def test_numbers_too_large_for_their_column_are_refused(cast):
    deal = write.create(registry.get("deals"), {"name": "Looms"}, viewer=cast.viewer("ana"))
    line = cast.call("ana", "POST", "/deal-lines", {"deal": deal, "price": 1}).json["id"]
    pipeline = cast.call("adam", "GET", "/pipelines").json["items"][0]["id"]
    with silence():
        for who, method, path, body in (
            ("ana", "PATCH", f"/deal-lines/{line}", {"quantity": 10**14}),
            ("ana", "PATCH", f"/deal-lines/{line}", {"quantity": "-99999999999999"}),
            ("ana", "PATCH", f"/deal-lines/{line}", {"position": 2**31}),
            ("ana", "PATCH", f"/deal-lines/{line}", {"price": 10**17}),
            ("ana", "PATCH", f"/deals/{deal}", {"amount": "1e40"}),
            ("adam", "POST", "/rates", {"currency": "USD", "starts_on": "2026-01-01", "rate": 10**12}),
            ("adam", "POST", "/rates", {"currency": "USD", "starts_on": "2026-01-01", "rate": 0}),
            ("adam", "POST", "/rates", {"currency": "USD", "starts_on": "2026-01-01", "rate": "0.000000001"}),
            ("adam", "POST", "/rates", {"currency": "no money", "starts_on": "2026-01-01", "rate": 1}),
            ("adam", "POST", "/stages", {"name": "x", "pipeline": pipeline, "probability": 101}),
        ):
            answer = cast.call(who, method, path, body)
            assert answer.status == 422 and answer.blamed <= set(body), (body, answer)


def test_a_user_cannot_be_given_a_place_or_language_that_there_is_not(cast):
    with silence():
        for body in ({"time_zone": "Mars/Olympus"}, {"time_zone": "../etc/passwd"}, {"language": "klingon"}):
            answer = cast.call("adam", "PATCH", f"/users/{cast.ana.pk}", body)
            assert (answer.status, answer.blamed) == (422, set(body)), answer
    assert (
        cast.call("adam", "PATCH", f"/users/{cast.ana.pk}", {"time_zone": "Europe/Berlin", "language": "de"}).status
        == 200
    )
    assert cast.call("ana", "GET", "/people").status == 200


def test_the_palette_tells_nobody_anything(cast, client):
    assert "Quill" not in client.get("/palette?q=quill").content.decode()
