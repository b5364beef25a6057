"""Putting content into the store and taking it out. The blob is safe on disk before the row that names it commits."""

import hashlib
import logging
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.conf import settings
from django.core.files import File as Content
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _

from rapport.platform.files.kinds import kind_of
from rapport.platform.files.models import File
from rapport.platform.files.names import clean_name
from rapport.platform.identity.viewer import Viewer

log = logging.getLogger("rapport.files")
IN_MEMORY = 2**20
# Errors of the client of S3, which is only loaded where a bucket is used.
_OF_THE_BUCKET = ("botocore.", "boto3.", "s3transfer.")
# Held shared by a backup, which copies content that its snapshot names: nothing is taken out of the store meanwhile.
BLOBS_LOCK = 4_742_002


class TooLarge(Exception):
    """The content is larger than settings.LARGEST_FILE bytes. The message is for the person who sent it."""


class StoreAway(Exception):
    """The store cannot be reached, is closed to us or is full. The message is for the person who waits."""


@contextmanager
def reaching() -> Iterator[None]:
    """Inside, whatever keeps the store from doing its work is StoreAway; content that it lacks is FileNotFoundError."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:
        known = any(kind.__module__.startswith(_OF_THE_BUCKET) for kind in type(error).__mro__)
        if not known and not isinstance(error, OSError):
            raise
        log.error("the file store does not do its work: %s: %s", type(error).__name__, error)
        raise StoreAway(_("The file store cannot be reached. Nothing was changed; try again in a while.")) from error


def probe() -> None:
    """Raises StoreAway unless content can be kept right now."""
    with reaching():
        default_storage.check()  # type: ignore[attr-defined]  # both of our storages have it


def blob_path(sha256: str) -> str:
    """Where the content with this digest lies in the store: nothing else ever decides a path."""
    return f"blobs/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def keep(
    chunks: Iterable[bytes], name: object, *, viewer: Viewer | None, mime: str = "", is_picture: bool = False
) -> File:
    """Stores content under its digest, once, and returns a new row for it. Raises TooLarge, StoreAway."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        digest, size = hashlib.sha256(), 0
        for chunk in chunks:
            size += len(chunk)
            if size > settings.LARGEST_FILE:
                limit = settings.LARGEST_FILE // 2**20
                raise TooLarge(_("The file is larger than %(n)s MB.") % {"n": limit})
            digest.update(chunk)
            spool.write(chunk)
        spool.seek(0)
        sha256 = digest.hexdigest()
        mime = mime or kind_of(spool)  # type: ignore[arg-type]
        with transaction.atomic():
            lock_blob(sha256)
            _put(sha256, size, spool)  # type: ignore[arg-type]
            return File.objects.create(
                sha256=sha256, name=clean_name(name), size=size, mime=mime, is_picture=is_picture,
                created_by_id=viewer.id if viewer else None,
            )  # fmt: skip


def lock_blob(sha256: str) -> None:
    """Until the transaction ends nobody else adds a row for this content or clears the content away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


def drop_blob(sha256: str) -> bool:
    """Takes content out of the store unless a row names it; says whether it did. Raises StoreAway."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BLOBS_LOCK])
        lock_blob(sha256)
        if File.objects.filter(sha256=sha256).exists():
            return False
        with reaching():
            default_storage.delete(blob_path(sha256))
        return True


def _put(sha256: str, size: int, spool: BinaryIO) -> None:
    path = blob_path(sha256)
    with reaching():
        if has_whole(path, size):
            return
        spool.seek(0)
        written = default_storage.save(path, Content(spool, name=path))
    if written != path:
        raise RuntimeError(f"The store wrote {written} instead of {path}: it must be set to overwrite.")


def has_whole(path: str, size: int) -> bool:
    """Whether the store has `size` bytes under this path."""
    try:
        return default_storage.size(path) == size
    except FileNotFoundError:
        return False


def open_blob(file: File) -> BinaryIO:
    """Opens a file's content for reading. Raises FileNotFoundError if the store has lost it, StoreAway."""
    return open_path(blob_path(file.sha256))


def open_path(path: str) -> BinaryIO:
    """The same for a path of the store. A bucket's content is fetched here, not when the first byte is asked for."""
    with reaching():
        content = default_storage.open(path, "rb")
        content.seek(0)
    return content  # type: ignore[return-value]
