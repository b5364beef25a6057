"""Requests as no browser of ours sends them: numbers that are none, addresses that are none, bodies that lie. Never a crash."""

import io
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from rapport.records import registry
from rapport.records.importing import steps
from rapport.records.testing.cast import make_cast
from tests.hostile.injections import MARK
from tests.hostile.table import csv_of
from tests.hostile.world import populate

pytestmark = pytest.mark.django_db

# The second looks like a digit to Python, the third is more than a number may have.
NO_NUMBERS = ("²", "٣", "9" * 5000, "-1", "1e3", "\x00")
NO_ADDRESSES = ("http://[::1", "//[", "javascript:x", "%ff", "\x00", "http://evil.example/deals/1")
ELSEWHERE = (
    "//evil.example", "https:evil.example", "\\\\evil.example", "/\\evil.example", "///evil.example", "http:///evil.example",
    "/\t/evil.example", "javascript:alert(1)", "https://testserver.evil.example/", "//[", "/\r\nX: y",
)  # fmt: skip
BODIES = (
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"x"),
    ("multipart/form-data; boundary=a", b'--a\r\nContent-Disposition: form-data; name="\x00"\r\n\r\n\x00\r\n--a--\r\n'),
    ("multipart/form-data; boundary=a",
     b'--a\r\nContent-Disposition: form-data; name="file"; filename="../a\r\nX: y"\r\n\r\n\r\n--a--\r\n'),
    ("multipart/form-data; boundary=a",
     b"--a\r\nContent-Disposition: form-data; name=\"file\"; filename*=utf-16''%ff%fe\r\n\r\nx\r\n--a--\r\n"),
    ("application/x-www-form-urlencoded; charset=bogus", b"name=x"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"name=x"),
    ("application/x-www-form-urlencoded", b"last_name=%ff&last_name=%00&name=%ED%A0%80"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % i for i in range(20_500))),
    ("application/json; charset=bogus", b"{}"),
    ("text/xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
)  # fmt: skip
NO_VALUES = (
    b'{"name":' + b"9" * 5000 + b"}", b'{"name":1e999}', b'{"name":"a","name":"b"}', b'{"name":"\\ud800"}',
    '{"name":"x"}'.encode("utf-16"), b'{"name":"x","owner":{"id":18446744073709551615}}',
    b'{"name":"x","owner":-9223372036854775809}', b'{"name":"x","tags":[9223372036854775808]}',
    b'{"name":"x","tags":[{}]}', b'{"name":"x","tags":[' + b"1," * 5_000 + b"1]}",
    b'{"name":"x","emails":' + b"[" * 900 + b"]" * 900 + b"}", b'{"name":"x","phones":[{"number":1e400}]}',
)  # fmt: skip


@pytest.fixture
def house():
    cast = make_cast()
    return cast, populate(cast)


def asker(cast):
    """Asks as the administrator; tells what must not be."""
    client = Client(raise_request_exception=False)
    client.force_login(cast.adam)
    wrong = []

    def ask(method, path, data=b"", kind="application/x-www-form-urlencoded", **headers):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if path.startswith("/api"):
            given |= {"Authorization": f"Bearer {cast.tokens['adam']}"}
        with transaction.atomic():
            response = client.generic(method, path, data, kind, headers=given)
            transaction.set_rollback(True)
        if response.status_code >= 500 or any("evil" in value for value in response.headers.values()):
            wrong.append((method, path[:100], data[:80], kind[:60], str(headers)[:100], response.status_code))
        return response

    return ask, wrong


def test_what_is_no_number_is_none(house):
    cast, ids = house
    ask, wrong = asker(cast)
    people, table = registry.get("people"), io.BytesIO(csv_of(["name"], [[MARK]]))
    run = steps.upload(people, "a.csv", table, viewer=cast.viewer("adam"))
    person = ids["people"][0]
    for text in NO_NUMBERS:
        said = quote(text)
        for path in (
            f"/people/sort?do=drop:{said}", f"/people/sort?do=up:{said}&by=name&way=up", f"/deals/new?organisation={said}",
            f"/people/new?photo={said}", f"/people?limit={said}&rows={said}&more={said}", f"/people/{said}", f"/undo/{said}",
            f"/people/filter?field=created_at&op=within&value=last&number={said}&unit=days", f"/files/{said}/x",
            f"/calendar?span=day&day={said}", f"/people/new?from=/people/{said}", f"/api/v1/people/{said}",
            f"/people/{person}/timeline?before={said}", f"/history?before={said}", f"/people/export.csv?ids={said}",
        ):  # fmt: skip
            ask("GET", path)
        ask(
            "POST",
            "/people/new",
            f"last_name=A&emails-{said}-address=a@b.example&organisation={said}&photo={said}".encode(),
        )
        ask(
            "POST", f"/imports/{run.pk}/answers", f"{said}|owner|x={said}&1|owner|x={said}&{said}|owner=create".encode()
        )
        ask("POST", f"/imports/{run.pk}/columns", f"1|column|name=emails.{said}&column-0=emails.{said}".encode())
        if text != "\x00":
            ask("PATCH", f"/api/v1/people/{person}", b'{"job_title":"x"}', "application/json", If_Match=text)
            ask("POST", "/api/v1/people", b'{"name":"x"}', "application/json", Idempotency_Key=text)
    ask("POST", "/api/v1/people", b'{"name":"x"}', "application/json", Idempotency_Key="\x00")
    assert wrong == []


