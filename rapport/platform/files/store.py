"""Putting content into the store and taking it out. The blob is safe on disk before the row that names it commits."""

import hashlib
import tempfile
from collections.abc import Iterable
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

IN_MEMORY = 2**20
# Held shared by a backup, which copies content that its snapshot names: nothing is taken out of the store meanwhile.
BLOBS_LOCK = 4_742_002


class TooLarge(Exception):
    """The content is larger than settings.LARGEST_FILE bytes. The message is for the person who sent it."""


def blob_path(sha256: str) -> str:
    """Where the content with this digest lies in the store: nothing else ever decides a path."""
    return f"blobs/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def keep(
    chunks: Iterable[bytes], name: object, *, viewer: Viewer | None, mime: str = "", is_picture: bool = False
) -> File:
    """Stores content under its digest, once, and returns a new row for it. Raises TooLarge."""
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
    """Takes content out of the store unless a row names it; says whether it did."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BLOBS_LOCK])
        lock_blob(sha256)
        if File.objects.filter(sha256=sha256).exists():
            return False
        default_storage.delete(blob_path(sha256))
        return True


def _put(sha256: str, size: int, spool: BinaryIO) -> None:
    path = blob_path(sha256)
    if default_storage.exists(path) and default_storage.size(path) == size:
        return
    spool.seek(0)
    written = default_storage.save(path, Content(spool, name=path))
    if written != path:
        raise RuntimeError(f"The store wrote {written} instead of {path}: it must be set to overwrite.")


def open_blob(file: File) -> BinaryIO:
    """Opens a file's content for reading. Raises FileNotFoundError if the store has lost it."""
    return default_storage.open(blob_path(file.sha256), "rb")  # type: ignore[return-value]
