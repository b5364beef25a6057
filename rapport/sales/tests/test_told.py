"""The history tells of a deal in words that fit a sentence."""

import pytest

from rapport.platform.journal.models import Action
from rapport.records import registry, write
from rapport.records.pages.doings import told
from rapport.records.testing.cast import make_cast

pytestmark = pytest.mark.django_db


def test_a_deal_is_won_and_reopened():
    cast = make_cast()
    pk = write.create(registry.get("deals"), {"name": "Twelve looms"}, viewer=cast.viewer("ana"))
    for verb in ("win", "reopen"):
        assert cast.call("ana", "POST", f"/deals/{pk}/{verb}", {}).status == 200
    last = told(list(Action.objects.order_by("-pk")[:2]), cast.viewer("ana"))
    assert [(str(one["did"]), one["what"]) for one in last] == [("reopened", "Twelve looms"), ("won", "Twelve looms")]
