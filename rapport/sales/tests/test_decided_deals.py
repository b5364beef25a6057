"""A deal that is decided is reopened before it is decided otherwise; and what helps at a stage."""

import pytest
from django.test import Client
from django.utils import timezone

from rapport.platform.facts.models import Fact
from rapport.records import registry, write
from rapport.records.read import Reader
from rapport.records.testing.cast import Cast, make_cast
from rapport.sales.models import Stage
from rapport.sales.queries import guide, stage_bar

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def deal(cast: Cast) -> int:
    return write.create(registry.get("deals"), {"name": "Chairs"}, viewer=cast.viewer("ana"))


@pytest.mark.parametrize(("first", "then"), [("win", "lose"), ("lose", "win")])
def test_won_is_not_lost_and_lost_is_not_won(cast, deal, first, then):
    assert cast.call("ana", "POST", f"/deals/{deal}/{first}", {}).status == 200
    before = cast.call("ana", "GET", f"/deals/{deal}").json
    facts = Fact.objects.count()
    answer = cast.call("ana", "POST", f"/deals/{deal}/{then}", {})
    assert (answer.status, answer.blamed) == (422, {"status"})
    assert "Reopen it first" in str(answer.json)
    assert cast.call("ana", "GET", f"/deals/{deal}").json == before
    assert Fact.objects.count() == facts
    assert cast.call("ana", "POST", f"/deals/{deal}/reopen", {}).status == 200
    assert cast.call("ana", "POST", f"/deals/{deal}/{then}", {}).status == 200


def test_twice_is_once(cast, deal):
    for _time in range(2):
        assert cast.call("ana", "POST", f"/deals/{deal}/win", {}).json["status"] == "won"


def test_a_stage_tells_what_helps_and_what_is_missing(cast, deal):
    viewer = cast.viewer("ana")
    item = Reader(registry.get("deals"), viewer).get(deal)
    first, second = Stage.objects.filter(pipeline_id=item["pipeline"]["id"], kind="open").order_by("position")[:2]
    Stage.objects.filter(pk__in=(first.pk, second.pk)).update(guidance="", required_fields=[])
    assert guide(stage_bar(deal, viewer), item, viewer) is None
    Stage.objects.filter(pk=first.pk).update(guidance="Who decides?", required_fields=["name"])
    Stage.objects.filter(pk=second.pk).update(required_fields=["amount"])
    told = guide(stage_bar(deal, viewer), item, viewer)
    assert told and (told["text"], told["missing"], told["next"]) == ("Who decides?", 1, second.name)
    assert [(one["name"], bool(one["html"]), one["next"]) for one in told["fields"]] == [
        ("name", True, False),
        ("amount", False, True),
    ]


def test_a_message_without_subject_is_called_after_its_first_words(cast):
    write.create(registry.get("messages"), {"body": "The chairs have\narrived."}, viewer=cast.viewer("ana"))
    from django.test import Client

    client = Client()
    client.force_login(cast.users["ana"])
    assert "The chairs have arrived." in client.get("/messages").content.decode()


def test_the_dialogs_of_won_and_lost_propose_today(cast, deal):
    client = Client()
    client.force_login(cast.users["ana"])
    for verb in ("win", "lose"):
        for path in (f"/deals/{deal}/do/{verb}", f"/deals/many/edit?mode=verb&verb={verb}&ids={deal}"):
            answer = client.get(path, headers={"HX-Request": "true"})
            assert answer.status_code == 200, path
            assert f'value="{timezone.localdate().isoformat()}"' in answer.content.decode(), path
