"""Files on a record's page: who may add, see and fetch them, what is refused, what comes back, what is cleared away."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from rapport.platform.files.clearing import clear_unheld
from rapport.platform.files.models import File
from rapport.platform.files.store import keep, open_blob
from rapport.records import registry, write
from rapport.records.testing.cast import Cast, make_cast
from rapport.records.testing.silence import silence
from rapport.work.models import Attachment

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def person(cast: Cast) -> int:
    return write.create(registry.get("people"), {"name": "Pat Example"}, viewer=cast.viewer("ana"))


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def text(name: str = "offer.txt", content: bytes = b"Chairs, 40") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(name: str = "room.png") -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(target, "PNG")
    return SimpleUploadedFile(name, target.getvalue())


def attach(cast: Cast, person: int, *files: SimpleUploadedFile, client: Client | None = None):
    return (client or browser(cast, "ana")).post(
        f"/people/{person}/files", {"file": list(files)}, headers={"Accept": "application/json"}
    )


def test_several_at_once_are_listed_shown_in_the_history_and_fetched(cast, person):
    answer = attach(cast, person, text(), picture())
    assert answer.status_code == 201 and len(answer.json()["made"]) == 2
    page = browser(cast, "ben").get(f"/people/{person}").content.decode()
    assert "offer.txt" in page and "room.png" in page and "added a file" in page
    first = Attachment.objects.get(title="offer.txt")
    fetched = browser(cast, "ben").get(first.file.url)
    assert b"".join(fetched.streaming_content) == b"Chairs, 40"
    assert fetched["Content-Disposition"].startswith("attachment")


def test_an_image_has_a_preview_that_we_drew(cast, person):
    attach(cast, person, picture(), text("not-really.png", b"\x89PNG\r\n\x1a\nbroken"))
    drawn = Attachment.objects.get(title="room.png").preview
    assert drawn is not None and drawn.is_picture and drawn.mime == "image/webp"
    assert Attachment.objects.get(title="not-really.png").preview is None
    assert browser(cast, "ana").get(drawn.url)["Content-Type"] == "image/webp"


def test_a_stranger_finds_no_record_to_add_to_and_no_file(cast, person):
    cleo = browser(cast, "cleo")
    with silence():
        assert attach(cast, person, text(), client=cleo).status_code == 404
    assert not File.objects.exists()
    attach(cast, person, text())
    file = File.objects.get()
    assert browser(cast, "cleo").get(file.url).status_code == 404
    assert browser(cast, "cleo").get(f"/attachments/{Attachment.objects.get().pk}").status_code == 404
    assert Client().get(file.url).status_code == 302


def test_a_reader_adds_nothing(cast, person):
    rita = browser(cast, "rita")
    with silence():
        assert attach(cast, person, text(), client=rita).status_code == 403
    assert not File.objects.exists()


def test_what_is_too_large_is_named_and_the_others_are_kept(cast, person, settings):
    settings.LARGEST_FILE = 1000
    answer = attach(cast, person, text("small.txt"), text("large.txt", b"x" * 1001))
    assert answer.status_code == 201
    (refused,) = answer.json()["refused"]
    assert refused["name"] == "large.txt" and "larger" in refused["error"]
    assert [a.title for a in Attachment.objects.all()] == ["small.txt"]
    alone = attach(cast, person, text("large.txt", b"x" * 1001))
    assert alone.status_code == 422
    assert attach(cast, person).status_code in (400, 422)


def test_it_is_deleted_and_comes_back(cast, person):
    attach(cast, person, text())
    one = Attachment.objects.get()
    client = browser(cast, "ana")
    assert client.post(f"/attachments/{one.pk}/delete").status_code == 302
    assert "offer.txt" not in client.get(f"/people/{person}/parts").content.decode()
    client.post(f"/attachments/{one.pk}/restore")
    assert "offer.txt" in client.get(f"/people/{person}/parts").content.decode()


def test_by_the_api_too(cast, person):
    upload = keep([b"Chairs"], "chairs.txt", viewer=cast.viewer("ana"))
    made = cast.call("ana", "POST", "/attachments", {"file": upload.pk, "about": [f"people/{person}"]})
    assert made.status == 201 and made.json["title"] == "chairs.txt"
    asked = {"filter": f'{{"field":"about","op":"is","value":"people/{person}"}}'}
    (found,) = cast.call("ben", "GET", "/attachments", query=asked).json["items"]
    assert found["id"] == made.json["id"]
    assert cast.call("cleo", "GET", "/attachments", query=asked).json["items"] == []


def test_uploads_that_nothing_holds_are_cleared_away_after_a_day(cast, person):
    viewer = cast.viewer("ana")
    attach(cast, person, text("held.txt", b"held"))
    loose, fresh, twin = (keep([c], "x.txt", viewer=viewer) for c in (b"loose", b"fresh", b"held"))
    photo = keep([b"once"], "once.txt", viewer=viewer)
    one = Attachment.objects.get()
    held = one.file
    write.change(registry.get("attachments"), one.pk, {"file": photo.pk}, viewer=viewer)
    write.change(registry.get("attachments"), one.pk, {"file": held.pk}, viewer=viewer)
    yesterday = timezone.now() - timedelta(days=2)
    File.objects.exclude(pk=fresh.pk).update(created_at=yesterday)
    assert clear_unheld() == 2
    assert set(File.objects.values_list("pk", flat=True)) == {held.pk, fresh.pk, photo.pk}
    # The same content is still named by another row, so it stays in the store.
    assert open_blob(held).read() == b"held" and open_blob(photo).read() == b"once"
    with pytest.raises(FileNotFoundError):
        open_blob(loose)
    assert not File.objects.filter(pk=twin.pk).exists()
    assert clear_unheld() == 0
