from django.db import models

from rapport.records.models import Activity, search_index, search_text


class Message(Activity):
    """A message that was exchanged, logged by hand or by a channel. `title` is its subject."""

    channel = models.CharField(max_length=20, default="email", db_default="email")
    direction = models.CharField(max_length=10, default="out", db_default="out")
    sender = models.CharField(max_length=254, blank=True, default="", db_default="")
    recipients = models.CharField(max_length=1000, blank=True, default="", db_default="")
    search_text = search_text("title", "body", "sender", "recipients")

    class Meta:
        indexes = [
            models.Index(models.F("at").desc(), models.F("id").desc(), name="message_by_at"),
            search_index("message_search"),
        ]

    def __str__(self) -> str:
        return self.title
