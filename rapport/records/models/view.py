"""Saved views: what somebody wants to see of an entity again, and how each user uses them."""

from django.conf import settings
from django.db import models

from rapport.platform.journal.models import Journalled


class View(Journalled):
    """A named look at the records of one entity.

    `filter` is condition JSON or "", `sort` is "-amount,name", `columns` is a list of {"name", "width", "frozen"} in
    which width (px) and frozen may be absent, `calculations` is {column: "sum"}; empty means what the declaration says.
    A private view is its owner's alone. A `locked` one is changed by its owner and administrators only. An `offered` one
    is what everybody begins with who has not chosen otherwise.
    """

    LIST, BOARD = "list", "board"

    entity = models.CharField(max_length=40, db_collation="C")
    name = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    shared = models.BooleanField(default=False, db_default=False)
    locked = models.BooleanField(default=False, db_default=False)
    offered = models.BooleanField(default=False, db_default=False)
    layout = models.CharField(max_length=10, default=LIST, db_default=LIST)
    filter = models.TextField(blank=True, default="", db_default="")
    sort = models.CharField(max_length=300, blank=True, default="", db_default="")
    columns = models.JSONField(default=list)
    group = models.CharField(max_length=130, blank=True, default="", db_default="")
    calculations = models.JSONField(default=dict)
    position = models.IntegerField(default=0, db_default=0)

    class Meta:
        indexes = [models.Index("entity", "position", "id", name="view_by_entity")]

    def __str__(self) -> str:
        return self.name


class ViewUse(models.Model):
    """How one user uses one view, or with no view the plain list of an entity.

    `position` orders the user's tabs, `first` is what they begin with, `favourite` stands in their sidebar, and
    `widths` are {column: px} that they gave by hand; `folded` are the columns of a board, as "field:key".
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    entity = models.CharField(max_length=40, db_collation="C")
    view = models.ForeignKey(View, null=True, on_delete=models.CASCADE, related_name="+")
    position = models.IntegerField(null=True)
    first = models.BooleanField(default=False, db_default=False)
    favourite = models.BooleanField(default=False, db_default=False)
    widths = models.JSONField(default=dict)
    folded = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "entity", "view"], name="view_use_once", nulls_distinct=False)
        ]
