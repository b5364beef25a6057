"""Error pages that say what happened, what was kept and what to do next. They need no database and no session."""

import sys

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from rapport.platform.setup.outside import is_outside


def _page(request: HttpRequest, status: int, **more: str) -> HttpResponse:
    return HttpResponse(
        render_to_string(f"{status}.html", {"path": request.path, **more}, request=request), status=status
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def unavailable(request: HttpRequest, said: str) -> HttpResponse:
    """Something that this page needs is away for a while; `said` says what."""
    answer = _page(request, 503, said=said)
    # It is known and told; Django would log it as an error of ours.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that is away, or a full disk, is told apart: it is worth coming back."""
    if not is_outside(sys.exc_info()[1]):
        return _page(request, 500)
    if getattr(request, "viewer", None) is None:
        # Who asks was not found out; to ask again would take as long as the first time, and fail as well.
        request.user = AnonymousUser()
    request.is_without_database = True  # type: ignore[attr-defined]
    said = _("The database does not answer. What you did last may not be saved; try again in a moment.")
    response = _page(request, 503, said=said)
    response.headers["Retry-After"] = "5"
    return response
