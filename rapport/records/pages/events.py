"""Timeline entries as people read them."""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rapport.records import registry
from rapport.records.fields import Field, Link
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


def shown(record: Record, entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with icon, sentence and, for changes, the fields with their values before and after."""
    icon, colour = LOOKS.get(entry["kind"], ("activity", ""))
    who = entry["who"]["name"] if entry["who"] else _("Rapport")
    activity = registry.find(entry["kind"])
    made = {**entry, "icon": icon, "colour": colour, "who": who, "said": _said(entry), "tags": []}
    if entry["kind"] == "changed":
        made["changes"] = changes(record, entry["details"])
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


def changes(record: Record, diff: dict[str, Any]) -> list[dict[str, Any]]:
    """A journal diff as [{"label", "before", "after"}], in the fields' words; columns no field shows are left out."""
    made = []
    for one in record.fields_for().values():
        if one.column not in diff:
            continue
        before, after = diff[one.column]
        made.append({"label": one.label, "before": _value(one, before), "after": _value(one, after)})
    if "deleted_at" in diff:
        made.append({"label": _("In the bin"), "before": "", "after": _("yes") if diff["deleted_at"][1] else _("no")})
    return made


def _value(one: Field, raw: Any) -> SafeString | str:
    """A journal value as text. Links show their number's present name, looked up once per page by the template's data."""
    if raw is None or raw == "" or raw == []:
        return ""
    if isinstance(one, Link):
        return _name_of(one, raw)
    if isinstance(raw, list):
        key = getattr(one, "main", None)
        return ", ".join(str(v.get(key) if isinstance(v, dict) and key else v) for v in raw[:5])
    if one.kind == "choice":
        return one.text(raw)
    return str(raw)[:300]


def _name_of(link: Link, pk: Any) -> str:
    found = link.target.model._default_manager.filter(pk=pk).first()
    return str(found) if found else f"#{pk}"
