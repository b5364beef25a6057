"""Actions of the journal in people's words: who did what to whom."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.models import Action
from rapport.platform.ui.templatetags.ui import in_text, number
from rapport.records import registry
from rapport.records.record import Record

# What a verb is called in a sentence, and its icon. Verbs of rooms bring their own label and icon.
WORDS = {
    "create": (gettext_lazy("created"), "plus"),
    "log": (gettext_lazy("wrote down"), "square-pen"),
    "edit": (gettext_lazy("changed"), "pencil"),
    "bulk edit": (gettext_lazy("changed"), "pencil"),
    "move": (gettext_lazy("moved"), "arrow-right"),
    "reschedule": (gettext_lazy("put off"), "clock"),
    "delete": (gettext_lazy("moved to the bin"), "trash-2"),
    "bulk tag": (gettext_lazy("tagged"), "tag"),
    "bulk delete": (gettext_lazy("moved to the bin"), "trash-2"),
    "restore": (gettext_lazy("restored"), "archive-restore"),
    "bulk restore": (gettext_lazy("restored"), "archive-restore"),
    "import": (gettext_lazy("imported"), "upload"),
    "simulate": (gettext_lazy("wrote a sample history"), "sparkles"),
    "change own profile": (gettext_lazy("changed their own profile"), "circle-user"),
    "save view": (gettext_lazy("saved a view"), "bookmark"),
    "change view": (gettext_lazy("changed a view"), "bookmark"),
    "delete view": (gettext_lazy("deleted a view"), "bookmark-x"),
    "change company": (gettext_lazy("changed the company's settings"), "building-2"),
}
SOURCES = {
    "api": gettext_lazy("through the API"),
    "import": gettext_lazy("by an import"),
    "command": gettext_lazy("on the command line"),
    "system": gettext_lazy("by itself"),
}


def told(actions: list[Action], viewer: Viewer) -> list[dict[str, Any]]:
    """Each action as {"did", "icon", "what", "url", "where"}: two queries."""
    touched = _touched([action.pk for action in actions])
    made: list[dict[str, Any]] = []
    wanted: dict[str, set[int]] = {}
    for action in actions:
        undone, verb, record = _parts(action.verb)
        count, row = touched.get(action.pk, {}).get(record.table, (0, 0)) if record else (0, 0)
        if record and count == 1:
            wanted.setdefault(record.entity, set()).add(row)
        did, icon = WORDS.get(verb, (verb, "history"))
        if record and (own := record.verb(verb)):
            did, icon = own.told or own.label, own.icon
        made.append(
            {
                "action": action,
                "did": _("undid: %(what)s") % {"what": did} if undone else did,
                "icon": "undo-2" if undone else icon,
                "record": record,
                "row": row,
                "count": count,
                "where": SOURCES.get(action.source, ""),
                "undoable": _undoable(touched.get(action.pk, {}), viewer),
            }
        )
    names = names_of(wanted, viewer)
    for one in made:
        one |= _what(one["record"], one["row"], one["count"], names)
    return made


def _undoable(touched: dict[str, Any], viewer: Viewer) -> bool:
    """What the journal does not keep, as the company's settings, cannot be taken back; nor what one may not edit any more."""
    records = [registry.by_table(table) for table in touched]
    return bool(records) and all(record is not None and record.may(viewer, "edit") for record in records)


def _parts(verb: str) -> tuple[bool, str, Record | None]:
    """ "undo bulk edit people" -> (True, "bulk edit", the declaration of people)."""
    undone = verb.startswith("undo ")
    name, _space, entity = verb.removeprefix("undo ").rpartition(" ")
    record = registry.find(entity)
    return undone, name if record else verb.removeprefix("undo "), record


def _touched(ids: list[int]) -> dict[int, dict[str, tuple[int, int]]]:
    """{action: {table: (how many rows, one of them)}}."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT action_id, "table", count(DISTINCT row), min(row) FROM journal_entry
               WHERE action_id = ANY(%s) GROUP BY 1, 2""",
            [ids],
        )
        found: dict[int, dict[str, tuple[int, int]]] = {}
        for action, table, count, row in cursor.fetchall():
            found.setdefault(action, {})[table] = (count, row)
        return found


def names_of(wanted: dict[str, set[int]], viewer: Viewer, *, binned: bool = True) -> dict[str, dict[int, str]]:
    """{entity: {id: name}} of what the viewer may see, with `binned` also in the bin; one query for all entities."""
    parts: list[str] = []
    params: list[Any] = []
    for entity, ids in wanted.items():
        record = registry.get(entity)
        rule = record.rule(viewer, "view", "t")
        there = "" if binned else "AND t.deleted_at IS NULL"
        parts.append(
            f"""SELECT '{entity}', t.id, t.{record.title_column}::text FROM {record.table} t
                WHERE t.id = ANY(%s) AND {rule.sql} {there}"""  # noqa: S608
        )
        params += [list(ids), *rule.params]
    found: dict[str, dict[int, str]] = {}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            for entity, pk, name in cursor.fetchall():
                title = registry.get(entity).field(registry.get(entity).title)
                # A choice is kept by its key, and read by its label.
                found.setdefault(entity, {})[pk] = str(title.text(name) if title.kind == "choice" else name or "")
    return found


def _what(record: Record | None, row: int, count: int, names: dict[str, dict[int, str]]) -> dict[str, Any]:
    if record is None:
        return {"what": "", "url": ""}
    if count == 1:
        name = names.get(record.entity, {}).get(row)
        if name is not None:
            return {"what": name or f"{record.label} {row}", "url": f"/{record.entity}/{row}"}
        return {"what": in_text(record.label), "url": ""}
    label = in_text(record.plural)
    return {"what": f"{number(count)} {label}" if count else label, "url": ""}
