"""The API reference as a page: read from the OpenAPI document, so that it cannot say anything else."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from rapport.kit.condition import OPERATORS
from rapport.platform.identity.tokens import user_of_token
from rapport.records import registry
from rapport.records.api.answers import answer
from rapport.records.record import Record

METHODS = {"get": "blue", "post": "green", "patch": "yellow", "delete": "red"}
BASE = "/api/v1"
CONDITION = {
    "all": [
        {"field": "country", "op": "any_of", "value": ["DE", "AT"]},
        {"not": {"field": "owner", "op": "is", "value": "me"}},
    ]
}
PARAMETERS = [
    ("limit", gettext_lazy("Up to 200 rows; 50 if not said.")),
    ("sort", gettext_lazy("Names of fields, with a minus for descending, separated by commas.")),
    ("fields", gettext_lazy("Names of the fields wanted; organisation.name reaches a linked record.")),
    ("q", gettext_lazy("Words, each somewhere in the record; or digits of a phone number.")),
    ("count", gettext_lazy("none, estimate or exact.")),
    ("filter", gettext_lazy("A condition as JSON, see below.")),
]
HEADERS = [
    (
        "If-Match",
        gettext_lazy(
            "The version that was looked at. If the same fields changed since, the answer is 409 with both values."
        ),
    ),
    ("Idempotency-Key", gettext_lazy("A POST repeated with the same key is done once and answers the same.")),
    ("POST /actions/{id}/undo", gettext_lazy("Takes back everything that one action did.")),
]
STATUSES = [
    ("401", gettext_lazy("No token, or one that was revoked.")),
    ("403", gettext_lazy("The role may not do this.")),
    ("404", gettext_lazy("There is no such record within the user's reach.")),
    ("409", gettext_lazy("Somebody else changed it first.")),
    ("422", gettext_lazy("Some values cannot be taken; nothing was written.")),
]


def _may(request: HttpRequest) -> bool:
    """Signed in, or with a token."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return request.viewer is not None or (scheme.lower() == "bearer" and user_of_token(token) is not None)


def type_of(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words: "text or null", "list of objects", "open | won | lost"."""
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(one) for one in schema["anyOf"]))
    if known := [value for value in schema.get("enum", []) if value]:
        return " | ".join(map(str, known[:8])) + (" | …" if len(known) > 8 else "")
    kinds = schema.get("type", "any")
    words = []
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind == "array":
            words.append(f"[{type_of(schema.get('items', {}))}]")
        elif kind == "object" and schema.get("properties"):
            words.append("{" + ", ".join(list(schema["properties"])[:6]) + "}")
        else:
            words.append(kind if kind == "null" else schema.get("format") or kind)
    return " | ".join(words)


def _operations(document: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    made = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag not in operation.get("tags", []):
                continue
            made.append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "colour": METHODS.get(method, "grey"),
                    "path": path,
                    "summary": operation.get("summary", ""),
                    "parameters": [
                        {**one, "type": type_of(one.get("schema", {}))} for one in operation.get("parameters", [])
                    ],
                    "body": _body(operation),
                    "answers": [(code, one.get("description", "")) for code, one in operation["responses"].items()],
                }
            )
    return made


def _body(operation: dict[str, Any]) -> list[dict[str, Any]]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content.get("schema", {})
        needed = schema.get("required", [])
        return [
            {"name": name, "type": type_of(one), "needed": name in needed, "about": _about(one)}
            for name, one in schema.get("properties", {}).items()
        ]
    return []


def _about(schema: dict[str, Any]) -> str:
    return " · ".join(str(schema[key]) for key in ("title", "description") if schema.get(key))


def _example(
    method: str, path: str, host: str, body: dict[str, Any] | None = None, query: dict[str, str] | None = None
) -> str:
    lines = [f'curl -H "Authorization: Bearer $TOKEN"{"" if method == "GET" else f" -X {method}"} \\']
    if query:
        # Single quotes keep the JSON of a filter as it is.
        lines += ["  -G \\", *(f"  --data-urlencode '{name}={value}' \\" for name, value in query.items())]
    if body is not None:
        lines.append(f"  -d '{json.dumps(body)}' \\")
    return "\n".join([*lines, f'  "{host}{path}"'])


def _examples(record: Record, host: str) -> list[tuple[Any, str]]:
    path, known = f"{BASE}/{record.entity}", record.fields_for()
    columns = [name for name in record.lists.names if name in known][:4]
    writable = [one for one in known.values() if not one.readonly]
    first = next((one for one in writable if one.required), writable[0])
    values = {one.name: _sample(one.input_schema()) for one in writable if one.required} or {first.name: "…"}
    asked = {
        "fields": ",".join(columns), "sort": record.lists.sort.replace(" ", ","), "limit": "20",
        "filter": json.dumps({"field": first.name, "op": "is_filled"}),
    }  # fmt: skip
    return [
        (_("A list"), _example("GET", path, host, query=asked)),
        (_("Create one"), _example("POST", path, host, body=values)),
        (_("Change one"), _example("PATCH", f"{path}/1", host, body={first.name: _sample(first.input_schema())})),
    ]


def _sample(schema: dict[str, Any]) -> Any:
    kinds = schema.get("type") or schema.get("anyOf", [{}])[0].get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    return {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}.get(kind, "…")


def _fields(record: Record) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "label": one.label,
            "type": type_of(one.schema()),
            "readonly": one.readonly,
            "required": one.required,
            "sortable": one.sortable,
            "operators": list(one.operators()),
            "kind": one.kind if one.filterable else "",
        }
        for one in record.fields_for().values()
    ]


def document(api: NinjaAPI) -> Any:
    """Makes the view for the OpenAPI document, which says nothing of what is in the database: anybody may have it."""

    @require_safe
    def openapi(request: HttpRequest) -> HttpResponse:
        return answer(api.get_openapi_schema())

    return openapi


def reference(api: NinjaAPI) -> Any:
    """Makes the view for an API: the overview, or the page of one entity."""

    @require_safe
    def page(request: HttpRequest, entity: str = "") -> HttpResponse:
        if not _may(request):
            return HttpResponseRedirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")
        record = registry.find(entity) if entity else None
        if entity and record is None and entity != "general":
            raise Http404
        host = f"{request.scheme}://{request.get_host()}"
        document = api.get_openapi_schema()
        context: dict[str, Any] = {"host": host, "entities": registry.all_records(), "record": record, "entity": entity}
        if record is not None:
            context |= {
                "operations": _operations(document, record.entity),
                "path": f"{BASE}/{record.entity}",
                "fields": _fields(record),
                "examples": _examples(record, host),
            }
        elif entity:
            context |= {"operations": _operations(document, "general")}
        else:
            condition = json.dumps(CONDITION)
            context |= {
                "kinds": [(kind, list(operators.items())) for kind, operators in OPERATORS.items()],
                "first": _example("GET", f"{BASE}/people", host, query={"limit": "5"}),
                "filtered": _example("GET", f"{BASE}/people", host, query={"filter": condition}),
                "parameters": PARAMETERS,
                "headers": HEADERS,
                "statuses": STATUSES,
                "upload": f'curl -H "Authorization: Bearer $TOKEN" -F file=@photo.jpg "{host}{BASE}/files"',
            }
        return render(request, "records/api.html", context)

    return page
