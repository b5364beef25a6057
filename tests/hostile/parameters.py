"""Every place of an address or a form that somebody can write into, found by watching what the pages ask for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.http import QueryDict
from django.test import Client
from django.urls import get_resolver

# Streams without an end, and what would end the session of the caller.
LEFT_OUT = re.compile(r"^(live$|readyz$|static/|__|api/|styleguide)")


def routes(entities: list[str]) -> Iterator[str]:
    """Every page's pattern with the entities put in; other parts still stand as "<int:id>"."""
    for pattern in _patterns():
        if LEFT_OUT.match(pattern):
            continue
        if "<entity:record>" not in pattern:
            yield pattern
            continue
        for entity in entities:
            yield pattern.replace("<entity:record>", entity)


def _patterns(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern, whole)
        else:
            yield whole


def filled(pattern: str, ids: dict[str, list[int]], text: str = "") -> str:
    """An address of the pattern; `text` is put where the pattern takes any text."""
    entity = pattern.split("/")[0]
    known = ids.get(entity, [1])
    places = {"int": str(known[0]), "slug": "name", "entity": "notes", "str": text or "x", "path": text or "x"}
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: places[found[1]], pattern)


@contextmanager
def asked_for() -> Iterator[set[str]]:
    """The names of parameters that the views ask for inside."""
    names: set[str] = set()

    def noted(method: str) -> Any:
        real = getattr(QueryDict, method)

        def spy(self: QueryDict, key: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(key, str) and key != "csrfmiddlewaretoken":
                names.add(key)
            return real(self, key, *args, **kwargs)

        return mock.patch.object(QueryDict, method, spy)

    with noted("get"), noted("getlist"), noted("__getitem__"), noted("__contains__"):
        yield names


def call(client: Client, method: str, address: str, values: dict[str, Any], **headers: str) -> Any:
    """Asks as the client, whatever the answer before did to its cookies, and reads the answer to its end."""
    kept = client.cookies.copy()
    query = {"query_params": values} if method == "GET" else {"data": values}
    response = (
        client.generic(method, address, headers=headers, **query)
        if method == "GET"
        else client.post(address, headers=headers, **query)
    )
    client.cookies = kept
    if response.streaming and not hasattr(response.streaming_content, "__aiter__"):
        b"".join(response.streaming_content)
    return response
