"""The store, names, kinds and pictures, without any record."""

import hashlib
import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.test import override_settings
from PIL import Image

from rapport.platform.files.kinds import kind_of
from rapport.platform.files.models import File
from rapport.platform.files.names import LONGEST, clean_name
from rapport.platform.files.pictures import NoPicture, redraw
from rapport.platform.files.store import TooLarge, blob_path, keep, open_blob


def drawn(kind: str, size: tuple[int, int] = (600, 400), mode: str = "RGB", **more) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 120 if mode == "L" else (200, 30, 60)).save(target, kind, **more)
    return target.getvalue()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Angebot für Ägypten.pdf", "Angebot für Ägypten.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\plan.xlsx", "plan.xlsx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("عرض سعر.pdf", "عرض سعر.pdf"),
        ("a\x00b.txt", "ab.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        ("..", "file"),
        ("", "file"),
        (None, "file"),
        ("👩‍👩‍👧.png", "👩‍👩‍👧.png"),
        ("\ud800.txt", "txt"),
    ],
)
def test_a_name_is_only_a_name(given, shown):
    assert clean_name(given) == shown


def test_a_long_name_keeps_its_ending():
    assert clean_name("ß" * 400 + ".pdf") == "ß" * (LONGEST - 4) + ".pdf"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (drawn("PNG"), "image/png"),
        (drawn("JPEG"), "image/jpeg"),
        (drawn("WEBP"), "image/webp"),
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain"),
        ("Grüße".encode(), "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"PK\x03\x04 and nothing more", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_content_says_what_it_is(content, kind):
    assert kind_of(io.BytesIO(content)) == kind


def test_a_workbook_is_told_from_an_archive():
    for names, kind in ((["[Content_Types].xml", "xl/workbook.xml"], "spreadsheetml.sheet"), (["a.txt"], "zip")):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        target.seek(0)
        assert kind_of(target).endswith(kind)


@pytest.mark.django_db
class TestStore:
    def test_the_same_content_is_stored_once_under_its_digest(self):
        content = b"the same content"
        first, second = (keep([content[:4], content[4:]], name, viewer=None) for name in ("a.txt", "../b.txt"))
        assert first.pk != second.pk and second.name == "b.txt"
        assert first.sha256 == second.sha256 == hashlib.sha256(content).hexdigest()
        path = blob_path(first.sha256)
        _folders, files = default_storage.listdir(path.rsplit("/", 1)[0])
        assert files == [first.sha256]
        with open_blob(second) as blob:
            assert blob.read() == content

    def test_a_torn_blob_is_written_again(self):
        file = keep([b"whole content"], "a", viewer=None)
        with default_storage.open(blob_path(file.sha256), "wb") as blob:
            blob.write(b"who")
        keep([b"whole content"], "a", viewer=None)
        with open_blob(file) as blob:
            assert blob.read() == b"whole content"

    def test_an_upload_that_breaks_off_leaves_nothing(self):
        def broken():
            yield b"begin"
            raise ConnectionError

        with pytest.raises(ConnectionError):
            keep(broken(), "a", viewer=None)
        assert not File.objects.exists()

    @override_settings(LARGEST_FILE=10)
    def test_too_much_is_refused_while_it_comes(self):
        with pytest.raises(TooLarge):
            keep(iter([b"x" * 6] * 1000), "a", viewer=None)
        assert not File.objects.exists()


class TestPictures:
    def test_a_photo_becomes_a_small_square_without_what_the_camera_wrote(self):
        exif = Image.Exif()
        exif[0x010F] = "Camera of Ana"
        exif[0x0112] = 6
        small = Image.open(io.BytesIO(redraw(io.BytesIO(drawn("JPEG", (800, 400), exif=exif, comment=b"secret")))))
        assert (small.format, small.size) == ("WEBP", (256, 256))
        assert not small.getexif() and b"Camera" not in redraw(io.BytesIO(drawn("JPEG", exif=exif)))

    @pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "1"])
    def test_every_mode_can_be_drawn(self, mode):
        target = io.BytesIO()
        Image.new("RGB", (40, 90), "navy").convert(mode).save(target, "JPEG" if mode == "CMYK" else "PNG")
        target.seek(0)
        assert Image.open(io.BytesIO(redraw(target))).size == (40, 40)

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        bomb = drawn("PNG", (12_000, 12_000), "L")
        assert len(bomb) < 200_000
        with pytest.raises(NoPicture, match="megapixels"):
            redraw(io.BytesIO(bomb))

    @pytest.mark.parametrize(
        "content",
        [b"", b"<svg/>", b"not a picture", drawn("PNG")[:200], drawn("JPEG")[:300], drawn("BMP"), drawn("PNG", (3, 3))],
    )
    def test_what_is_no_whole_picture_is_refused(self, content):
        with pytest.raises(NoPicture):
            redraw(io.BytesIO(content))