def test_what_is_no_address_leads_nowhere(house):
    cast, ids = house
    ask, wrong = asker(cast)
    for text in NO_ADDRESSES:
        for method, path, data in (
            ("GET", "/people", b""), ("GET", "/people/new", b""), ("POST", "/people/new", b"last_name=x"),
            ("GET", "/sign-in?next=/people", b""), ("POST", f"/deals/{ids['deals'][0]}/do/win", b""),
            ("POST", f"/people/{ids['people'][0]}/delete", b""),
        ):  # fmt: skip
            ask(method, path, data, HX_Request="true", HX_Current_URL=text, Referer=text)
        ask("GET", f"/people/new?from={quote(text)}")
    for text in ELSEWHERE:
        ask("GET", f"/sign-in?next={quote(text)}")
        cast.adam.set_password("a password of Adam")
        cast.adam.save()
        visitor = Client(raise_request_exception=False)
        given = {"email": cast.adam.email, "password": "a password of Adam", "next": text}
        response = visitor.post(f"/sign-in?next={quote(text)}", given)
        assert response.status_code == 302 and response.headers["Location"].startswith("/"), text
        assert response.headers["Location"][1:2] not in ("/", "\\") and "\n" not in response.headers["Location"], text
    assert wrong == []


def test_a_body_that_lies_is_refused(house):
    cast, ids = house
    ask, wrong = asker(cast)
    person = ids["people"][0]
    for path in (
        "/people/new", f"/people/{person}/cells/last_name", "/imports/new", "/settings/you", "/api/v1/people", "/api/v1/files",
        "/people/views", "/people/many/edit", "/sign-in",
    ):  # fmt: skip
        for kind, data in BODIES:
            ask("POST", path, data, kind)
    for data in NO_VALUES:
        for method, path in (
            ("POST", ""), ("PATCH", f"/{person}"), ("POST", "/bulk"), ("POST", "/duplicates"),
        ):  # fmt: skip
            assert ask(method, f"/api/v1/people{path}", data, "application/json").status_code != 500
        whole = b'{"ids":[%d],"values":' % person + data + b"}"
        ask("POST", "/api/v1/people/bulk", whole, "application/json")
        ask("POST", "/api/v1/people/bulk", b'{"filter":' + data + b',"values":{"job_title":"x"}}', "application/json")
    assert wrong == []


def test_what_comes_beside_the_address_breaks_nothing(house):
    ask, wrong = asker(house[0])
    for name, text in (
        ("Host", "a b"), ("Host", "[::1"), ("Host", "x" * 300), ("X-Forwarded-Host", "evil.example"),
        ("X-HTTP-Method-Override", "DELETE"), ("Accept-Language", "x" * 9000), ("Accept-Language", "de;q=1e999,*;q=x"),
        ("Accept-Language", "../../etc/passwd"), ("If-Modified-Since", "garbage"), ("If-None-Match", '"' * 9000),
        ("Range", "bytes=5-1,0-99999999999999999999"), ("Accept-Encoding", "gzip;q=x"), ("Cookie", "sessionid=" + "x" * 100_000),
        ("Cookie", "theme=<script>; messages=garbage; csrftoken=\"'"), ("Cookie", "messages=" + '["' * 9000), ("Origin", "null"),
        ("Authorization", "Bearer é"), ("Authorization", "Bearer " + "x" * 100_000), ("User-Agent", "x" * 70_000),
    ):  # fmt: skip
        for method, path in (
            ("GET", "/people"),
            ("GET", "/static/none.css"),
            ("POST", "/sign-in"),
            ("GET", "/api/v1/people"),
        ):
            ask(method, path, **{name: text})
    for path in (
        "//people", "//evil.example/people", "/people/%2e%2e/etc", "/files/1/../../etc/passwd", "/files/1/%2e%2e%2fetc%2fpasswd",
        "/static/../rapport/config/settings.py", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/%00", "/%ff", "/%00",
        "/people?q=%ED%A0%80", "/people?sort=name&sort=%00", "/api/v1/people?limit=1&limit=2", "/people?q=" + "a" * 100_000,
        "/api/v1/people?filter=" + quote('{"field":"created_at","op":"before","value":Infinity}'),
        "/api/v1/people?filter=" + quote('{"field":"name","op":"is","value":' + "9" * 5000 + "}"),
        "/people?" + "&".join(f"p{i}=1" for i in range(25_000)),
    ):  # fmt: skip
        for method in ("GET", "POST", "PUT", "OPTIONS", "HEAD", "PROPFIND"):
            response = ask(method, path)
            content = b"" if response.streaming else response.content
            assert b"root:" not in content and b"SECRET_KEY" not in content, path
    assert wrong == []
