"""Timeline entries as people read them."""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.fields import Field, Link
from rapport.records.pages.doings import names_of
from rapport.records.record import Record

LOOKS = {
    "notes": ("sticky-note", "yellow"),
    "calls": ("phone", "teal"),
    "meetings": ("calendar", "purple"),
    "tasks": ("square-check", "green"),
    "messages": ("mail", "blue"),
    "created": ("plus", ""),
    "changed": ("pencil", ""),
}


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
    made = {**entry, "icon": icon, "colour": colour, "who": who, "said": _said(entry), "tags": []}
    if entry["kind"] == "changed":
        made["changes"] = changes(record, entry["details"], names)
        made["title"] = ""
    elif activity is not None:
        made["url"] = f"/{entry['kind']}/{entry['id']}"
        made["tags"] = [
            html
            for name in ("direction", "outcome", "channel", "location")
            if entry["details"].get(name) and (html := activity.field(name).text(entry["details"][name]))
        ]
        if entry["details"].get("duration"):
            made["tags"].append(_("%(n)s min") % {"n": max(1, round(entry["details"]["duration"] / 60))})
    return made


def _said(entry: dict[str, Any]) -> str:
    return {
        "notes": _("wrote a note"),
        "calls": _("called"),
        "meetings": _("met"),
        "tasks": _("finished a task"),
        "messages": _("exchanged a message"),
        "created": _("created this"),
        "changed": _("changed"),
    }.get(entry["kind"], "")


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
