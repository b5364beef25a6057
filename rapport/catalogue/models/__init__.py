from rapport.catalogue.models.product import Product, ProductCategory
from rapport.catalogue.models.rate import ExchangeRate

__all__ = ["ExchangeRate", "Product", "ProductCategory"]
