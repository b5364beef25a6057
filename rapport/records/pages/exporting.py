"""Export of any list, streamed."""

from collections.abc import Iterator

from django.db import transaction
from django.http import HttpRequest, StreamingHttpResponse

from rapport.records.exporting import csv_chunks, note, xlsx_file
from rapport.records.pages.guard import must, page
from rapport.records.read import Query, Reader
from rapport.records.record import Record


def _query(request: HttpRequest) -> Query:
    names = request.GET.get("fields", "").replace(",", " ").split()
    ids = [int(i) for i in request.GET.getlist("ids") if i.isdecimal() and len(i) < 19]
    return Query(
        columns=names,
        filter=request.GET.get("filter") or None,
        q=request.GET.get("q", "")[:200],
        sort=request.GET.get("sort", ""),
        ids=ids,
    )


@page
def export_csv(request: HttpRequest, record: Record) -> StreamingHttpResponse:
    """The list as CSV: all fields, or those named."""
    must(record, request, "export")
    query = _query(request)
    # What is wrong with the query is said before the first byte is sent.
    Reader(record, request.viewer, action="export").within(query)
    made = note(record, query, viewer=request.viewer, form="csv")

    def chunks() -> Iterator[bytes]:
        with transaction.atomic():
            yield from csv_chunks(record, query, viewer=request.viewer, made=made)

    response = StreamingHttpResponse(chunks(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{record.entity}.csv"'
    return response


@page
def export_xlsx(request: HttpRequest, record: Record) -> StreamingHttpResponse:
    """The list as XLSX."""
    must(record, request, "export")
    query = _query(request)
    Reader(record, request.viewer, action="export").within(query)
    made = note(record, query, viewer=request.viewer, form="xlsx")
    with transaction.atomic():
        file = xlsx_file(record, query, viewer=request.viewer, made=made)
    response = StreamingHttpResponse(
        iter(lambda: file.read(65536), b""),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f'attachment; filename="{record.entity}.xlsx"'
    return response
