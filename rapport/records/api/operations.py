"""The operations of one entity, each a plain view: gate, engine, answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Refused
from rapport.platform.files.store import StoreAway
from rapport.platform.replica.reading import from_replica
from rapport.records import bulk, totals, write
from rapport.records.api.answers import answer, problem, problem_of
from rapport.records.api.idempotency import once
from rapport.records.api.included import included
from rapport.records.api.requests import Unreadable, body_of, query_of, version_of
from rapport.records.api.shapes import fit
from rapport.records.duplicates import duplicates
from rapport.records.errors import Conflict, Invalid, InvalidFields, NotFound
from rapport.records.read import Query, Reader
from rapport.records.record import Record
from rapport.records.verbs import Verb
from rapport.records.write import lock

View = Callable[..., Any]


def guarded(view: View) -> View:
    """Turns the engine's errors into problem documents."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (InvalidFields, NotFound, Refused, Conflict) as error:
            return problem_of(error)
        except StoreAway as error:
            return problem(503, str(error))
        except Unreadable as error:
            return problem(400, _("The request cannot be read."), str(error))

    return wrapper


def etag(item: dict[str, Any]) -> dict[str, str]:
    """The header by which a later PATCH says what it looked at."""
    return {"ETag": f'"{item["version"]}"'}


def list_view(record: Record) -> View:
    def list_records(request: HttpRequest) -> HttpResponse:
        _must(record, request, "view")
        query, how = query_of(request, record)
        reader = Reader(record, request.viewer)
        found = reader.slice(query)
        count = None if how == "none" else Reader(record, request.viewer).count(query, how=how)
        return answer({"items": found.items, "next": found.next, "count": count})

    return guarded(from_replica(list_records))


def totals_view(record: Record) -> View:
    def total_records(request: HttpRequest) -> HttpResponse:
        _must(record, request, "view")
        given = request.GET
        if unknown := set(given) - {"group", "calc", "filter", "q"}:
            raise InvalidFields({sorted(unknown)[0]: _("There is no such parameter.")})
        query = Query(filter=given.get("filter") or None, q=given.get("q", "")[:200])
        found = totals.totals(record, request.viewer, query, given.get("calc", ""), given.get("group", ""))

        def said(figures: dict[str, totals.Figure]) -> dict[str, Any]:
            return {
                key: {"value": totals.plain(one.value), "without_rate": one.without_rate}
                for key, one in figures.items()
            }

        groups = [{"key": g.key, "label": g.label, "count": g.count, "figures": said(g.figures)} for g in found.groups]
        return answer({"count": found.count, "figures": said(found.figures), "groups": groups, "more": found.more})

    return guarded(from_replica(total_records))


def create_view(record: Record) -> View:
    def create_record(request: HttpRequest) -> HttpResponse:
        values = body_of(request)

        def do(_request: HttpRequest) -> HttpResponse:
            _must(record, request, "create")
            _fit(record, request, values, whole=True)
            pk = write.create(record, values, viewer=request.viewer)
            item = Reader(record, request.viewer).get(pk)
            return answer(item, 201, {"Location": f"/api/v1/{record.entity}/{pk}", **etag(item)})

        return once(request, lambda: guarded(do)(request))

    return guarded(create_record)


def duplicates_view(record: Record) -> View:
    def find_duplicates(request: HttpRequest) -> HttpResponse:
        _must(record, request, "create")
        values = body_of(request)
        known = {name: one for name, one in record.fields_for(request.viewer).items() if not one.readonly}
        if unknown := set(values) - set(known):
            raise InvalidFields({sorted(unknown)[0]: _("There is no such field.")})
        fit(known.values(), values, loose=True)
        return answer({"items": duplicates(record, values, request.viewer)})

    return guarded(find_duplicates)


def get_view(record: Record) -> View:
    def get_record(request: HttpRequest, id: int) -> HttpResponse:
        _must(record, request, "view")
        if unknown := set(request.GET) - {"include", "fields"}:
            raise InvalidFields({sorted(unknown)[0]: _("There is no such parameter.")})
        names = request.GET.get("fields", "").replace(",", " ").split() or None
        item = Reader(record, request.viewer).get(id, names)
        wanted = request.GET.get("include", "").replace(",", " ").split()
        return answer(item | included(record, id, wanted, request.viewer), headers=etag(item))

    return guarded(get_record)


