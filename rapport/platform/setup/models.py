from django.db import models


class Company(models.Model):
    """The company that runs this instance: one row."""

    name = models.CharField(max_length=150, default="My company", db_default="My company")
    street = models.CharField(max_length=200, blank=True, default="", db_default="")
    postal_code = models.CharField(max_length=20, blank=True, default="", db_default="")
    city = models.CharField(max_length=120, blank=True, default="", db_default="")
    country = models.CharField(max_length=2, default="GB", db_default="GB")
    currency = models.CharField(max_length=3, default="EUR", db_default="EUR")
    time_zone = models.CharField(max_length=60, default="UTC", db_default="UTC")
    language = models.CharField(max_length=10, default="en-gb", db_default="en-gb")
    fiscal_year_starts = models.PositiveSmallIntegerField(default=1, db_default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="company_is_one_row")]

    def __str__(self) -> str:
        return self.name
