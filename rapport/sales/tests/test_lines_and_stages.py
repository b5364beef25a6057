"""What stages and deal lines complete by themselves."""

import datetime

import pytest

from rapport.catalogue.models import ExchangeRate
from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import Viewer, viewer_for
from rapport.records import registry, write
from rapport.records.errors import InvalidFields
from rapport.records.read import Query, Reader
from rapport.sales.models import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db: None) -> Viewer:
    return viewer_for(User.objects.create_user(email="ana@example.com", name="Ana", role="administrator"))


def created(viewer: Viewer, entity: str, **values: object) -> int:
    return write.create(registry.get(entity), values, viewer=viewer)


def test_a_new_stage_comes_last(ana: Viewer) -> None:
    pipeline = created(ana, "pipelines", name="Renewals")
    for name in ("First", "Second", "Third"):
        created(ana, "stages", pipeline=pipeline, name=name)
    named = Stage.objects.filter(pipeline_id=pipeline, kind="open").order_by("position").values_list("name", "position")
    assert list(named) == [("First", 0), ("Second", 1), ("Third", 2)]
    first = Stage.objects.get(name="First")
    write.change(registry.get("stages"), first.pk, {"position": None}, viewer=ana)
    first.refresh_from_db()
    assert first.position == 3


def test_a_stage_takes_its_place_and_the_others_move_on(ana: Viewer) -> None:
    pipeline = created(ana, "pipelines", name="Renewals")
    for name in ("First", "Second", "Third"):
        created(ana, "stages", pipeline=pipeline, name=name)
    created(ana, "stages", pipeline=pipeline, name="Between", position=1)
    stages = Stage.objects.filter(pipeline_id=pipeline).order_by("position").values_list("name", "position")
    # Won and lost stand far behind and stay there.
    assert list(stages) == [("First", 0), ("Between", 1), ("Second", 2), ("Third", 3), ("Won", 1000), ("Lost", 1001)]


def line(viewer: Viewer, **values: object) -> dict:
    pk = created(viewer, "deal-lines", **values)
    query = Query(columns=["price", "position"], ids=[pk])
    return Reader(registry.get("deal-lines"), viewer).slice(query).items[0]


def test_a_product_costs_in_the_currency_of_the_deal(ana: Viewer) -> None:
    ExchangeRate.objects.create(currency="USD", starts_on=datetime.date(2020, 1, 1), rate="0.80")
    product = created(ana, "products", name="Axe", price={"amount": "100", "currency": "USD"})
    euros = created(ana, "deals", name="One", amount={"amount": "500", "currency": "EUR"})
    dollars = created(ana, "deals", name="Two", amount={"amount": "500", "currency": "USD"})
    empty = created(ana, "deals", name="Three")
    prices = [line(ana, deal=deal, product=product)["price"] for deal in (euros, dollars, empty)]
    assert [(str(p["amount"]), p["currency"]) for p in prices] == [
        ("80.00", "EUR"), ("100.00", "USD"), ("100.00", "USD"),
    ]  # fmt: skip
    assert [line(ana, deal=euros, product=product)["position"] for _ in range(2)] == [1, 2]


def test_without_a_rate_a_price_is_asked_for(ana: Viewer) -> None:
    product = created(ana, "products", name="Axe", price={"amount": "100", "currency": "CHF"})
    deal = created(ana, "deals", name="One", amount={"amount": "500", "currency": "EUR"})
    with pytest.raises(InvalidFields) as refused:
        created(ana, "deal-lines", deal=deal, product=product)
    assert list(refused.value.errors) == ["price"]
    assert (
        line(ana, deal=deal, product=product, price={"amount": "90", "currency": "EUR"})["price"]["currency"] == "EUR"
    )
