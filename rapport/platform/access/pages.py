"""Who may open a page that belongs to no entity."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from rapport.platform.access.gate import scope

View = Callable[..., HttpResponseBase]
# What a browser sends. Anything else would be taken for a GET by a page that asks only whether it was posted.
METHODS = ("GET", "HEAD", "POST")


def signed_in(view: View) -> View:
    """Sends whoever is not signed in to sign in first."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.viewer is None:
            return HttpResponseRedirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return view(request, *args, **kwargs)

    return wrapper


def needs(entity: str, action: str) -> Callable[[View], View]:
    """403 unless the viewer's role may do the action with such things at all."""

    def wrap(view: View) -> View:
        @signed_in
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if scope(request.viewer, entity, action) == "none":
                raise PermissionDenied(_("Your role may not do this."))
            return view(request, *args, **kwargs)

        return wrapper

    return wrap
