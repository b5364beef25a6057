"""What other rooms may ask of the catalogue."""

from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from rapport.catalogue.models import Product
from rapport.kit.money import round_amount
from rapport.records.errors import InvalidFields
from rapport.records.fields.base import row_id


def price_of(product: Any, currency: str = "") -> dict[str, Any] | None:
    """The price of a product given by id or {"id": ...} as {"amount", "currency"}, or None.

    With `currency` the price is in it, at today's rates. Raises InvalidFields (price) if there is no rate.
    """
    number = row_id(product.get("id") if isinstance(product, dict) else product)
    found = Product.objects.filter(pk=number, deleted_at=None).first() if number else None
    if found is None or found.price is None:
        return None
    if currency in ("", found.price_currency):
        return {"amount": found.price, "currency": found.price_currency}
    rate = _rate(found.price_currency, currency)
    if rate is None:
        raise InvalidFields(
            {
                "price": _("The product costs %(theirs)s and there is no rate to %(ours)s: give a price.")
                % {"theirs": f"{found.price} {found.price_currency}", "ours": currency}
            }
        )
    return {"amount": round_amount(found.price * rate, currency), "currency": currency}


def _rate(source: str, target: str) -> Decimal | None:
    """What one of the source currency is worth in the target today, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT rapport_in_base(1, %s, current_date) / nullif(rapport_in_base(1, %s, current_date), 0)""",
            [source, target],
        )
        rate: Decimal | None = cursor.fetchone()[0]
    return rate
