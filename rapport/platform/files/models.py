"""Files that people upload: a row says what was given, the blob under its digest is the content."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class File(models.Model):
    """One upload. `sha256` names the blob, `name` is only ever shown, `mime` was read from the content.

    `is_picture` says that Rapport itself drew the image anew, so that a browser may show it in place.
    """

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    mime = models.CharField(max_length=100)
    is_picture = models.BooleanField(default=False, db_default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(size__gte=0), name="file_has_a_size")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The address under which whoever may see it gets it."""
        from urllib.parse import quote

        return f"/files/{self.pk}/{quote(self.name, safe='')}"
