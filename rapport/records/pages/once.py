"""A form that is sent twice (a double click, a browser that asks again) is done once."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from rapport.platform.access.gate import Refused
from rapport.records import repeats
from rapport.records.errors import InvalidFields, NotFound

# The hidden field that {% once %} puts into a form: another value each time the form is drawn.
FIELD = "once"
LONGEST = 60
HEADERS = ("Location", "HX-Trigger", "HX-Reswap", "Content-Type")


def once(request: HttpRequest, do: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Does it, or gives the answer of the first time.

    The same form with other values, as after the browser's Back, is another request. What was refused may be sent again.
    """
    token = request.POST.get(FIELD, "") if request.method == "POST" else ""
    if not 0 < len(token) <= LONGEST or "\x00" in token:
        return do()
    user, key = request.viewer.id, f"form {token} {_digest(request)}"
    refused: Exception | None = None
    with transaction.atomic():
        kept = repeats.claim(user, key, "")
        if kept is not None:
            return _again(kept.status, kept.answer)
        try:
            response = do()
        except (InvalidFields, NotFound, Refused, Http404) as error:
            # What was kept of the attempt on purpose, such as a draft, stays.
            refused = error
        if refused or response.status_code >= 400 or response.streaming:
            repeats.let_go(user, key)
        else:
            assert isinstance(response, HttpResponse)
            headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
            answer = {"body": response.content.decode(), "headers": headers}
            repeats.keep(user, key, status=response.status_code, answer=answer)
    if refused:
        raise refused
    return response


def _again(status: int | None, answer: dict[str, Any] | None) -> HttpResponse:
    given = answer or {"body": "", "headers": {}}
    return HttpResponse(given["body"], status=status, headers=given["headers"])


def _digest(request: HttpRequest) -> str:
    """What makes two forms the same: where they go and what is in them."""
    said = [(name, request.POST.getlist(name)) for name in sorted(request.POST) if name != "csrfmiddlewaretoken"]
    files = [(name, [(f.name, f.size) for f in request.FILES.getlist(name)]) for name in sorted(request.FILES)]
    return hashlib.sha256(repr((request.path, said, files)).encode("utf-8", "surrogatepass")).hexdigest()
