from django.db import models
from django.db.models import Q

from rapport.platform.journal.models import Journalled


class ExchangeRate(Journalled):
    """From `starts_on` one unit of `currency` is worth `rate` units of the company's base currency."""

    currency = models.CharField(max_length=3)
    starts_on = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "starts_on"], condition=Q(deleted_at=None), name="rate_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.starts_on}"
