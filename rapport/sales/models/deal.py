from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now

from rapport.platform.journal.models import Journalled
from rapport.records.models import Owned, folded, search_index, search_text


class Deal(Owned):
    """A chance to sell. `status` follows the stage's kind and `amount_base` the dated rate; a trigger keeps both."""

    derived_columns = ("status", "stage_since", "amount_base", "position")

    name = models.CharField(max_length=250)
    organisation = models.ForeignKey(
        "customers.Organisation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.ForeignKey("customers.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    pipeline = models.ForeignKey("sales.Pipeline", on_delete=models.PROTECT, related_name="+")
    stage = models.ForeignKey("sales.Stage", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, default="open", db_default="open", editable=False)
    stage_since = models.DateTimeField(db_default=Now(), editable=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    amount_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    amount_base = models.DecimalField(max_digits=18, decimal_places=2, null=True, editable=False)
    opened_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    product = models.ForeignKey("catalogue.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    competitor = models.ForeignKey(
        "customers.Organisation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lost_reason = models.ForeignKey(
        "sales.LostReason", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    position = models.FloatField(default=0, db_default=0, editable=False)
    tags = ArrayField(models.BigIntegerField(), default=list, db_default=Value("{}"))
    description = models.TextField(blank=True, default="", db_default="")
    search_text = search_text("name", "external_id")

    class Meta:
        indexes = [
            models.Index(folded("name"), "id", name="deal_by_name"),
            models.Index(models.F("created_at").desc(), models.F("id").desc(), name="deal_by_age"),
            models.Index("closes_on", "id", name="deal_by_closes_on"),
            # The board's first cards with those that are won or lost.
            models.Index("pipeline", "stage", "closes_on", "id", condition=Q(deleted_at=None), name="deal_whole_board"),
            # The board's first cards, and its sums, without those that are won or lost.
            models.Index(
                "pipeline",
                "stage",
                "closes_on",
                "id",
                include=["owner", "amount", "amount_base"],
                condition=Q(deleted_at=None, status="open"),
                name="deal_open_board",
            ),
            search_index("deal_search"),
        ]

    def __str__(self) -> str:
        return self.name


class DealLine(Journalled):
    """One product in a deal: quantity x price less discount (in per cent)."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey("catalogue.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=300, blank=True, default="", db_default="")
    quantity = models.DecimalField(max_digits=14, decimal_places=3, default=1, db_default=1)
    price = models.DecimalField(max_digits=18, decimal_places=2)
    price_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    discount = models.DecimalField(max_digits=5, decimal_places=2, default=0, db_default=0)
    # A trigger puts a line without one behind the others of its deal.
    position = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(discount__gte=0, discount__lte=100), name="line_discount"),
        ]


class DealContact(Journalled):
    """A person's part in a deal: decides, uses, pays, advises, stands in the way."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="contacts")
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=30, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal", "person"], condition=Q(deleted_at=None), name="deal_contact_once")
        ]


class StageSpell(models.Model):
    """The time that a deal spent in a stage; a trigger opens and closes it."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="spells")
    stage = models.ForeignKey("sales.Stage", on_delete=models.CASCADE, related_name="+")
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
