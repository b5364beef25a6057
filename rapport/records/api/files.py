"""Files through the API: upload first, then name the id in the record that holds the file."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Refused, scope
from rapport.platform.files.access import visible_file
from rapport.platform.files.models import File
from rapport.platform.files.serving import send
from rapport.platform.files.store import TooLarge, keep
from rapport.records.api import openapi
from rapport.records.api.answers import answer, problem
from rapport.records.api.operations import guarded
from rapport.records.errors import InvalidFields, NotFound

# What a multipart body needs beside the file itself.
FRAME = 2**16

SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"}, "name": {"type": "string"}, "size": {"type": "integer"}, "mime": {"type": "string"},
        "sha256": {"type": "string"}, "url": {"type": "string"},
    },
    "required": ["id", "name", "size", "mime", "sha256", "url"],
}  # fmt: skip
UPLOAD = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}


def described(file: File) -> dict[str, Any]:
    """What the API says about a file."""
    return {name: getattr(file, name) for name in ("id", "name", "size", "mime", "sha256", "url")}


@guarded
def upload(request: HttpRequest) -> HttpResponse:
    """Takes one file as multipart form data."""
    if scope(request.viewer, "files", "create") == "none":
        raise Refused(_("Your role may not do this."))
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > settings.LARGEST_FILE + FRAME:
        return problem(413, _("The file is larger than %(n)s MB.") % {"n": settings.LARGEST_FILE // 2**20})
    if request.content_type != "multipart/form-data" or "file" not in request.FILES:
        raise InvalidFields({"file": _("Send one file as multipart/form-data in the part “file”.")})
    given = request.FILES.getlist("file")[-1]
    try:
        file = keep(given.chunks(), given.name, viewer=request.viewer)
    except TooLarge as error:
        return problem(413, str(error))
    return answer(described(file), 201, {"Location": f"/api/v1/files/{file.pk}"})


def _found(request: HttpRequest, pk: int) -> File:
    file = visible_file(pk, request.viewer)
    if file is None:
        raise NotFound
    return file


@guarded
def about(request: HttpRequest, id: int) -> HttpResponse:
    """Says what a file is."""
    return answer(described(_found(request, id)))


@guarded
def content(request: HttpRequest, id: int) -> HttpResponse:
    """Gives the file itself."""
    return send(request, _found(request, id))  # type: ignore[return-value]


def describe(paths: dict[str, Any]) -> None:
    """Fills in the part of the OpenAPI document."""
    pk = {"name": "id", "in": "path", "schema": {"type": "integer"}, "required": True}
    binary = {"description": "The content.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
    paths["/api/v1/files"]["post"] |= {
        "parameters": [],
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": UPLOAD}}},
        "responses": openapi.answers(201, SCHEMA, 403, 422),
    }
    paths["/api/v1/files/{id}"]["get"] |= {"parameters": [pk], "responses": openapi.answers(200, SCHEMA, 404)}
    paths["/api/v1/files/{id}/content"]["get"] |= {
        "parameters": [pk],
        "responses": {**openapi.answers(200, None, 404), "200": binary},
    }
