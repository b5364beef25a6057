"""A person's photo: uploaded in the form or through the API, seen by who may see the person."""

import io
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from rapport.customers.models import Person
from rapport.platform.files.models import File
from rapport.records.testing.cast import Cast, make_cast


def photo(name: str = "ana.jpg") -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (500, 300), "teal").save(target, "JPEG")
    return SimpleUploadedFile(name, target.getvalue(), "text/html")


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def page(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def upload(cast: Cast, name: str, file: Any = None) -> Any:
    return cast.client.post(
        "/api/v1/files", {"file": file or photo()}, headers={"Authorization": f"Bearer {cast.tokens[name]}"}
    )


def person_with_photo(cast: Cast) -> dict[str, Any]:
    given = upload(cast, "ana").json()
    return cast.call("ana", "POST", "/people", {"last_name": "Weber", "photo": {"id": given["id"]}}).json


def test_api_upload_becomes_a_picture_of_the_person(cast):
    answer = upload(cast, "ana")
    assert answer.status_code == 201, answer.content
    given = answer.json()
    assert given["mime"] == "image/jpeg" and given["name"] == "ana.jpg"
    made = cast.call("ana", "POST", "/people", {"last_name": "Weber", "photo": given["id"]})
    assert made.status == 201
    shown = cast.call("ana", "GET", f"/people/{made.json['id']}").json["photo"]
    # What is held is not what was sent, but what we drew from it.
    assert shown["id"] != given["id"]
    got = page(cast, "ben").get(shown["url"])
    assert got.status_code == 200 and got.headers["Content-Type"] == "image/webp"
    assert got.headers["Content-Disposition"].startswith("inline")
    assert Image.open(io.BytesIO(got.content)).size == (256, 256)


def test_headers_keep_anything_from_running(cast):
    evil = SimpleUploadedFile("evil.html", b"<script>alert(1)</script>", "text/html")
    given = upload(cast, "ana", evil).json()
    got = page(cast, "ana").get(given["url"])
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["Content-Type"] == "text/plain"
    assert page(cast, "ana").get(given["url"], headers={"If-None-Match": got.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", ["عرض\u202e.pdf", "a\r\nX-Evil: 1.txt", "ß" * 250 + ".txt", "💡.txt", 'a";b.txt'])
def test_hostile_names_never_reach_a_path_or_a_header(cast, name):
    given = upload(cast, "ana", SimpleUploadedFile(name, b"text")).json()
    got = page(cast, "ana").get(given["url"])
    assert got.status_code == 200 and "X-Evil" not in got.headers
    assert b"".join(got.streaming_content) == b"text"


def test_a_stranger_never_gets_the_photo(cast):
    made = person_with_photo(cast)
    url, pk = made["photo"]["url"], made["photo"]["id"]
    for name, status in {"ana": 200, "ben": 200, "mia": 200, "rita": 200, "adam": 200, "cleo": 404}.items():
        assert page(cast, name).get(url).status_code == status, name
        assert cast.call(name, "GET", f"/files/{pk}").status == status, name
        assert cast.call(name, "GET", f"/files/{pk}/content").status == status, name
    assert Client().get(url).status_code == 302
    assert cast.call("nobody", "GET", f"/files/{pk}").status == 401


def test_a_stranger_cannot_take_somebody_elses_file_by_its_id(cast):
    made, loose = person_with_photo(cast), upload(cast, "ana").json()
    before = File.objects.count()
    for pk in (made["photo"]["id"], loose["id"]):
        answer = cast.call("cleo", "POST", "/people", {"last_name": "Thief", "photo": pk})
        assert answer.status == 422 and answer.blamed == {"photo"}
        assert page(cast, "cleo").get(f"/files/{pk}/x").status_code == 404
    assert File.objects.count() == before and not Person.objects.filter(last_name="Thief").exists()


def test_who_may_only_read_cannot_upload(cast):
    assert upload(cast, "rita").status_code == 403
    assert not File.objects.exists()


def test_upload_needs_a_file(cast):
    answer = cast.call("ana", "POST", "/files", b"{}")
    assert answer.status == 422 and answer.blamed == {"file"}


def test_the_form_takes_replaces_and_removes_a_photo(cast):
    client = page(cast, "ana")
    answer = client.post("/people/new", {"first_name": "Ida", "last_name": "Berg", "photo": photo()})
    assert answer.status_code == 302, answer.content
    person = Person.objects.get(last_name="Berg")
    first = person.photo_id
    assert first and f"/files/{first}/photo.webp" in client.get(f"/people/{person.pk}").content.decode()
    assert f"/files/{first}/photo.webp" in client.get("/people").content.decode()
    # Saved without choosing a file, it stays.
    client.post(f"/people/{person.pk}/cells/photo", {"photo": first})
    assert Person.objects.get(pk=person.pk).photo_id == first
    client.post(f"/people/{person.pk}/cells/photo", {"photo": [first, photo("new.jpg")]})
    second = Person.objects.get(pk=person.pk).photo_id
    assert second not in (None, first)
    refused = client.post(
        f"/people/{person.pk}/cells/photo", {"photo": [second, SimpleUploadedFile("x.jpg", b"no picture")]}
    )
    assert refused.status_code == 422 and b"no picture in JPEG" in refused.content
    assert Person.objects.get(pk=person.pk).photo_id == second
    client.post(f"/people/{person.pk}/cells/photo", {"photo": second, "photo-remove": "1"})
    assert Person.objects.get(pk=person.pk).photo_id is None


def test_filter_by_photo(cast):
    made = person_with_photo(cast)
    cast.call("ana", "POST", "/people", {"last_name": "Plain"})
    for op, names in (("is_filled", ["Weber"]), ("is_empty", ["Plain"])):
        found = cast.call(
            "ana", "GET", "/people", query={"filter": orjson.dumps({"field": "photo", "op": op}).decode()}
        )
        assert found.status == 200, found
        assert [p["last_name"] for p in found.json["items"]] == names
    assert made["photo"]["id"]
