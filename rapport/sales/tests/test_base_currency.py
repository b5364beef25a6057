"""Amounts in the base currency follow rates and the base itself."""

from decimal import Decimal

import pytest
from django.test import Client

from rapport.catalogue.models import ExchangeRate
from rapport.platform.setup.company import forget
from rapport.platform.setup.models import Company
from rapport.records import registry, write
from rapport.records.testing.cast import Cast, make_cast
from rapport.sales.models import Deal

COMPANY = {"name": "Halden", "country": "DE", "time_zone": "UTC", "language": "en-gb", "fiscal_year_starts": "1"}


@pytest.fixture
def cast(db) -> Cast:
    Company.objects.update_or_create(pk=1, defaults={"currency": "EUR"})
    forget()
    return make_cast()


def deal(cast: Cast, amount: str, currency: str) -> Deal:
    values = {
        "name": f"{amount} {currency}",
        "amount": {"amount": amount, "currency": currency},
        "closes_on": "2026-06-30",
    }
    return Deal.objects.get(pk=write.create(registry.get("deals"), values, viewer=cast.viewer("ana")))


def base(one: Deal) -> Decimal | None:
    return Deal.objects.get(pk=one.pk).amount_base


def rate(cast: Cast, currency: str, starts_on: str, worth: str) -> int:
    return write.create(
        registry.get("rates"), {"currency": currency, "starts_on": starts_on, "rate": worth}, viewer=cast.viewer("adam")
    )


def change(cast: Cast, currency: str) -> int:
    client = Client()
    client.force_login(cast.adam)
    return client.post("/settings/company", COMPANY | {"currency": currency}).status_code


def test_a_rate_that_comes_changes_or_goes_is_felt_at_once(cast):
    dollars, euros = deal(cast, "100", "USD"), deal(cast, "50", "EUR")
    versions = [d.version for d in (dollars, euros)]
    assert (base(dollars), base(euros)) == (None, 50)
    pk = rate(cast, "USD", "2026-01-01", "0.8")
    assert (base(dollars), base(euros)) == (80, 50)
    write.change(registry.get("rates"), pk, {"rate": "0.9"}, viewer=cast.viewer("adam"))
    assert base(dollars) == 90
    write.remove(registry.get("rates"), pk, viewer=cast.viewer("adam"))
    assert base(dollars) is None
    # What does not come out differently is not touched.
    assert Deal.objects.get(pk=euros.pk).version == versions[1]


def test_another_base_converts_rates_and_amounts(cast):
    rate(cast, "USD", "2026-01-01", "0.8")
    rate(cast, "CHF", "2026-01-01", "1.2")
    deals = [deal(cast, "100", currency) for currency in ("USD", "EUR", "CHF")]
    assert [base(d) for d in deals] == [80, 100, 120]
    assert change(cast, "USD") == 302
    assert [base(d) for d in deals] == [100, 125, 150]
    found = ExchangeRate.objects.filter(deleted_at=None).values_list("currency", "rate")
    assert set(found) == {("EUR", Decimal("1.25")), ("CHF", Decimal("1.5"))}
    assert change(cast, "EUR") == 302
    assert [base(d) for d in deals] == [80, 100, 120]


def test_without_a_rate_for_it_another_base_is_refused_and_nothing_changes(cast):
    rate(cast, "USD", "2026-01-01", "0.8")
    one = deal(cast, "100", "USD")
    assert change(cast, "CHF") == 422
    assert (base(one), Company.objects.get().currency) == (80, "EUR")


def test_without_any_rate_another_base_is_taken(cast):
    one = deal(cast, "100", "EUR")
    assert change(cast, "CHF") == 302
    assert base(one) is None
