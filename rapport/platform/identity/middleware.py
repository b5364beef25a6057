"""Puts the viewer on the request, with the viewer's language and time zone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from rapport.platform.identity.viewer import viewer_for
from rapport.platform.setup.company import company

# Asked by whoever decides whether this process lives on. They must answer where nobody can be found out, and tell nobody more.
OF_HEALTH = ("/healthz", "/readyz")


class ViewerMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None) if request.path not in OF_HEALTH else None
        request.viewer = viewer_for(user) if user is not None and user.is_authenticated else None
        if request.viewer is None:
            return self.get_response(request)
        language = request.viewer.user.language or company().language
        with timezone.override(request.viewer.zone), translation.override(language):
            request.LANGUAGE_CODE = language
            return self.get_response(request)
