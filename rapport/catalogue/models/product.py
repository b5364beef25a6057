from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from rapport.platform.journal.models import Journalled
from rapport.records.models import folded, search_index, search_text


class ProductCategory(Journalled):
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    search_text = search_text("name")

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), condition=Q(deleted_at=None), name="category_once")]

    def __str__(self) -> str:
        return self.name


class Product(Journalled):
    """Something the company sells. `price` is for one `unit`, before tax."""

    name = models.CharField(max_length=200)
    code = models.CharField(max_length=60, blank=True, default="", db_default="")
    category = models.ForeignKey(ProductCategory, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    unit = models.CharField(max_length=60, blank=True, default="", db_default="")
    price = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    price_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    stock = models.IntegerField(null=True, blank=True)
    discontinued = models.BooleanField(default=False, db_default=False)
    description = models.TextField(blank=True, default="", db_default="")
    search_text = search_text("name", "code", "description")

    class Meta:
        indexes = [
            models.Index(folded("name"), "id", name="product_by_name"),
            search_index("product_search"),
        ]
        constraints = [
            models.UniqueConstraint(Lower("code"), condition=Q(deleted_at=None) & ~Q(code=""), name="product_code_once")
        ]

    def __str__(self) -> str:
        return self.name
