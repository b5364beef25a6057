"""What other rooms may ask of the catalogue."""

from typing import Any

from rapport.catalogue.models import Product
from rapport.records.fields.base import row_id


def price_of(product: Any) -> dict[str, Any] | None:
    """The price of a product given by id or {"id": ...} as {"amount", "currency"}, or None."""
    number = row_id(product.get("id") if isinstance(product, dict) else product)
    found = Product.objects.filter(pk=number, deleted_at=None).first() if number else None
    return {"amount": found.price, "currency": found.price_currency} if found and found.price is not None else None
