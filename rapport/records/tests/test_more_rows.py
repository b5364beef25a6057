"""The list grows as one scrolls: htmx asks for the rows after a cursor and gets rows alone."""

import re

import pytest

from rapport.records import registry, write
from rapport.records.testing.cast import make_cast

pytestmark = pytest.mark.django_db


def test_the_next_rows_come_alone_and_end(client):
    cast = make_cast()
    viewer = cast.viewer("ana")
    for i in range(55):
        write.create(registry.get("people"), {"last_name": f"Quill {i:02}"}, viewer=viewer)
    client.force_login(cast.ana)
    first = client.get("/people").content.decode()
    more = re.search(r'hx-get="(\?[^"]*after=[^"]+)"', first)[1].replace("&amp;", "&")
    rest = client.get(f"/people{more}", headers={"HX-Request": "true", "HX-Target": "tr"}).content.decode()
    assert first.count(" data-row=") == 50 and rest.count(" data-row=") == 5
    assert "<html" not in rest and 'class="more"' not in rest
