from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Value

from rapport.records.models import Owned, first_point, folded, search_index, search_text


class Person(Owned):
    """Somebody the company knows.

    `emails`, `phones` and `addresses` are lists whose first element is the primary one; `email`, `phone`, `city` and
    `country` are generated from it.
    """

    first_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    last_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    name = models.GeneratedField(
        expression=Func(
            Func(
                F("first_name"),
                Func(Value(" "), F("last_name"), template="%(expressions)s", arg_joiner=" || "),
                template="%(expressions)s",
                arg_joiner=" || ",
            ),
            function="btrim",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    emails = models.JSONField(default=list, db_default=[])
    phones = models.JSONField(default=list, db_default=[])
    addresses = models.JSONField(default=list, db_default=[])
    email = first_point("emails", "address")
    phone = first_point("phones", "number")
    city = first_point("addresses", "city")
    country = first_point("addresses", "country")
    organisation = models.ForeignKey(
        "customers.Organisation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    job_title = models.CharField(max_length=150, blank=True, default="", db_default="")
    birth_date = models.DateField(null=True, blank=True)
    gender = models.CharField(max_length=20, blank=True, default="", db_default="")
    language = models.CharField(max_length=10, blank=True, default="", db_default="")
    education = models.CharField(max_length=20, blank=True, default="", db_default="")
    marital_status = models.CharField(max_length=20, blank=True, default="", db_default="")
    income_band = models.CharField(max_length=20, blank=True, default="", db_default="")
    tier = models.ForeignKey("customers.Tier", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    photo = models.ForeignKey(
        "files.File", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    tags = ArrayField(models.BigIntegerField(), default=list, db_default=Value("{}"))
    description = models.TextField(blank=True, default="", db_default="")
    search_text = search_text(
        "first_name",
        "last_name",
        "job_title",
        points={"emails": "address"},
        digits={"phones": "number"},
    )

    class Meta:
        indexes = [
            models.Index(folded("name"), "id", name="person_by_name"),
            models.Index(models.F("created_at").desc(), models.F("id").desc(), name="person_by_age"),
            # The gate asks which person a picture belongs to; few have one.
            models.Index(fields=["photo"], condition=models.Q(photo__isnull=False), name="person_by_photo"),
            search_index("person_search"),
        ]

    def __str__(self) -> str:
        return self.name
