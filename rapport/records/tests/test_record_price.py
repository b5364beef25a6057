"""What a record's page costs: as many queries with two hundred entries as with two."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.records import registry, write
from rapport.records.testing.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


def fill(cast: Cast, person: int, count: int) -> None:
    about = [f"people/{person}"]
    for i in range(count):
        entity = ("notes", "calls", "messages", "tasks")[i % 4]
        values = {"title": f"Entry {i}", "body": "What was said. " * 10, "about": about}
        write.create(registry.get(entity), values, viewer=cast.viewer("ben"))
        if i % 4 == 0:
            write.change(registry.get("people"), person, {"job_title": f"Buyer {i}"}, viewer=cast.viewer("ben"))


def cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return sum("setup_company" not in query["sql"] for query in caught.captured_queries)


def test_a_long_history_takes_no_more_queries_than_a_short_one():
    cast = make_cast()
    person = write.create(registry.get("people"), {"name": "Pat Example"}, viewer=cast.viewer("ana"))
    client = Client()
    client.force_login(cast.users["ana"])
    fill(cast, person, 4)
    addresses = [f"/people/{person}", f"/people/{person}/parts", f"/people/{person}/timeline"]
    few = [cost(client, address) for address in addresses]
    fill(cast, person, 200)
    assert [cost(client, address) for address in addresses] == few
