"""The figures at the head of a page tell only what the viewer may see."""

import pytest
from django.utils import translation

from rapport.records import registry, write
from rapport.records.read import Reader
from rapport.records.summaries import figures
from rapport.records.testing.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def acme(cast):
    """An organisation of Ana's with a deal of hers won, one of hers open and one of Cleo's open."""
    adam = cast.viewer("adam")
    organisations, deals = registry.get("organisations"), registry.get("deals")
    pk = write.create(organisations, {"name": "Acme", "owner": cast.ana.pk}, viewer=adam)
    made = []
    for name, owner, amount in (("won", "ana", "1000"), ("open", "ana", "250"), ("foreign", "cleo", "40000")):
        values = {"name": name, "organisation": pk, "owner": cast.users[owner].pk}
        made.append(write.create(deals, values | {"amount": {"amount": amount, "currency": "EUR"}}, viewer=adam))
    deals.verb("win").run(adam, made[0])
    return pk


def shown(cast, name, entity, pk):
    record, viewer = registry.get(entity), cast.viewer(name)
    with translation.override("en-gb"):
        item = Reader(record, viewer).get(pk)
        return {str(f.label): str(f.html) for f in figures(record, pk, item, viewer)}


def test_the_owner_sees_the_deals_within_reach_and_no_more(cast, acme):
    seen = shown(cast, "ana", "organisations", acme)
    assert (seen["Open deals"], seen["Won so far"], seen["Won of decided"]) == ("€250", "€1,000", "1 of 1")


def test_the_administrator_sees_all(cast, acme):
    assert shown(cast, "adam", "organisations", acme)["Open deals"] == "€40,250"


def test_nothing_is_shown_without_deals(cast):
    pk = write.create(registry.get("people"), {"last_name": "Lone"}, viewer=cast.viewer("ana"))
    assert shown(cast, "ana", "people", pk) == {}


def test_one_query_each(cast, acme, django_assert_num_queries):
    record, viewer = registry.get("organisations"), cast.viewer("adam")
    figures(record, acme, {}, viewer)
    with django_assert_num_queries(1):
        figures(record, acme, {}, viewer)
