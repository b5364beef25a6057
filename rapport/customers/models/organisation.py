from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value

from rapport.records.models import Owned, first_point, folded, search_index, search_text


class Organisation(Owned):
    """A company, school, authority or club. `size` counts employees; `revenue` is per year."""

    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=253, blank=True, default="", db_default="")
    industry = models.CharField(max_length=120, blank=True, default="", db_default="")
    size = models.IntegerField(null=True, blank=True)
    revenue = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    revenue_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    founded = models.IntegerField(null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    emails = models.JSONField(default=list, db_default=[])
    phones = models.JSONField(default=list, db_default=[])
    addresses = models.JSONField(default=list, db_default=[])
    email = first_point("emails", "address")
    phone = first_point("phones", "number")
    city = first_point("addresses", "city")
    country = first_point("addresses", "country")
    tier = models.ForeignKey("customers.Tier", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    tags = ArrayField(models.BigIntegerField(), default=list, db_default=Value("{}"))
    description = models.TextField(blank=True, default="", db_default="")
    search_text = search_text("name", "domain", "industry", points={"emails": "address"}, digits={"phones": "number"})

    class Meta:
        indexes = [
            models.Index(folded("name"), "id", name="organisation_by_name"),
            models.Index(models.F("created_at").desc(), models.F("id").desc(), name="organisation_by_age"),
            # Who has this domain already is asked while an organisation is typed in.
            models.Index(fields=["domain"], condition=~Q(domain=""), name="organisation_by_domain"),
            search_index("organisation_search"),
        ]

    def __str__(self) -> str:
        return self.name
