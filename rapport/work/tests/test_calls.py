"""The length of a call: minutes for people, seconds for programs."""

import pytest
from django.test import Client

from rapport.records import registry, write
from rapport.records.testing.cast import Cast, make_cast
from rapport.work.models import Call

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def ana(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.users["ana"])
    return client


def log(cast: Cast, ana: Client, duration: str):
    person = write.create(registry.get("people"), {"name": "Pat Example"}, viewer=cast.viewer("ana"))
    given = {"title": "A call", "duration": duration}
    return ana.post(f"/people/{person}/log/calls", given, headers={"HX-Request": "true"})


@pytest.mark.parametrize(
    ("typed", "seconds", "read"),
    [("12", 720, "12 min"), ("1:05", 3900, "1:05 h"), ("0,5", 30, "30 s"), ("0:25:31", 1531, "26 min")],
)
def test_people_type_minutes_and_read_them(cast, ana, typed, seconds, read):
    assert log(cast, ana, typed).status_code == 200
    call = Call.objects.get()
    assert call.duration == seconds
    assert read in ana.get("/calls").content.decode()
    assert cast.call("ana", "GET", f"/calls/{call.pk}").json["duration"] == seconds
    field = registry.get("calls").field("duration")
    context = registry.get("calls").context(cast.viewer("ana"))
    assert field.parse(field.export(seconds), context) == seconds
    assert field.from_form({"duration": field.typed(seconds)}, "duration") == seconds


def test_what_is_no_duration_is_said_beside_the_field_and_stays(cast, ana):
    answer = log(cast, ana, "long")
    page = answer.content.decode()
    assert answer.status_code == 422 and "“long” is not a duration" in page and 'value="long"' in page
    assert not Call.objects.exists()


def test_programs_give_seconds(cast):
    assert cast.call("ana", "POST", "/calls", {"title": "A call", "duration": 90}).json["duration"] == 90
    refused = cast.call("ana", "POST", "/calls", {"title": "A call", "duration": "soon"})
    assert refused.status == 422 and "duration" in str(refused.json)
