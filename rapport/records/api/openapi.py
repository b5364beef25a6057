"""The part of the OpenAPI document that comes from declarations: asked anew each time, as fields may come and go."""

from collections.abc import Callable, Iterable
from typing import Any

from rapport.kit.condition import OPERATORS
from rapport.kit.periods import PERIODS
from rapport.records.api.shapes import loosely
from rapport.records.fields import Field
from rapport.records.record import Record


def name_of(record: Record, part: str = "") -> str:
    """What the schemas of an entity are called: DealLines, DealLinesNew, DealLinesChange, DealLinesList, DealsWin."""
    return "".join(word.title() for word in f"{record.entity}-{part}".replace("_", "-").split("-"))


def ref(name: str, kind: str = "schemas") -> dict[str, Any]:
    """Points to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def components(records: Iterable[Record]) -> dict[str, dict[str, Any]]:
    """Every schema, parameter and problem, said once."""
    schemas: dict[str, Any] = {
        "Problem": PROBLEM,
        "Bulk": BULK,
        "BulkDone": BULK_DONE,
        "Totals": TOTALS,
        "Hits": HITS,
        "Duplicates": DUPLICATES,
        "Undone": UNDONE,
    }
    for record in records:
        schemas |= _schemas_of(record)
    problems = {
        f"Problem{code}": {
            "description": text, "content": {"application/problem+json": {"schema": ref("Problem")}},
        }
        for code, text in PROBLEMS.items()
    }  # fmt: skip
    return {"schemas": schemas, "responses": problems, "parameters": PARAMETERS}


def _schemas_of(record: Record) -> dict[str, Any]:
    known = record.fields_for().values()
    taken = [one for one in known if not one.readonly]
    change: dict[str, Any] = _object(_taken(taken))
    new: dict[str, Any] = {"allOf": [ref(name_of(record, "change"))]}
    if needed := [one.name for one in taken if one.required]:
        new["required"] = needed
    properties = {"id": {"type": "integer"}, "version": {"type": "integer"}}
    properties |= {one.name: _described(one, one.schema()) for one in known}
    page = {
        "items": {"type": "array", "items": ref(name_of(record))},
        "next": {"type": ["string", "null"]},
        "count": {"type": ["integer", "null"]},
    }
    return {
        # With `fields` an answer has those alone.
        name_of(record): {"type": "object", "properties": properties, "required": ["id", "version"]},
        name_of(record, "list"): {"type": "object", "properties": page, "required": list(page)},
        name_of(record, "new"): new,
        name_of(record, "change"): change,
        **({name_of(record, "duplicates"): _object(_taken(taken, loosely))} if record.duplicates else {}),
        **{name_of(record, verb.name): _object(_taken(verb.fields)) for verb in record.verbs},
    }


def _taken(fields: Iterable[Field], changed: Callable[[Any], Any] = lambda schema: schema) -> dict[str, Any]:
    return {one.name: _described(one, changed(one.input_schema())) for one in fields}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _described(one: Field, schema: dict[str, Any]) -> dict[str, Any]:
    said = one.explained()
    return {"title": str(one.label), **schema, **({"description": said} if said else {})}


def operators_said() -> str:
    """The condition language in a paragraph, from the table that the engine compiles by."""
    kinds = "; ".join(
        f"{kind}: " + ", ".join(op if takes == "one" else f"{op} ({takes})" for op, takes in operators.items())
        for kind, operators in OPERATORS.items()
    )
    return (
        'A leaf is {"field", "op", "value"}; {"all": []}, {"any": []} and {"not": {}} join them. '
        "Operators by kind of field, in brackets what they take if not one value: " + kinds + ". "
        "A period is one of " + ", ".join(PERIODS) + ", or counted: last_N_days, next_N_weeks, over_N_months_ago, "
        "in_over_N_days. Users are ids, “me” or “my_team”. organisation.country asks a linked record."
    )


def _parameter(name: str, where: str, kind: dict[str, Any], about: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": where, "schema": kind, "description": about, "required": required}


PARAMETERS = {
    "id": _parameter("id", "path", {"type": "integer"}, "The record.", required=True),
    "limit": _parameter(
        "limit", "query", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "Rows per answer."
    ),
    "after": _parameter("after", "query", {"type": "string"}, "The cursor “next” of the answer before."),
    "sort": _parameter("sort", "query", {"type": "string"}, "Field names, with - for descending, separated by commas."),
    "filter": _parameter("filter", "query", {"type": "string"}, f"A condition as JSON. {operators_said()}"),
    "fields": _parameter(
        "fields", "query", {"type": "string"}, "Names of the fields wanted; organisation.name reaches a linked record."
    ),
    "count": _parameter(
        "count", "query", {"type": "string", "enum": ["none", "estimate", "exact"]}, "How to count the whole list."
    ),
    "q": _parameter("q", "query", {"type": "string"}, "Words to search for."),
    "group": _parameter(
        "group", "query", {"type": "string"}, "A field to group by; of dates with a grain: closes_on:month."
    ),
    "calc": _parameter(
        "calc",
        "query",
        {"type": "string"},
        "Figures wanted, such as amount:sum,closes_on:min; also avg, max, filled, empty.",
    ),
    "include": _parameter("include", "query", {"type": "string"}, "Links, entities that link here, or timeline."),
    "if-match": _parameter("If-Match", "header", {"type": "string"}, "The version that was looked at."),
    "idempotency-key": _parameter(
        "Idempotency-Key", "header", {"type": "string", "maxLength": 200}, "Makes a repeated POST harmless."
    ),
}


def parameters(*names: str) -> list[dict[str, Any]]:
    """The parameters of an operation, by the names in PARAMETERS."""
    return [ref(name, "parameters") for name in names]


_BLAME = {"type": "object", "properties": {"field": {"type": "string"}, "message": {"type": "string"}}}
PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string"}, "version": {"type": "integer"},
        "errors": {"type": "array", "items": _BLAME}, "conflicts": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["type", "title", "status"],
}  # fmt: skip
PROBLEMS = {
    400: "The request cannot be read.", 401: "Nobody is signed in.", 403: "Not allowed.", 404: "No such record.",
    409: "Changed by somebody else first.", 422: "Some values cannot be taken.",
}  # fmt: skip


def answers(status: int, schema: dict[str, Any] | None, *problems: int) -> dict[str, Any]:
    """The responses of an operation."""
    good: dict[str, Any] = {"description": "Done."}
    if schema is not None:
        good["content"] = {"application/json": {"schema": schema}}
    return {str(status): good} | {str(code): ref(f"Problem{code}", "responses") for code in sorted({401, *problems})}


def body(schema: dict[str, Any], *, needed: bool = True) -> dict[str, Any]:
    """The request body of an operation."""
    return {"required": needed, "content": {"application/json": {"schema": schema}}}


BULK = {
    "type": "object",
    "properties": {
        "ids": {"type": ["array", "null"], "items": {"type": "integer"}},
        "filter": {"type": ["object", "null"], "description": "A condition, as in the parameter “filter” of the list."},
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
FIGURES = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {"value": {"type": ["string", "integer", "null"]}, "without_rate": {"type": "integer"}},
    },
    "description": "By “field:how”. Money is in the base currency, without the amounts that have no rate.",
}
TOTALS = {
    "type": "object",
    "properties": {
        "count": {"type": "integer"},
        "figures": FIGURES,
        "groups": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "key": {"type": "string"}, "label": {"type": "string"}, "count": {"type": "integer"},
                    "figures": FIGURES,
                },
            },
        },
        "more": {"type": "boolean", "description": "Only the largest groups are here."},
    },
}  # fmt: skip
HITS = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "entity": {"type": "string"}, "id": {"type": "integer"}, "name": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "required": ["items"],
}  # fmt: skip
DUPLICATES = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "integer"}, "name": {"type": "string"}, "detail": {"type": "string"},
                    "because": {"type": "array", "items": {"type": "string"}}, "asks": {"type": "boolean"},
                },
            },
        },
    },
    "required": ["items"],
    "description": "Records within reach that the values would repeat. `asks` is true where the pages ask before saving.",
}  # fmt: skip
UNDONE = {
    "type": "object",
    "properties": {name: {"type": "integer"} for name in ("action", "restored", "removed", "brought_back", "kept")},
    "description": "`kept` counts the rows that stay as they are, because they were changed or used since.",
}
