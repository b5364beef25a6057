"""The timeline's entries as HTML. A page has thirty of them, and in a template they took a quarter of its time."""

from typing import Any

from django.template.defaultfilters import filesizeformat, urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform.ui.markup import markup
from rapport.platform.ui.templatetags.ui import ago, icon

_NONE = SafeString("")


def entry_html(entry: dict[str, Any], *, editable: bool) -> SafeString:
    """One entry, as `events.shown` made it; `editable` says whether the viewer may change the record."""
    bare = entry["changes"] or entry["kind"] == "created"
    return markup(
        '<li class="r-event{}" id="event-{}-{}"><span class="mark"{}>{}</span><div class="what">{}</div>'
        '<div class="when">{}{}</div></li>\n',
        " change" if bare else "",
        entry["kind"],
        entry["id"],
        markup(' data-colour="{}"', entry["colour"]) if entry["colour"] else _NONE,
        icon(entry["icon"]),
        _changes(entry) if entry["changes"] else _told(entry),
        _pin(entry) if entry["kind"] == "notes" and editable else _NONE,
        markup('<a href="{}">{}</a>', entry["url"], ago(entry["at"]))
        if entry["url"] and not entry["title"]
        else ago(entry["at"]),
    )


def _changes(entry: dict[str, Any]) -> SafeString:
    """What one person changed on one day, folded under a line that counts the fields."""
    count = ngettext("%(n)s field changed by %(who)s", "%(n)s fields changed by %(who)s", entry["fields"])
    rows = [
        markup(
            "<dt>{}</dt><dd>{}<ins>{}</ins></dd>",
            change["label"],
            markup("<del>{}</del>{}", change["before"], icon("arrow-right")) if change["before"] else _NONE,
            change["after"] or "—",
        )
        for change in entry["changes"]
    ]
    return markup(
        '<details><summary>{}</summary><dl class="r-diff">{}</dl></details>',
        count % {"n": entry["fields"], "who": entry["who"]},
        SafeString("".join(rows)),
    )


def _told(entry: dict[str, Any]) -> SafeString:
    """The sentence of an activity with its title, tags, file and text."""
    tags = (markup(' <span class="muted">· {}</span>', tag) for tag in entry["tags"])
    return markup(
        "<p>{}{}{}</p>{}{}",
        entry["said"],
        markup(' <a class="link" href="{}">{}</a>', entry["url"], entry["title"])
        if entry["url"] and entry["title"]
        else _NONE,
        SafeString("".join(tags)),
        _file(entry) if entry["file"] else _NONE,
        markup('<div class="said prose">{}</div>', entry["text"]) if entry["body"] else _NONE,
    )


def _file(entry: dict[str, Any]) -> SafeString:
    file, preview = entry["file"], entry["details"].get("preview")
    address = markup("/files/{}/{}", file["id"], urlencode(file["name"], SafeString("")))
    small = (
        '<a href="{}" download tabindex="-1" aria-hidden="true"><img class="r-preview" src="/files/{}/preview.webp" alt="" '
        'width="128" height="128" loading="lazy"></a>'
    )
    return markup(
        '<p class="r-file-entry"><a class="link" href="{}" download>{}{}</a> <span class="muted small">{}</span></p>{}',
        address,
        icon("download"),
        _("Download"),
        filesizeformat(file["size"]),
        markup(small, address, preview) if preview else _NONE,
    )


def _pin(entry: dict[str, Any]) -> SafeString:
    """The button that pins a note above the history, or takes it down again."""
    pinned = bool(entry["details"].get("pinned"))
    return markup(
        '<span class="tools"><form hx-post="/notes/{}/cells/pinned" hx-swap="none"><input type="hidden" name="quiet" '
        'value="1">{}<button class="btn" data-variant="ghost" data-size="icon-sm" aria-pressed="{}" aria-label="{}" '
        'title="{}">{}</button></form></span>',
        entry["id"],
        _NONE if pinned else SafeString('<input type="hidden" name="pinned" value="on">'),
        "true" if pinned else "false",
        _("Unpin this note") if pinned else _("Pin this note"),
        _("Unpin") if pinned else _("Pin"),
        icon("pin-off" if pinned else "pin"),
    )
