"""The file as it came, kept in the database so that every worker can read it."""

import tempfile
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.utils.translation import gettext as _

from rapport.kit.tables import Table, TableError, open_table
from rapport.platform.access.gate import Refused
from rapport.platform.identity.viewer import Viewer
from rapport.platform.prepared import prepared
from rapport.records.errors import Invalid, InvalidFields
from rapport.records.models import ImportRun
from rapport.records.record import Record

PIECE = 1024 * 1024
# What is larger than this is better taken apart: it would have to be read several times.
LARGEST = 2 * 1024 * PIECE


def store(record: Record, name: str, data: BinaryIO | Iterable[bytes], *, viewer: Viewer) -> ImportRun:
    """Keeps the file and returns its import; nothing is kept if reading it stops half-way. Raises Refused, InvalidFields."""
    may_import(record, viewer)
    with transaction.atomic():
        run = ImportRun.objects.create(entity=record.entity, name=PurePath(name).name[:255], created_by_id=viewer.id)
        with prepared() as cursor:
            for number, piece in enumerate(_pieces(data)):
                run.size += len(piece)
                if run.size > LARGEST:
                    raise InvalidFields({"file": _("The file is larger than 2 GB.")})
                cursor.execute(
                    "INSERT INTO records_importpiece (run_id, no, data) VALUES (%s, %s, %b)", [run.pk, number, piece]
                )
        run.save(update_fields=["size"])
    return run


def may_import(record: Record, viewer: Viewer) -> None:
    """Raises Refused unless the viewer may import records of the entity."""
    if not record.may(viewer, "import") or not (record.may(viewer, "create") or record.may(viewer, "edit")):
        raise Refused(_("You may not import %(what)s.") % {"what": record.plural})


def _pieces(data: BinaryIO | Iterable[bytes]) -> Iterable[bytes]:
    if not hasattr(data, "read"):
        yield from data
        return
    while piece := data.read(PIECE):
        yield piece


@contextmanager
def opened(run: ImportRun) -> Any:
    """The import's file as a table, read as its settings say. Raises InvalidFields for what is no table."""
    settings = run.settings
    with tempfile.SpooledTemporaryFile(max_size=8 * PIECE) as file:
        with connection.cursor() as cursor:
            number = 0
            while True:
                cursor.execute("SELECT data FROM records_importpiece WHERE run_id = %s AND no = %s", [run.pk, number])
                row = cursor.fetchone()
                if row is None:
                    break
                file.write(row[0])
                number += 1
        file.seek(0)
        table: Table | None = None
        try:
            table = open_table(
                file,  # type: ignore[arg-type]
                run.name,
                encoding=settings.get("encoding") or None,
                delimiter=settings.get("delimiter") or None,
                has_header=settings.get("header"),
                sheet=settings.get("sheet") or None,
            )
            yield table
        except TableError as problem:
            line = f" ({problem.line})" if problem.line else ""
            raise InvalidFields({"file": Invalid.of(problem).message + line}) from None
        finally:
            if table is not None:
                table.close()
