"""Logged messages, declared for the engine."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.conversations import models
from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.access import OwnedOrNamed
from rapport.records.fields import About, Choice, DateTime, LongText, Owner, Text
from rapport.records.record import List, Page, Record, filled

CHANNELS = [
    ("email", _("E-mail")),
    ("chat", _("Chat")),
    ("sms", _("SMS")),
    ("letter", _("Letter")),
    ("social", _("Social media")),
    ("web", _("Web form")),
    ("other", _("Other")),
]
DIRECTIONS = [("out", _("Sent")), ("in", _("Received"))]


@registry.register
class Messages(Record):
    entity, model, icon, title = "messages", models.Message, "mail", "title"
    label, plural = _("Message"), _("Messages")
    explains_itself = _("E-mails, letters and chats that were exchanged. Log one on the page of whom it was with.")
    stand_in = "body"
    is_activity = True
    has_timeline = False
    access = OwnedOrNamed()
    fields = [
        Text("title", _("Subject"), longest=300, aliases=("subject",)),
        Choice("channel", CHANNELS, _("Channel"), default="email"),
        Choice("direction", DIRECTIONS, _("Direction"), default="out"),
        Text("sender", _("From"), longest=254, aliases=("from",)),
        Text("recipients", _("To"), longest=1000, aliases=("to", "recipient")),
        DateTime("at", _("When"), aliases=("date", "sent at")),
        LongText("body", _("Text"), required=True, aliases=("text", "message", "content")),
        About("about", _("About")),
        Owner("owner", _("Owner")),
    ]
    lists = List(columns="title channel direction sender recipients at owner", sort="-at")
    page = Page(
        groups=[(_("Message"), "title channel direction sender recipients at about owner body")], timeline=False
    )
    navigation = ("work", 50, "g e")

    def fill(self, values: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        return filled({"channel": "email", "direction": "out"}, values)
