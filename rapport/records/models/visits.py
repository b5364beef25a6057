"""Which records somebody looked at, for the suggestions of the palette."""

from django.conf import settings
from django.db import models


class Visit(models.Model):
    """That a user opened a record's page, and when last; entity "home" and row 0 are the page that the day begins with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    entity = models.CharField(max_length=40, db_collation="C")
    row = models.BigIntegerField()
    at = models.DateTimeField()
    # When the stay before this one ended: what changed since is news.
    before = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "entity", "row"], name="visit_once")]
        indexes = [models.Index(fields=["user", "-at"], name="visit_latest")]
