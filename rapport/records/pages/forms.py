"""Controls: what a template needs to draw the editor of a field with a value, given or stored."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from rapport.kit.places import country_name
from rapport.platform.identity.viewer import Viewer
from rapport.platform.ui.templatetags.ui import locale
from rapport.records import registry
from rapport.records.errors import NotFound
from rapport.records.fields import About, Addresses, Choice, Choices, Duration, Field, File, Link, LongText, Money, Tags
from rapport.records.fields.base import row_id
from rapport.records.fields.points import Points
from rapport.records.mention_text import plain
from rapport.records.pages.doings import names_of
from rapport.records.read import Query, Reader
from rapport.records.record import Record

SPARE_ROWS = 1
# So many of a list of words are offered.
MOST_OPTIONS = 200


def control(one: Field, value: Any, viewer: Viewer, *, error: str = "", prefix: str = "") -> dict[str, Any]:
    """Everything that an editor template asks of a field."""
    made: dict[str, Any] = {
        "field": one,
        "name": one.name,
        "id": f"{prefix}{one.name}",
        "label": one.label,
        "hint": one.help,
        "required": one.required,
        "error": error,
        "value": "" if value is None else value,
        "template": f"records/editors/{one.widget}.html",
    }
    if isinstance(one, Points):
        made |= _points(one, value)
    elif isinstance(one, Link):
        made |= _link(one, value, viewer)
    elif isinstance(one, Duration):
        made["value"] = one.typed(value)
    elif isinstance(one, LongText):
        made["value"] = plain(str(value or ""))
    elif isinstance(one, Tags):
        made |= _tags(one, value, viewer)
    elif isinstance(one, About):
        given = value if isinstance(value, list) else [value] if value else []
        made["value"] = [f"{v['entity']}/{v['id']}" if isinstance(v, dict) else v for v in given]
        made["named"] = _named(made["value"], viewer)
    elif isinstance(one, Money):
        amount = value if isinstance(value, dict) else {"amount": value or "", "currency": ""}
        made |= {
            "amount": "" if amount["amount"] is None else amount["amount"],
            "currency": amount["currency"] or one.record.context(viewer).currency,
        }
    elif isinstance(one, Choices):
        made["options"] = [(key, str(label), key in (value or [])) for key, label in one.options]
    elif isinstance(one, Choice):
        made["options"] = [(key, str(label)) for key, label in one.options]
        made["value"] = value or one.default or ""
    elif isinstance(one, File):
        made |= {"current": _current(one, value), "accepts": one.accepts}
    elif one.kind in ("date", "datetime") and hasattr(value, "strftime"):
        if one.kind == "datetime":
            value = value.astimezone(viewer.zone)
        made["value"] = value.strftime("%Y-%m-%dT%H:%M" if one.kind == "datetime" else "%Y-%m-%d")
    elif one.kind == "bool":
        made["value"] = bool(value if value not in (None, "") else one.default)
    return made


def _named(targets: list[str], viewer: Viewer) -> list[tuple[str, str]]:
    """(value, name) of the records that an activity is about; what the viewer does not see stays, without its name."""
    wanted: dict[str, set[int]] = {}
    for target in targets:
        entity, _slash, pk = target.partition("/")
        if registry.find(entity) and pk.isascii() and pk.isdigit() and len(pk) < 19:
            wanted.setdefault(entity, set()).add(int(pk))
    names = names_of(wanted, viewer)
    known = {f"{entity}/{pk}": name for entity, found in names.items() for pk, name in found.items()}
    return [(target, known.get(target) or _("(not shared with you)")) for target in targets]


def posted(request: HttpRequest) -> QueryDict:
    """The posted form with its files among the values; a file comes after a value of the same name."""
    data = request.POST.copy()
    data.update(request.FILES)  # type: ignore[arg-type]
    return data


def _current(one: File, value: Any) -> dict[str, Any] | None:
    """The file that is there already; a file that was refused has to be chosen again."""
    if isinstance(value, dict):
        return value
    pk = row_id(value)
    return {"id": pk, "url": f"/files/{pk}/{one.name}"} if pk else None


def _points(one: Points, value: Any) -> dict[str, Any]:
    given = value if isinstance(value, list) else [value] if value else []
    rows = [row if isinstance(row, dict) else {one.main: row} for row in given]
    parts = ("number",) if "number" in one.parts else one.parts
    rows = [dict(row) for row in rows] + [{} for _spare in range(SPARE_ROWS)]
    if isinstance(one, Addresses):
        for row in rows:
            if len(row.get("country") or "") == 2:
                row["country"] = country_name(row["country"], str(locale()))
    return {
        "rows": rows,
        "parts": parts,
        "kinds": one.kinds,
        "template": "records/editors/addresses.html" if isinstance(one, Addresses) else "records/editors/points.html",
    }


def options_url(one: Link) -> str:
    """Where the choices of a link come from; those of a parent, such as the stages of a pipeline, say of which."""
    within = one.within if one.within and one.within in one.target.fields_for() else ""
    return f"/{one.to}/options{f'?within={within}' if within else ''}"


def _link(one: Link, value: Any, viewer: Viewer) -> dict[str, Any]:
    pk, text = (value["id"], value.get("name")) if isinstance(value, dict) else (value or "", "")
    if not text and (known := row_id(pk)):
        try:
            found = Reader(one.target, viewer).get(known, [one.target.title])
            text = one.target.field(one.target.title).text(found[one.target.title])
        except NotFound:
            # What stands there stays when the form is sent as it came.
            text = _("(not shared with you)")
    return {"value": pk, "text": text or "", "url": options_url(one)}


def _tags(one: Tags, value: Any, viewer: Viewer) -> dict[str, Any]:
    chosen = {str(tag["id"] if isinstance(tag, dict) else tag) for tag in value or []}
    reader = Reader(one.target, viewer)
    found = reader.slice(Query(columns=["name"], sort="name", limit=MOST_OPTIONS)).items
    # One that is chosen must be there, or saving would take it away.
    if beyond := {pk for key in chosen if (pk := row_id(key)) is not None} - {tag["id"] for tag in found}:
        found += reader.slice(Query(columns=["name"], sort="name", limit=MOST_OPTIONS, ids=sorted(beyond))).items
    return {
        "options": [(str(tag["id"]), tag["name"], str(tag["id"]) in chosen) for tag in found],
        "unseen": bool(beyond - {tag["id"] for tag in found}),
    }


def form_fields(record: Record, viewer: Viewer, given: dict[str, Any], errors: dict[str, str]) -> list[dict[str, Any]]:
    """The controls of the create form in the order of the page's groups; `leads` are those that nobody wants to look for."""
    names = [name for _title, group in record.page.groups for name in group.split()]
    known = record.fields_for(viewer)
    if record.title in known and not known[record.title].readonly and record.title not in names:
        names.insert(0, record.title)
    leading = {"first_name", "last_name", record.title, *record.lists.names, "at", "body"}
    leading |= {name for name in names if known[name].required or isinstance(known[name], About)}
    made = []
    for name in _first_things_first(record, names):
        one = known[name]
        if one.readonly:
            continue
        value = given.get(name, one.default)
        if value is None and name == "owner":
            value = {"id": viewer.id, "name": viewer.user.name}
        made.append(control(one, value, viewer, error=errors.get(name, "")) | {"leads": name in leading})
        if errors.get(name) or given.get(name) not in (None, "", []):
            made[-1]["leads"] = True
    return made


def _first_things_first(record: Record, names: list[str]) -> list[str]:
    """Required fields and names lead; the rest keeps its order."""
    leading = [n for n in ("first_name", "last_name", record.title) if n in names]
    leading += [n for n in names if record.field(n).required and n not in leading]
    return [*leading, *(n for n in names if n not in leading)]
