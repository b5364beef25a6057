"""The part of the OpenAPI document that comes from declarations: asked anew each time, as fields may come and go."""

from typing import Any

from rapport.records.fields import Field
from rapport.records.record import Record
from rapport.records.verbs import Verb


def schema_of(record: Record) -> dict[str, Any]:
    """What an answer holds."""
    properties = {"id": {"type": "integer"}, "version": {"type": "integer"}}
    properties |= {one.name: _described(one, one.schema()) for one in record.fields_for().values()}
    return {"type": "object", "properties": properties, "required": ["id", "version"]}


def input_of(record: Record, *, whole: bool) -> dict[str, Any]:
    """What a POST (`whole`) or a PATCH takes."""
    fields = [one for one in record.fields_for().values() if not one.readonly]
    made: dict[str, Any] = {
        "type": "object",
        "properties": {one.name: _described(one, one.input_schema()) for one in fields},
        "additionalProperties": False,
    }
    if whole and (needed := [one.name for one in fields if one.required]):
        made["required"] = needed
    return made


def input_of_verb(verb: Verb) -> dict[str, Any]:
    """What a verb takes."""
    return {
        "type": "object",
        "properties": {one.name: _described(one, one.input_schema()) for one in verb.fields},
        "additionalProperties": False,
    }


def _described(one: Field, schema: dict[str, Any]) -> dict[str, Any]:
    return {"title": str(one.label), **schema, **({"description": str(one.help)} if one.help else {})}


def _parameter(name: str, where: str, kind: dict[str, Any], about: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": where, "schema": kind, "description": about, "required": required}


LIST_PARAMETERS = [
    _parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "Rows per answer."),
    _parameter("after", "query", {"type": "string"}, "The cursor “next” of the answer before."),
    _parameter("sort", "query", {"type": "string"}, "Field names, with - for descending, separated by commas."),
    _parameter("filter", "query", {"type": "string"}, "A condition as JSON."),
    _parameter(
        "fields", "query", {"type": "string"}, "Names of the fields wanted; organisation.name reaches a linked record."
    ),
    _parameter(
        "count", "query", {"type": "string", "enum": ["none", "estimate", "exact"]}, "How to count the whole list."
    ),
    _parameter("q", "query", {"type": "string"}, "Words to search for."),
]
INCLUDE = _parameter("include", "query", {"type": "string"}, "Links, entities that link here, or timeline.")
FIELDS = LIST_PARAMETERS[4]
IF_MATCH = _parameter("If-Match", "header", {"type": "string"}, "The version that was looked at.")
IDEMPOTENCY = _parameter(
    "Idempotency-Key", "header", {"type": "string", "maxLength": 200}, "Makes a repeated POST harmless."
)

PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}}, "conflicts": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["type", "title", "status"],
}  # fmt: skip


def answers(status: int, schema: dict[str, Any] | None, *problems: int) -> dict[str, Any]:
    """The responses of an operation."""
    texts = {
        400: "The request cannot be read.", 401: "Nobody is signed in.", 403: "Not allowed.", 404: "No such record.",
        409: "Changed by somebody else first.", 422: "Some values cannot be taken.",
    }  # fmt: skip
    good: dict[str, Any] = {"description": "Done."}
    if schema is not None:
        good["content"] = {"application/json": {"schema": schema}}
    made: dict[str, Any] = {str(status): good}
    for code in sorted({401, *problems}):
        made[str(code)] = {"description": texts[code], "content": {"application/problem+json": {"schema": PROBLEM}}}
    return made


def body(schema: dict[str, Any]) -> dict[str, Any]:
    """The request body of an operation."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def list_of(record: Record) -> dict[str, Any]:
    """The answer to a list."""
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": schema_of(record)},
            "next": {"type": ["string", "null"]},
            "count": {"type": ["integer", "null"]},
        },
        "required": ["items", "next", "count"],
    }


BULK = {
    "type": "object",
    "properties": {
        "ids": {"type": ["array", "null"], "items": {"type": "integer"}},
        "filter": {"type": ["object", "null"]},
        "q": {"type": ["string", "null"]},
        "action": {"type": "string", "enum": ["edit", "delete", "restore"]},
        "values": {"type": ["object", "null"]},
    },
    "additionalProperties": False,
}
BULK_DONE = {
    "type": "object",
    "properties": {
        "action": {"type": ["integer", "null"]},
        "changed": {"type": "integer"},
        "beyond": {"type": "integer"},
    },
}
