"""What stands under You, and everybody's own parts of the other groups of the settings."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.platform.ui.navigation import Entry, Topic, register


def _is_somebody(request: HttpRequest) -> bool:
    return request.viewer is not None


for _entry in (
    Entry(
        "you", _("Profile"), "/settings/you", "circle-user", 0, "settings", visible=_is_somebody, group="you",
        hint=_("Your name, language, time zone and theme."),
        words=_("account, me, myself, preferences"),
        topics=(
            Topic(_("Language"), "/settings/you#language", _("translation, locale, German, French, Spanish, Arabic")),
            Topic(_("Time zone"), "/settings/you#time_zone", _("clock, hours, region")),
            Topic(_("Appearance"), "/settings/you#appearance", _("theme, dark mode, light mode, night, colours")),
        ),
    ),
    Entry(
        "security", _("Sign-in and sessions"), "/settings/security", "lock", 1, "settings", visible=_is_somebody,
        group="you", hint=_("Your password, and the browsers in which you are signed in."),
        words=_("security, log out, devices, computers, logout"),
        topics=(
            Topic(_("Password"), "/settings/security#new", _("secret, passphrase, log in, login")),
            Topic(_("Sign out elsewhere"), "/settings/security#sessions", _("log out, devices, stolen, lost phone")),
        ),
    ),
    Entry(
        "notifications", _("Notifications"), "/settings/notifications", "bell", 2, "settings", visible=_is_somebody,
        group="you", hint=_("What you are told about, and what not."),
        words=_("notices, alerts, reminders, mentions, mute, messages, inbox"),
    ),
    Entry(
        "tokens", _("API tokens"), "/settings/tokens", "key", 0, "settings", visible=_is_somebody, group="developers",
        hint=_("Keys with which programs work in your name."),
        words=_("API key, secret, integration, access, bearer, programs, Zapier"),
    ),
    Entry(
        "api-docs", _("API reference"), "/api/v1/docs", "book-open", 1, "settings", visible=_is_somebody,
        group="developers", hint=_("Every entity and operation, with examples."),
        words=_("documentation, developers, OpenAPI, REST, integration, webhooks"),
    ),
    Entry(
        "history", _("History"), "/history", "history", 60, "settings", visible=_is_somebody, group="system",
        hint=_("What was done, by whom, and a button to undo it."),
        words=_("undo, audit, log, changes, revert"),
    ),
):  # fmt: skip
    register(_entry)
