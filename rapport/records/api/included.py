"""What a caller wants along with a record: linked records, lists of records that link here, the timeline."""

from typing import Any

from django.utils.translation import gettext as _

from rapport.platform.identity.viewer import Viewer
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.fields import Link
from rapport.records.read import Query, Reader
from rapport.records.record import Record
from rapport.records.timeline import timeline


def included(record: Record, pk: int, wanted: list[str], viewer: Viewer) -> dict[str, Any]:
    """Returns {"included": {name: ...}} for names of links, of entities that link here, and "timeline"."""
    if not wanted:
        return {}
    found: dict[str, Any] = {}
    related = {other.entity: (other, link) for other, link in record.links_here()}
    for name in wanted:
        one = record.fields_for(viewer).get(name)
        if name == "timeline" and record.has_timeline:
            found[name] = timeline(record, pk, viewer=viewer).entries
        elif isinstance(one, Link):
            target = Reader(record, viewer).get(pk, [name])[name]
            try:
                found[name] = target and Reader(one.target, viewer).get(target["id"])
            except NotFound:
                found[name] = None
        elif name in related:
            other, link = related[name]
            query = Query(
                columns=list(other.fields_for(viewer)), filter={"field": link.name, "op": "is", "value": pk}, limit=50
            )
            found[name] = Reader(other, viewer).slice(query).items if other.may(viewer, "view") else []
        else:
            raise InvalidFields({"include": _("There is nothing to include called “%(name)s”.") % {"name": name}})
    return {"included": found}
