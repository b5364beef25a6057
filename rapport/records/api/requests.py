"""Reading what a caller sent: bodies, versions, list parameters. Each mistake is a problem that names the place."""

import hashlib
from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.translation import gettext as _

from rapport.records.errors import InvalidFields
from rapport.records.read import MOST_ROWS, Query
from rapport.records.record import Record

LIST_PARAMETERS = {"limit", "after", "sort", "filter", "fields", "count", "q"}
COUNTS = ("none", "estimate", "exact")


class Unreadable(Exception):
    """The body is not the JSON that was asked for."""


def body_of(request: HttpRequest, *, needed: bool = True) -> dict[str, Any]:
    """The JSON object in the body; an empty one if there is no body and none is `needed`. Raises Unreadable."""
    if not request.body and not needed:
        return {}
    try:
        found = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(_("The body is not JSON: %(why)s.") % {"why": error}) from None
    if not isinstance(found, dict):
        raise Unreadable(_("The body must be a JSON object."))
    return found


def version_of(request: HttpRequest) -> int | None:
    """The version in If-Match, quoted or not. Raises InvalidFields."""
    text = request.headers.get("If-Match", "").strip()
    if not text or text == "*":
        return None
    number = text.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise InvalidFields({"If-Match": _("The version is a whole number, as in the answers' “version”.")})
    return int(number)


def whole(limit: str, *, most: int) -> int:
    """The parameter “limit”: from 1 to `most`. Raises InvalidFields."""
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 3) or not 1 <= int(limit) <= most:
        raise InvalidFields({"limit": _("A whole number from 1 to %(n)s is needed.") % {"n": most}})
    return int(limit)


def query_of(request: HttpRequest, record: Record) -> tuple[Query, str]:
    """The list query in the address, and how to count. Raises InvalidFields."""
    given = request.GET
    if unknown := set(given) - LIST_PARAMETERS:
        raise InvalidFields({sorted(unknown)[0]: _("There is no such parameter.")})
    limit = whole(given.get("limit", "50"), most=MOST_ROWS)
    how = given.get("count", "none")
    if how not in COUNTS:
        raise InvalidFields({"count": _("One of none, estimate and exact is needed.")})
    names = [name for name in given.get("fields", "").replace(",", " ").split() if name != "id"]
    source: Any = given.get("filter", "")
    if "\x00" in given.get("q", "") or "\x00" in source:
        raise InvalidFields({"q": _("The text contains a control character.")})
    query = Query(
        columns=names or list(record.fields_for(request.viewer)),
        filter=source or None,
        q=given.get("q", "")[:200],
        sort=given.get("sort", ""),
        after=given.get("after", ""),
        limit=limit,
    )
    return query, how


def digest_of(request: HttpRequest) -> str:
    """What makes two POSTs the same: path and body."""
    return hashlib.sha256(request.path.encode() + b"\x00" + request.body).hexdigest()
