"""Whatever goes wrong below /api/ before an operation is reached is a problem document too, never a page."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from rapport.records.api.answers import problem


class ProblemMiddleware:
    """Turns pages of errors (no such address, wrong method, no CSRF token, a crash) into problem documents."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path.startswith("/api/"):
            return response
        if response.headers.get("Content-Type", "").startswith("application/problem+json"):
            return response
        made = problem(response.status_code, HTTPStatus(response.status_code).phrase)
        for name in ("Allow", "Retry-After"):
            if name in response.headers:
                made.headers[name] = response.headers[name]
        return made
