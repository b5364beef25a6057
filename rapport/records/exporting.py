"""Lists as files: streamed, by the gate's export right, such that an import reads them back."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

from rapport.kit.tables.write import write_csv, write_xlsx
from rapport.platform.identity.viewer import Viewer
from rapport.records.fields import Field, Money
from rapport.records.fields.points import Addresses, Phones
from rapport.records.models import ExportMade
from rapport.records.read import Query, Reader
from rapport.records.record import Record


def export_columns(record: Record, viewer: Viewer, names: Sequence[str]) -> list[str]:
    """The fields to export: those named, else all."""
    return list(names) or list(record.fields_for(viewer))


def _heads(name: str, one: Field) -> list[str]:
    if isinstance(one, Money):
        return [name, f"{name}_currency"]
    if isinstance(one, Addresses):
        return [f"{name}.{part}" for part in one.parts]
    return [name]


def _cells(one: Field) -> Callable[[Any], list[Any]] | None:
    """What turns a value into the cells of its columns; None where it is one cell, which the field exports itself."""
    if isinstance(one, Money):
        return lambda value: ["", ""] if value is None else [value["amount"], value["currency"]]
    if isinstance(one, Addresses):
        # Parts of the primary address have columns of their own; further addresses follow as text after a semicolon.
        return lambda value: ["; ".join(point.get(part) or "" for point in value or []) for part in one.parts]
    return None


def _table(record: Record, query: Query, viewer: Viewer) -> tuple[list[str], Iterator[list[Any]], list[int]]:
    query.columns = export_columns(record, viewer, query.columns)
    reader = Reader(record, viewer, action="export")
    fields = [(name, reader.path(name)[0]) for name in query.columns]
    header = ["id", *(head for name, one in fields for head in _heads(name, one))]
    phones = [header.index(name) for name, one in fields if isinstance(one, Phones)]

    def rows() -> Iterator[list[Any]]:
        places, found = reader.stream(query)
        plan = [(one, one.exported, _cells(one), places[name]) for name, one in fields]
        for raw in found:
            row = [raw[0]]
            for one, exported, cells, place in plan:
                if cells:
                    row += cells(one.load(raw[place]))
                else:
                    row.append(exported(raw[place]))
            yield row

    return header, rows(), phones


def check(record: Record, query: Query, viewer: Viewer) -> None:
    """Says what is wrong with the query before the first byte of a file is sent. Raises InvalidFields."""
    reader = Reader(record, viewer, action="export")
    for name in query.columns:
        reader.path(name)
    reader.sorting(query.sort)
    reader.within(query)


def note(record: Record, query: Query, *, viewer: Viewer, form: str) -> ExportMade:
    """Writes down that an export begins; outside its transaction, so that one that is broken off is known, too."""
    return ExportMade.objects.create(
        entity=record.entity,
        format=form,
        filter=query.filter or "",
        q=query.q,
        chosen=len(query.ids),
        source=viewer.source,
        created_by_id=viewer.id,
    )


def _counted(rows: Iterator[list[Any]], made: ExportMade | None) -> Iterator[list[Any]]:
    """The same rows; when all are through, the note says how many there were."""
    count = 0
    for row in rows:
        yield row
        count += 1
    if made:
        ExportMade.objects.filter(pk=made.pk).update(rows=count)


def csv_chunks(record: Record, query: Query, *, viewer: Viewer, made: ExportMade | None = None) -> Iterator[bytes]:
    """The list as CSV, in chunks of bytes. Call inside a transaction."""
    header, rows, phones = _table(record, query, viewer)
    yield from write_csv(header, _counted(rows, made), phones=phones)


def xlsx_file(record: Record, query: Query, *, viewer: Viewer, made: ExportMade | None = None) -> BinaryIO:
    """The list as an XLSX file, rewound. Call inside a transaction."""
    header, rows, phones = _table(record, query, viewer)
    file = tempfile.SpooledTemporaryFile(max_size=2**22)  # noqa: SIM115 the caller streams it
    write_xlsx(file, header, _counted(rows, made), phones=phones, sheet=str(record.plural)[:31])  # type: ignore[arg-type]
    file.seek(0)
    return file  # type: ignore[return-value]
