"""A POST that is sent twice with one Idempotency-Key is done once."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.records.api.answers import problem
from rapport.records.api.requests import digest_of
from rapport.records.repeats import claim, keep


def once(request: HttpRequest, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Does it, or gives the answer of the first time. Key and effect commit together; a refused POST keeps no key."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return do()
    if len(key) > 200:
        return problem(400, _("The Idempotency-Key is too long."))
    if not key.isprintable():
        return problem(400, _("The text contains a control character."))
    user = request.viewer.id
    with transaction.atomic():
        kept = claim(user, key, digest_of(request))
        if kept is not None:
            answer: dict[str, Any] = kept.answer or {"body": "{}", "headers": {}}
            if kept.digest != digest_of(request):
                return problem(
                    422,
                    _("This Idempotency-Key was used for another request."),
                    _("Nothing was done. Send a new request with a new key; an old key gives the first answer again."),
                )
            return HttpResponse(
                answer["body"], content_type="application/json", status=kept.status,
                headers=answer["headers"] | {"Idempotent-Replay": "true"},
            )  # fmt: skip
        response = do()
        if response.status_code >= 400:
            transaction.set_rollback(True)
            return response
        headers = {name: response.headers[name] for name in ("Location", "ETag") if name in response.headers}
        made = {"body": response.content.decode(), "headers": headers}
        keep(user, key, status=response.status_code, answer=made)
        return response
