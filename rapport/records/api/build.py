"""The API: routing and document by django-ninja, behaviour by the engine."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from rapport.records import registry
from rapport.records.api import files, openapi, operations
from rapport.records.api.answers import answer, problem
from rapport.records.api.auth import SessionAuth, TokenAuth
from rapport.records.api.requests import whole
from rapport.records.errors import InvalidFields
from rapport.records.record import Record
from rapport.records.search import search

MOST_HITS = 50


class Api(NinjaAPI):
    """The document is filled from the declarations each time that it is asked for."""

    def get_openapi_schema(self, **more: Any) -> Any:
        schema = super().get_openapi_schema(**more)
        for record in registry.all_records():
            _describe(schema["paths"], record)
        files.describe(schema["paths"])
        search, undo = schema["paths"]["/api/v1/search"]["get"], schema["paths"]["/api/v1/actions/{id}/undo"]["post"]
        search["responses"] = openapi.answers(200, openapi.ref("Hits"), 422)
        undo["parameters"], undo["responses"] = (
            openapi.parameters("id"), openapi.answers(200, openapi.ref("Undone"), 403, 404),
        )  # fmt: skip
        for kind, made in openapi.components(registry.all_records()).items():
            schema["components"].setdefault(kind, {}).update(made)
        return schema


def build_api() -> NinjaAPI:
    """Makes the API with the operations of every registered entity."""
    api = Api(
        title="Rapport", version="1", urls_namespace="api", docs_url=None, openapi_url=None, auth=[TokenAuth(), SessionAuth()],
        description="Every entity of Rapport. Errors are RFC 9457 problem documents that name the field.",
    )  # fmt: skip
    api.add_exception_handler(AuthenticationError, lambda _r, _e: _unknown())
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(ValidationError, _invalid)
    general = Router(tags=["general"])
    general.add_api_operation("/search", ["GET"], _search, operation_id="search", openapi_extra={
        "parameters": [
            {"name": "q", "in": "query", "schema": {"type": "string"}, "required": True},
            {"name": "entity", "in": "query", "schema": {"type": "string"}, "required": False},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST_HITS}, "required": False},
        ],
    })  # fmt: skip
    general.add_api_operation("/actions/{int:id}/undo", ["POST"], _undo, operation_id="undo")
    for path, method, view, name in (
        ("/files", "POST", files.upload, "upload_file"),
        ("/files/{int:id}", "GET", files.about, "get_file"),
        ("/files/{int:id}/content", "GET", files.content, "download_file"),
    ):
        general.add_api_operation(path, [method], view, operation_id=name, summary=view.__doc__)
    api.add_router("", general)
    for record in registry.all_records():
        api.add_router(f"/{record.entity}", _router(record))
    return api


def _http_error(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status_code, str(error))


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    found = [{"field": ".".join(map(str, x["loc"][1:])), "message": x["msg"]} for x in error.errors]
    return problem(422, _("Some values cannot be taken."), errors=found)


def _unknown() -> HttpResponse:
    response = problem(401, _("Nobody is signed in, or the token is not valid."))
    response["WWW-Authenticate"] = "Bearer"
    return response


def _search(request: HttpRequest) -> HttpResponse:
    def find(_request: HttpRequest) -> HttpResponse:
        given = request.GET
        if unknown := set(given) - {"q", "entity", "limit"}:
            raise InvalidFields({sorted(unknown)[0]: _("There is no such parameter.")})
        if "q" not in given:
            raise InvalidFields({"q": _("This field is needed.")})
        entities = tuple(given.get("entity", "").replace(",", " ").split())
        if strange := [name for name in entities if registry.find(name) is None]:
            raise InvalidFields({"entity": _("There is no entity “%(name)s”.") % {"name": strange[0][:80]}})
        limit = whole(given.get("limit", "20"), most=MOST_HITS)
        return answer({"items": search(given["q"], viewer=request.viewer, entities=entities, limit=limit)})

    return operations.guarded(find)(request)


def _undo(request: HttpRequest, id: int) -> HttpResponse:
    from rapport.records.undoing import undo_action

    def do(_request: HttpRequest) -> HttpResponse:
        done = undo_action(id, viewer=request.viewer)
        return answer(
            {
                "action": done.action,
                "restored": done.restored,
                "removed": done.removed,
                "brought_back": done.brought_back,
                "kept": len(done.kept),
            }
        )

    return operations.guarded(do)(request)


def _router(record: Record) -> Router:
    router = Router(tags=[record.entity])
    name = record.entity.replace("-", "_")

    def add(path: str, method: str, view: Any, operation: str, summary: str) -> None:
        router.add_api_operation(path, [method], view, operation_id=f"{operation}_{name}", summary=summary)

    add("", "GET", operations.list_view(record), "list", f"List {record.entity}")
    add("", "POST", operations.create_view(record), "create", f"Create one of {record.entity}")
    add(
        "/totals",
        "GET",
        operations.totals_view(record),
        "total",
        f"Count and add up {record.entity}, whole and in groups",
    )
    add("/bulk", "POST", operations.bulk_view(record), "bulk", f"Change many {record.entity} at once")
    if record.duplicates:
        add(
            "/duplicates",
            "POST",
            operations.duplicates_view(record),
            "duplicates",
            f"What one of {record.entity} would repeat",
        )
    add("/{int:id}", "GET", operations.get_view(record), "get", f"Read one of {record.entity}")
    add("/{int:id}", "PATCH", operations.change_view(record), "change", f"Change one of {record.entity}")
    add("/{int:id}", "DELETE", operations.delete_view(record), "delete", f"Put one of {record.entity} into the bin")
    add(
        "/{int:id}/restore",
        "POST",
        operations.restore_view(record),
        "restore",
        f"Take one of {record.entity} out of the bin",
    )
    for verb in record.verbs:
        add(f"/{{int:id}}/{verb.name}", "POST", operations.verb_view(record, verb), verb.name, str(verb.label))
    return router


def _describe(paths: dict[str, Any], record: Record) -> None:
    base, one = f"/api/v1/{record.entity}", f"/api/v1/{record.entity}/{{id}}"
    whole = openapi.ref(openapi.name_of(record))

    def schema(part: str) -> dict[str, Any]:
        return openapi.ref(openapi.name_of(record, part))

    def put(
        path: str, method: str, takes: str, responses: dict[str, Any], body: dict[str, Any] | None = None, *,
        needed: bool = True,
    ) -> None:  # fmt: skip
        operation = paths[path][method]
        operation["parameters"], operation["responses"] = openapi.parameters(*takes.split()), responses
        if body is not None:
            operation["requestBody"] = openapi.body(body, needed=needed)

    answers = openapi.answers
    put(base, "get", "limit after sort filter fields count q", answers(200, schema("list"), 403, 422))
    put(base, "post", "idempotency-key", answers(201, whole, 400, 403, 422), schema("new"))
    put(f"{base}/totals", "get", "group calc filter q", answers(200, openapi.ref("Totals"), 403, 422))
    done = answers(200, openapi.ref("BulkDone"), 400, 403, 422)
    put(f"{base}/bulk", "post", "idempotency-key", done, openapi.ref("Bulk"))
    if record.duplicates:
        twins = answers(200, openapi.ref("Duplicates"), 400, 403, 422)
        put(f"{base}/duplicates", "post", "", twins, schema("duplicates"))
    put(one, "get", "id include fields", answers(200, whole, 403, 404, 422))
    put(one, "patch", "id if-match", answers(200, whole, 400, 403, 404, 409, 422), schema("change"))
    put(one, "delete", "id if-match", answers(204, None, 403, 404, 409, 422))
    put(f"{one}/restore", "post", "id", answers(200, whole, 403, 404, 422))
    for verb in record.verbs:
        done = answers(200, whole, 400, 403, 404, 422)
        put(f"{one}/{verb.name}", "post", "id idempotency-key", done, schema(verb.name), needed=verb.needs_values)
