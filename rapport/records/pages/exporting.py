"""Export of any list, streamed."""

from collections.abc import Iterator

from django.db import transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from rapport.platform.replica.reading import chosen, reading_from
from rapport.records.exporting import check, csv_chunks, note, xlsx_file
from rapport.records.pages.guard import must, page
from rapport.records.read import Query
from rapport.records.record import Record


def _query(request: HttpRequest) -> Query:
    names = request.GET.get("fields", "").replace(",", " ").split()
    ids = [int(i) for i in request.GET.getlist("ids") if i.isdecimal() and len(i) < 19]
    return Query(
        columns=names,
        filter=request.GET.get("filter") or None,
        q=request.GET.get("q", "").replace("\x00", "")[:200],
        sort=request.GET.get("sort", ""),
        ids=ids,
    )


def as_csv(request: HttpRequest, record: Record) -> StreamingHttpResponse:
    """The list as CSV: all fields, or those named. Raises Refused, InvalidFields."""
    must(record, request, "export")
    query = _query(request)
    check(record, query, request.viewer)
    made = note(record, query, viewer=request.viewer, form="csv")

    alias = chosen(request)

    def chunks() -> Iterator[bytes]:
        with reading_from(alias), transaction.atomic(using=alias):
            yield from csv_chunks(record, query, viewer=request.viewer, made=made)

    response = StreamingHttpResponse(chunks(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{record.entity}.csv"'
    return response


def as_xlsx(request: HttpRequest, record: Record) -> StreamingHttpResponse:
    """The list as XLSX. Raises Refused, InvalidFields."""
    must(record, request, "export")
    query = _query(request)
    check(record, query, request.viewer)
    made = note(record, query, viewer=request.viewer, form="xlsx")
    alias = chosen(request)
    with reading_from(alias), transaction.atomic(using=alias):
        file = xlsx_file(record, query, viewer=request.viewer, made=made)
    response = StreamingHttpResponse(
        iter(lambda: file.read(65536), b""),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f'attachment; filename="{record.entity}.xlsx"'
    return response


export_csv, export_xlsx = page(require_safe(as_csv)), page(require_safe(as_xlsx))
