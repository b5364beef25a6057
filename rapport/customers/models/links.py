from django.db import models
from django.db.models import Q

from rapport.platform.journal.models import Journalled


class Employment(Journalled):
    """A person's part in an organisation. The primary one is kept in step with the person's own organisation."""

    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey("customers.Organisation", on_delete=models.CASCADE, related_name="+")
    job_title = models.CharField(max_length=150, blank=True, default="", db_default="")
    department = models.CharField(max_length=120, blank=True, default="", db_default="")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_primary = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"], condition=Q(deleted_at=None, ends_on=None), name="employment_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="employment_ends_after_start",
            ),
        ]


class Relationship(Journalled):
    """How one party stands to another: "Ana is the spouse of Ben", "Acme is a supplier of Initech"."""

    person = models.ForeignKey("customers.Person", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "customers.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=30)
    other_person = models.ForeignKey(
        "customers.Person", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    other_organisation = models.ForeignKey(
        "customers.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    description = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="relationship_has_one_party",
            ),
            models.CheckConstraint(
                condition=Q(other_person=None, other_organisation__isnull=False)
                | Q(other_person__isnull=False, other_organisation=None),
                name="relationship_has_one_other_party",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(other_person=None) | ~Q(person=models.F("other_person")),
                name="relationship_of_two_people",
            ),
            models.CheckConstraint(
                condition=Q(organisation=None)
                | Q(other_organisation=None)
                | ~Q(organisation=models.F("other_organisation")),
                name="relationship_of_two_organisations",
            ),
        ]
