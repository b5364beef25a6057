"""Makes one view serve both a whole page and an htmx fragment."""

import json
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

# These two carry a form that shows what was wrong; any other error page must not land inside a table cell.
MEANT_FOR_THE_TARGET = {409, 422}
REDIRECTS = {301, 302, 303, 307, 308}


class RefusalMiddleware:
    """Error pages become a toast that stays, for htmx. It stands outside of all that may fail, who asks included."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _readable(request)
        response = self.get_response(request)
        if response.status_code < 400 or response.status_code in MEANT_FOR_THE_TARGET or not _wants_part(request):
            return response
        # The language of who asks ended with the part that found them.
        with translation.override(getattr(request, "LANGUAGE_CODE", None) or translation.get_language()):
            return _refused(request, response)


class FragmentMiddleware:
    """Redirects become HX-Redirect or HX-Location, and messages become toasts."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming:
            return response
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request", "HX-Target"])
        if not _wants_part(request):
            return response
        if response.status_code in REDIRECTS:
            return _redirected(request, response)
        if response.status_code >= 400 and response.status_code not in MEANT_FOR_THE_TARGET:
            return response
        return _with_messages(request, response)


def _wants_part(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted


def _readable(request: HttpRequest) -> None:
    """Forgets an address of the caller that is none, so that nobody further in stumbles over it."""
    htmx = getattr(request, "htmx", None)
    if htmx:
        try:
            urlsplit(htmx.current_url or "")
        except ValueError:
            htmx.current_url = None


def _redirected(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """htmx would follow a redirect and put the whole page into the target, so it is told to go there instead."""
    url = response.headers["Location"]
    told = HttpResponse(status=200)
    told.cookies = response.cookies
    here = urlsplit(request.htmx.current_url_abs_path or "").path
    if urlsplit(url)[:3] == ("", "", here):
        # The same page again: morphing keeps the scroll position, the focus and what is being typed elsewhere.
        told.headers["HX-Location"] = json.dumps(
            {"path": url, "target": "body", "swap": "innerMorph", "replace": "true"}
        )
    else:
        told.headers["HX-Redirect"] = url
    return told


def _refused(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    text = {
        400: _("That request could not be understood. Nothing was changed."),
        403: _("You may not do this. Nothing was changed."),
        404: _("This is no longer there, or it is not yours to see. Nothing was changed."),
        413: _("That is too large. Nothing was changed."),
        503: _("The database does not answer. What you did last may not be saved; try again in a moment."),
        429: _("Too many requests. Wait a moment and try again; nothing was changed."),
    }.get(response.status_code, _("Something went wrong on our side. Nothing was changed; please try again."))
    # Several parts of a page may be refused for one reason: once is enough.
    toast = {"level_tag": "error", "message": text, "extra_tags": f"once:refused-{response.status_code}"}
    told = HttpResponse(_toasts(request, [toast]), status=response.status_code)
    told.cookies = response.cookies
    told.headers["HX-Reswap"] = "none"
    patch_vary_headers(told, ["HX-Request", "HX-Target"])
    return told


def _with_messages(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    # A part that refreshes itself must not take the notice from the page that somebody waits for.
    if getattr(response, "leaves_messages", False):
        return response
    waiting = messages.get_messages(request)
    # A whole page has shown its messages itself, and one that will be loaded next shows them then.
    if getattr(waiting, "used", True) or {"HX-Redirect", "HX-Location", "HX-Refresh"} & set(response.headers):
        return response
    toasts = _toasts(request, list(waiting))
    if not toasts:
        return response
    if response.status_code == 204:
        told = HttpResponse(toasts)
        told.cookies = response.cookies
        told.headers["HX-Reswap"] = "none"
        if "HX-Trigger" in response.headers:
            told.headers["HX-Trigger"] = response.headers["HX-Trigger"]
        return told
    if response.headers.get("Content-Type", "").startswith("text/html"):
        response.content += toasts.encode()
        if "Content-Length" in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
    return response


def _toasts(request: HttpRequest, shown: list) -> str:
    return render_to_string("ui/toasts.html", {"toasts": shown}, request=request) if shown else ""
