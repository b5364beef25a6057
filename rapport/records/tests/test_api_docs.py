"""The API reference: for who may call the API, complete, and with examples that work."""

import re
import shlex

import orjson
import pytest
from django.test import Client

from rapport.records import registry
from rapport.records.testing.cast import Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def test_strangers_are_sent_to_the_door_and_tokens_are_let_in(cast):
    assert Client().get("/api/v1/docs").status_code == 302
    assert Client().get("/api/v1/docs", headers={"Authorization": "Bearer rap_nonsense"}).status_code == 302
    for name in ("ana", "rita"):
        headers = {"Authorization": f"Bearer {cast.tokens[name]}"}
        assert Client().get("/api/v1/docs/people", headers=headers).status_code == 200
    assert Client().get("/api/v1/docs", headers={"Authorization": f"Bearer {cast.tokens['dora']}"}).status_code == 302


def test_every_operation_of_the_document_stands_on_a_page(cast):
    client = Client()
    client.force_login(cast.ana)
    overview = client.get("/api/v1/docs").content.decode()
    pages = ["general", *(record.entity for record in registry.all_records())]
    assert all(f'href="/api/v1/docs/{name}"' in overview for name in pages)
    texts = [client.get(f"/api/v1/docs/{name}").content.decode() for name in pages]
    shown = {found for text in texts for found in re.findall(r'r-operation" id="(\w+)"', text)}
    document = client.get("/api/v1/openapi.json").json()
    assert shown == {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    assert client.get("/api/v1/docs/nonsense").status_code == 404


@pytest.mark.parametrize("entity", [record.entity for record in registry.all_records()])
def test_the_example_of_a_list_works(cast, entity):
    from html import unescape

    client = Client()
    client.force_login(cast.adam)
    text = unescape(client.get(f"/api/v1/docs/{entity}").content.decode())
    words = shlex.split(text.split("<pre")[1].split("<code>")[1].split("</code>")[0].replace("\\\n", " "))
    query = dict(word.split("=", 1) for i, word in enumerate(words) if words[i - 1] == "--data-urlencode")
    assert words[-1] == f"http://testserver/api/v1/{entity}"
    answer = cast.call("adam", "GET", f"/{entity}", query=query)
    assert answer.status == 200, answer
    assert orjson.loads(query["filter"])["op"] == "is_filled"
