"""Who took which records out, when and how many."""

from django.conf import settings as site
from django.db import models
from django.db.models.functions import Now


class ExportMade(models.Model):
    """One list that was written as a file. `rows` stays empty when its reader went away before the end."""

    entity = models.CharField(max_length=40)
    format = models.CharField(max_length=5)
    filter = models.TextField(blank=True, default="")
    q = models.CharField(max_length=200, blank=True, default="")
    chosen = models.IntegerField(default=0)
    rows = models.IntegerField(null=True)
    source = models.CharField(max_length=20, default="page")
    created_by = models.ForeignKey(site.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
