"""Files in S3: kept, shown, drawn anew, cleared away; and what people are told when the bucket is out of reach."""

import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from rapport.config.file_store import file_store
from rapport.platform.files.clearing import clear_unheld
from rapport.platform.files.models import File
from rapport.platform.files.store import StoreAway, blob_path, drop_blob, keep, open_blob, probe
from rapport.platform.identity.models import User
from rapport.platform.identity.tokens import make_token
from tests.database import ROOT
from tests.machines.s3 import Bucket, bucket_server


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    with bucket_server() as made:
        yield made


@pytest.fixture
def bucket(server: Bucket, settings: Any, db: None) -> Bucket:
    settings.STORAGES = settings.STORAGES | {"default": file_store(server.url, Path("/nonexistent"))}
    return server


@pytest.fixture
def away(settings: Any, server: Bucket, db: None) -> None:
    """A bucket at an address where nobody is."""
    url = "s3://uploads/rapport?endpoint=http%3A%2F%2F127.0.0.1%3A9&region=eu-west-1"
    settings.STORAGES = settings.STORAGES | {"default": file_store(url, Path("/nonexistent"))}


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(email="ana@halden.example", name="Ana Lima", role="administrator")


@pytest.fixture
def program(ana: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(ana, name='test')}"})


@pytest.fixture
def browser(ana: User) -> Client:
    made = Client()
    made.force_login(ana, backend="rapport.platform.identity.backends.EmailBackend")
    return made


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (600, 400), (200, 30, 60)).save(target, "JPEG")
    return target.getvalue()


def test_content_lies_once_under_its_digest_below_the_prefix(bucket):
    content = b"the same content" * 100_000  # more than is kept in memory
    first, second = (keep([content], name, viewer=None) for name in ("a.txt", "b.txt"))
    assert bucket.contents()[f"rapport/{blob_path(first.sha256)}"] == content
    assert first.sha256 == second.sha256
    with open_blob(second) as blob:
        assert blob.read() == content
    default_storage.save(blob_path(first.sha256), io.BytesIO(b"torn"))
    keep([content], "c.txt", viewer=None)
    with open_blob(first) as blob:
        assert blob.read() == content, "torn content was not written again"


def test_content_is_dropped_when_nothing_names_it(bucket):
    file = keep([b"to be dropped"], "a.txt", viewer=None)
    key = f"rapport/{blob_path(file.sha256)}"
    assert drop_blob(file.sha256) is False
    assert key in bucket.contents()
    File.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert clear_unheld() == 1
    assert key not in bucket.contents()
    with pytest.raises(FileNotFoundError):
        open_blob(file)


def test_uploads_and_photos_go_round(bucket, program, browser):
    made = program.post("/api/v1/files", {"file": SimpleUploadedFile("a.jpg", photo(), "image/jpeg")})
    assert made.status_code == 201, made.content
    given = program.get(f"/api/v1/files/{made.json()['id']}/content")
    assert b"".join(given.streaming_content) == photo()
    values = {"last_name": "Quillfeather", "photo": made.json()["id"]}
    person = program.post("/api/v1/people", json.dumps(values), content_type="application/json").json()
    shown = browser.get(person["photo"]["url"])
    assert (shown.status_code, shown.headers["Content-Type"], shown.content[8:12]) == (200, "image/webp", b"WEBP")
    assert browser.get(person["photo"]["url"], headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304


def test_a_bucket_out_of_reach_is_said_and_nothing_is_half_kept(away, program, browser, ana):
    with pytest.raises(StoreAway):
        keep([b"x"], "a.txt", viewer=None)
    answer = program.post("/api/v1/files", {"file": SimpleUploadedFile("a.txt", b"some text")})
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert "file store cannot be reached" in answer.json()["title"]
    assert not File.objects.exists()

    file = File.objects.create(sha256="0" * 64, name="a.txt", size=3, mime="text/plain", created_by=ana)
    assert program.get(f"/api/v1/files/{file.pk}/content").status_code == 503
    page = browser.get(file.url)
    assert page.status_code == 503
    assert "file store cannot be reached" in page.content.decode()
    health = browser.get("/settings/health").content.decode()
    assert "s3://uploads/rapport: Could not connect" in health
    assert File.objects.filter(pk=file.pk).exists()


def test_a_form_whose_upload_found_no_store_keeps_what_was_typed(away, program, browser):
    person = program.post("/api/v1/people", json.dumps({"last_name": "Loom"}), content_type="application/json").json()

    def sent() -> dict[str, SimpleUploadedFile]:
        return {"photo": SimpleUploadedFile("a.jpg", photo(), "image/jpeg")}

    plain = browser.post(f"/people/{person['id']}/cells/photo", sent())
    assert plain.status_code == 503
    toast = browser.post(f"/people/{person['id']}/cells/photo", sent(), headers={"HX-Request": "true"})
    assert toast.status_code == 200
    assert "file store cannot be reached" in toast.content.decode()
    assert "<form" not in toast.content.decode(), "the editor stays as it is"


def test_a_bucket_that_is_not_there_is_no_lost_content(server, settings, db):
    settings.STORAGES = settings.STORAGES | {
        "default": file_store(server.url.replace(server.name, "nowhere"), Path("/x"))
    }
    with pytest.raises(StoreAway):
        probe()
    with pytest.raises(StoreAway):
        keep([b"x"], "a.txt", viewer=None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("s3://", "s3://bucket"),
        ("s3://key:secret@uploads", "AWS_ACCESS_KEY_ID"),
        ("s3://uploads?endpont=http://x", "'endpont' is none of endpoint"),
    ],
)
def test_a_wrong_setting_is_named(given, said):
    with pytest.raises(ImproperlyConfigured, match="RAPPORT_FILES") as error:
        file_store(given, Path("/nonexistent"))
    assert said in str(error.value)


def test_the_client_of_s3_is_loaded_only_where_it_is_used():
    """It would cost every process 20 MB: one module knows it, and only a setting names that module."""
    wanted = re.compile(r"^\s*(from|import) (boto3|botocore|storages|rapport\.platform\.files\.bucket)\b", re.MULTILINE)
    sources = [path for path in (ROOT / "rapport").rglob("*.py") if wanted.search(path.read_text())]
    assert [path.name for path in sources] == ["bucket.py"]
    assert file_store("", Path("/home"))["BACKEND"] == "rapport.platform.files.storage.DirectoryStorage"
