"""Timeline entries as people read them."""

from typing import Any

from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.fields import Field, Link
from rapport.records.mention_text import html as with_mentions
from rapport.records.mention_text import plain
from rapport.records.pages.doings import names_of
from rapport.records.record import Record

LOOKS = {
    "notes": ("sticky-note", "yellow"),
    "calls": ("phone", "teal"),
    "meetings": ("calendar", "purple"),
    "tasks": ("square-check", "green"),
    "messages": ("mail", "blue"),
    "attachments": ("paperclip", "grey"),
    "created": ("plus", ""),
    "changed": ("pencil", ""),
}


# Every entry says all of these: to look for what is not there is the slowest thing that a template does.
_NOTHING: dict[str, Any] = {"changes": [], "fields": 0, "url": "", "title": "", "text": "", "body": "", "file": None}

Names = dict[str, dict[int, str]]


def linked(record: Record, entries: list[dict[str, Any]], viewer: Viewer) -> Names:
    """The names of the records that changed links point to, within the viewer's reach: one query for all entries."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        if entry["kind"] != "changed":
            continue
        for one in record.fields_for(viewer).values():
            if isinstance(one, Link):
                ids = {pk for pk in entry["details"].get(one.column, ()) if isinstance(pk, int)}
                wanted.setdefault(one.to, set()).update(ids)
    return names_of({entity: ids for entity, ids in wanted.items() if ids}, viewer)


def shown(record: Record, entry: dict[str, Any], names: Names) -> dict[str, Any]:
    """The entry with icon, sentence and, for changes, the fields with their values before and after."""
    icon, colour = LOOKS.get(entry["kind"], ("activity", ""))
    who = entry["who"]["name"] if entry["who"] else _("Rapport")
    activity = registry.find(entry["kind"])
    made = {**_NOTHING, **entry, "icon": icon, "colour": colour, "who": who, "said": _said(entry, who), "tags": []}
    if entry["kind"] == "changed":
        made["changes"] = changes(record, entry["details"], names)
        made["title"] = ""
    elif activity is not None:
        made["url"] = f"/{entry['kind']}/{entry['id']}"
        made["title"] = _heading(plain(entry["title"]), plain(entry["body"]))
        made["text"] = with_mentions(entry["body"])
        made["file"] = entry["details"].get("file")
        made["tags"] = [
            html
            for name in ("outcome", "channel", "location", "duration")
            if entry["details"].get(name) and (html := activity.field(name).text(entry["details"][name]))
        ]
    return made


def _heading(title: str, body: str) -> str:
    """The title, or nothing where it is only how the text begins, which stands below it."""
    begins = title.removesuffix("…").strip()
    return "" if begins and " ".join(body.split()).startswith(begins) else title


def folded(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Consecutive changes by one person on one day become one line; changes that no field shows become none."""
    made: list[dict[str, Any]] = []
    for entry in entries:
        if entry["kind"] != "changed":
            made.append(entry)
            continue
        if not entry["changes"]:
            continue
        before = made[-1] if made else None
        if before and before["kind"] == "changed" and _together(before, entry):
            # Newest first: what is older goes below.
            before["changes"] = [*before["changes"], *entry["changes"]]
        else:
            made.append(entry)
    for entry in made:
        if entry["kind"] == "changed":
            entry["fields"] = len({str(change["label"]) for change in entry["changes"]})
    return made


def _together(one: dict[str, Any], other: dict[str, Any]) -> bool:
    same_day = timezone.localtime(one["at"]).date() == timezone.localtime(other["at"]).date()
    return same_day and one["who"] == other["who"]


# What the history says of each kind; %(who)s is a name in bold.
SENTENCES: dict[str, Any] = {
    "notes": gettext_lazy("%(who)s wrote a note"),
    "calls": gettext_lazy("%(who)s called"),
    "meetings": gettext_lazy("%(who)s had a meeting"),
    "tasks": gettext_lazy("%(who)s finished a task"),
    "attachments": gettext_lazy("%(who)s added a file"),
    "messages": gettext_lazy("%(who)s exchanged a message"),
    "created": gettext_lazy("%(who)s created this"),
    "changed": gettext_lazy("%(who)s changed this"),
}
# Calls and messages have a direction, which says more.
DIRECTED: dict[tuple[str, str], Any] = {
    ("calls", "in"): gettext_lazy("%(who)s took a call"),
    ("messages", "out"): gettext_lazy("%(who)s sent a message"),
    ("messages", "in"): gettext_lazy("%(who)s received a message"),
}


def _said(entry: dict[str, Any], who: str) -> SafeString:
    sentence = DIRECTED.get((entry["kind"], str(entry["details"].get("direction", "")))) or SENTENCES.get(
        entry["kind"], "%(who)s"
    )
    return SafeString(conditional_escape(str(sentence)) % {"who": format_html("<b>{}</b>", who)})


def changes(record: Record, diff: dict[str, Any], names: Names) -> list[dict[str, Any]]:
    """A journal diff as [{"label", "before", "after"}], in the fields' words; columns no field shows are left out."""
    made = []
    for one in record.fields_for().values():
        if one.column not in diff:
            continue
        before, after = diff[one.column]
        made.append({"label": one.label, "before": _value(one, before, names), "after": _value(one, after, names)})
    if "deleted_at" in diff:
        made.append({"label": _("In the bin"), "before": "", "after": _("yes") if diff["deleted_at"][1] else _("no")})
    return made


def _value(one: Field, raw: Any, names: Names) -> SafeString | str:
    """A journal value as text. A link is shown by the present name of what it points to, where the viewer may see it."""
    if raw is None or raw == "" or raw == []:
        return ""
    if isinstance(one, Link):
        return names.get(one.to, {}).get(raw) or _("(not shared with you)")
    if isinstance(raw, list):
        key = getattr(one, "main", None)
        return ", ".join(str(v.get(key) if isinstance(v, dict) and key else v) for v in raw[:5])
    if one.kind == "choice":
        return one.text(raw)
    return str(raw)[:300]
