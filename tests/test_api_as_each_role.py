"""Whoever asks whatever of the API, the answer is one that the OpenAPI document names. bin/api-as-each-role does more."""

import pytest
from django.core.handlers.wsgi import WSGIHandler

from rapport.records.testing.cast import make_cast
from tests.hostile.api import ROLES, Found, Prober
from tests.hostile.world import populate

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def prober():
    cast = make_cast()
    return Prober(cast, populate(cast))


def test_every_operation_answers_each_role_as_documented(prober):
    found = Found()
    for role in ROLES:
        # An administrator gets furthest, so there is most to see; the seed is fixed, so nothing here is by chance.
        prober.try_all(role, found, examples=4 if role == "Administrator" else 2, edges=False)
    assert found.wrong == {}
    assert found.operations == len(ROLES) * len(prober.operations())
    statuses = {status for _role, status in found.answers}
    assert {200, 201, 401, 403, 404, 422} <= statuses, "the requests get somewhere"
    assert {status for role, status in found.answers if role == "anonymous"} <= {400, 401, 404, 405}


@pytest.mark.parametrize(
    ("status", "content", "wrong"),
    [
        (500, b"{}", "ServerError"),
        (418, b"{}", "UndefinedStatusCode"),
        (200, b'{"items": 5}', "JsonSchemaError"),
        (200, b"<p>", ""),
    ],
)
def test_the_probe_notices_answers_that_are_not_as_documented(prober, status, content, wrong):
    """Control: an application that answers otherwise."""

    class Wrong(WSGIHandler):
        def get_response(self, request):
            response = super().get_response(request)
            if request.path == "/api/v1/tags" and request.method == "GET":
                response.status_code, response.content = status, content
            return response

    probe = Prober(prober.cast, prober.ids, app=Wrong())
    found = Found()
    probe.try_all("Administrator", found, examples=2, edges=False, only=["GET /api/v1/tags"])
    assert any(wrong in what for what in found.wrong), found.wrong
