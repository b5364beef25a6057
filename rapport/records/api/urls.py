"""Addresses of the API. Each entity's lie below one pattern, so that none is found only after two hundred others."""

from collections.abc import Sequence
from typing import Any

from django.urls import include, path

from rapport.records import registry
from rapport.records.api.build import build_api
from rapport.records.api.docs import document, reference


def by_entity(patterns: Sequence[Any]) -> list[Any]:
    """The same addresses with the same names, in the same order within each entity."""
    made: list[Any] = []
    below: dict[str, list[Any]] = {}
    for one in patterns:
        entity, slash, rest = str(one.pattern).partition("/")
        if not slash or registry.find(entity) is None:
            made.append(one)
            continue
        if entity not in below:
            below[entity] = []
            made.append(path(f"{entity}/", include(below[entity])))
        below[entity].append(path(rest, one.callback, one.default_args, name=one.name))
    return made


api = build_api()
_operations, _app, _namespace = api.urls

urlpatterns = [
    path("openapi.json", document(api)),
    path("docs", reference(api)),
    path("docs/<slug:entity>", reference(api)),
    path("", (by_entity(_operations), _app, _namespace)),
]
