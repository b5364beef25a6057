"""JSON answers, and problems as RFC 9457 says."""

from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Refused
from rapport.records.errors import Conflict, InvalidFields, NotFound


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(type(value).__name__)


def to_json(value: Any) -> bytes:
    """Encodes a value; decimals become strings, so that no digit is lost."""
    return orjson.dumps(value, default=_plain)


def answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """A JSON answer."""
    return HttpResponse(to_json(value), content_type="application/json", status=status, headers=headers)


def problem(status: int, title: str, detail: str = "", **more: Any) -> HttpResponse:
    """A problem document; `errors` lists {"field", "message"} where fields are to blame."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return HttpResponse(to_json(body), content_type="application/problem+json", status=status)


def problem_of(error: Exception) -> HttpResponse:
    """The problem document for an error of the engine."""
    if isinstance(error, InvalidFields):
        # What is wrong with the record as a whole has no field to blame, and stands in the detail.
        errors = [{"field": name, "message": message} for name, message in error.errors.items() if name]
        return problem(422, _("Some values cannot be taken."), str(error), errors=errors)
    if isinstance(error, NotFound):
        return problem(404, _("There is no such record."))
    if isinstance(error, Refused):
        return problem(403, _("You may not do this."), str(error))
    if isinstance(error, Conflict):
        return problem(
            409,
            _("Somebody else changed this first."),
            _("Nothing was written. Look at both values and send the one that shall stand with the new version."),
            version=error.version,
            conflicts=[{"field": name, **both} for name, both in error.fields.items()],
        )
    raise error