def change_view(record: Record) -> View:
    def change_record(request: HttpRequest, id: int) -> HttpResponse:
        values, version = body_of(request), version_of(request)
        _fit(record, request, values)
        item = write.change(record, id, values, viewer=request.viewer, version=version)
        return answer(item, headers=etag(item))

    return guarded(change_record)


def delete_view(record: Record) -> View:
    def delete_record(request: HttpRequest, id: int) -> HttpResponse:
        write.remove(record, id, viewer=request.viewer, version=version_of(request))
        return HttpResponse(status=204)

    return guarded(delete_record)


def restore_view(record: Record) -> View:
    def restore_record(request: HttpRequest, id: int) -> HttpResponse:
        write.restore(record, id, viewer=request.viewer)
        return answer(Reader(record, request.viewer).get(id))

    return guarded(restore_record)


def bulk_view(record: Record) -> View:
    def bulk_change(request: HttpRequest) -> HttpResponse:
        body = body_of(request)
        if unknown := set(body) - {"ids", "filter", "q", "action", "values"}:
            raise InvalidFields({sorted(unknown)[0]: _("There is no such field.")})
        ids, words = body.get("ids"), body.get("q") or ""
        if not isinstance(words, str):
            raise InvalidFields({"q": _("Text is needed.")})
        if ids is None and body.get("filter") in (None, "") and not words.strip():
            raise InvalidFields({"ids": _("Name ids, or a filter.")})
        if ids is not None and not (isinstance(ids, list) and all(type(i) is int and abs(i) < 2**62 for i in ids)):
            raise InvalidFields({"ids": _("A list of whole numbers is needed.")})
        values = body.get("values")
        if values is not None and not isinstance(values, dict):
            raise InvalidFields({"values": _("A JSON object is needed.")})
        _fit(record, request, values or {})
        selection = bulk.Selection(ids or [], body.get("filter"), words[:200], everything=ids is None)

        def do(_request: HttpRequest) -> HttpResponse:
            done = bulk.change_many(
                record, selection, viewer=request.viewer, do=str(body.get("action", "edit")), values=values
            )
            return answer({"action": done.action, "changed": done.changed, "beyond": done.beyond})

        return once(request, lambda: guarded(do)(request))

    return guarded(bulk_change)


def verb_view(record: Record, verb: Verb) -> View:
    def run_verb(request: HttpRequest, id: int) -> HttpResponse:
        given = body_of(request, needed=verb.needs_values)
        fit(verb.fields, given, lambda rest: verb_values(record, verb, rest, request.viewer))

        def do(_request: HttpRequest) -> HttpResponse:
            with transaction.atomic():
                lock(record, id, request.viewer, verb.needs)
                verb.run(request.viewer, id, **verb_values(record, verb, given, request.viewer))
            return answer(Reader(record, request.viewer).get(id, binned=None))

        return once(request, lambda: guarded(do)(request))

    return guarded(run_verb)


def verb_values(record: Record, verb: Verb, given: dict[str, Any], viewer: Any) -> dict[str, Any]:
    """Checks what a verb was given; links arrive as <name>_id. Raises InvalidFields."""
    known = {one.name: one for one in verb.fields}
    context = record.context(viewer)
    errors: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            errors[name] = _("There is no such field.")
            continue
        try:
            values |= known[name].clean(value, context)
        except Invalid as error:
            errors[name] = error.message
    errors |= {
        one.name: _("This field is needed.") for one in verb.fields if one.required and one.empty(given.get(one.name))
    }
    if errors:
        raise InvalidFields(errors)
    return {name: value for name, value in values.items() if value is not None}


def _fit(record: Record, request: HttpRequest, values: dict[str, Any], *, whole: bool = False) -> None:
    """Raises InvalidFields, with whatever is wrong, if a value is not of the kind that the document says."""
    viewer = request.viewer
    fit(record.fields_for(viewer).values(), values, lambda rest: write.clean(record, rest, viewer, whole=whole))


def _must(record: Record, request: HttpRequest, action: str) -> None:
    if not record.may(request.viewer, action):
        raise Refused(_("Your role may not do this."))
