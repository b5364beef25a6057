from django.db import models

from rapport.records.models import Activity, search_index, search_text


class Attachment(Activity):
    """A file that belongs to records. `title` is its name; `preview` is a small picture that we drew of an image."""

    file = models.ForeignKey("files.File", on_delete=models.PROTECT, related_name="+")
    preview = models.ForeignKey("files.File", null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    search_text = search_text("title", "body")

    class Meta:
        indexes = [
            models.Index(models.F("at").desc(), models.F("id").desc(), name="attachment_by_at"),
            search_index("attachment_search"),
        ]

    def __str__(self) -> str:
        return self.title
