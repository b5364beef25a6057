"""Whoever asks whatever of the API, the answer is one that the OpenAPI document names. bin/api-as-each-role asks far more."""

import pytest
from django.core.handlers.wsgi import WSGIHandler

from rapport.records.api import shapes
from rapport.records.testing.cast import make_cast
from tests.hostile.api import ROLES, Found, Prober
from tests.hostile.world import populate

# These have a bit of everything; of the others only what depends on their fields is asked here.
WHOLE = ("people", "deals", "tasks")

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(300)]


class Mended(WSGIHandler):
    """The application; the answer to a list of tags can be made to be wrong."""

    wrong: tuple[int, bytes] | None = None

    def get_response(self, request):
        response = super().get_response(request)
        if self.wrong and request.path == "/api/v1/tags" and request.method == "GET":
            response.status_code, response.content = self.wrong
        return response


@pytest.fixture
def prober():
    cast = make_cast()
    return Prober(cast, populate(cast), app=Mended())


def asked(label):
    """Whether the operation is among those that are asked here."""
    method, path = label.split()
    entity, _slash, rest = path.removeprefix("/api/v1/").partition("/")
    return entity in (*WHOLE, "search", "files", "actions") or (method in ("POST", "PATCH") and rest in ("", "{id}"))


def test_each_role_is_answered_as_documented(prober):
    found = Found()
    wanted = [operation.label for operation in prober.operations() if asked(operation.label)]
    # The seed is fixed, so nothing here is by chance.
    prober.try_all(ROLES, found, examples=2, edges=False, only=wanted)
    assert found.wrong == {}
    assert found.operations == len(ROLES) * len(wanted) > 300
    statuses = {status for _role, status in found.answers}
    assert {200, 401, 403, 404, 422} <= statuses, "the requests get somewhere"
    assert {status for role, status in found.answers if role == "anonymous"} <= {400, 401, 403, 404, 405}


def test_the_probe_notices_answers_that_are_not_as_documented(prober, monkeypatch):
    """Controls: an application that answers otherwise, and one that takes what it should not."""

    def found(only, *, edges=False):
        result = Found()
        prober.try_all(["Administrator"], result, examples=2, edges=edges, only=[only])
        return " ".join(result.wrong)

    for status, content, name in (
        (500, b"{}", "ServerError"), (418, b"{}", "UndefinedStatusCode"), (200, b'{"items": 5}', "JsonSchemaError"),
        (200, b"<p>", "MalformedJson"),
    ):  # fmt: skip
        prober.schema.app.wrong = (status, content)
        assert name in found("GET /api/v1/tags")
    assert found("POST /api/v1/teams", edges=True) == ""
    monkeypatch.setattr(shapes, "misfit", lambda _value, _schema: "")
    assert "AcceptedNegativeData" in found("POST /api/v1/teams", edges=True)
