"""The few pages that belong to the frame itself."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from rapport.platform.ui import palette
from rapport.platform.ui.context import THEME_COOKIE

YEAR = 365 * 24 * 3600
LONGEST_SEARCH = 200


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keeps the theme in a cookie, so that the first byte of the next page has it already."""
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    theme = request.POST.get("theme", "")
    if theme in ("light", "dark"):
        response.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


@require_GET
def search_palette(request: HttpRequest) -> HttpResponse:
    """The palette, or only its hits while somebody types; a page of its own without JavaScript."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = {"q": text, "hits": palette.find(request, text)}
    if request.htmx and request.htmx.target and request.htmx.target.endswith("palette-hits"):
        return render(request, "ui/palette.html#hits", found)
    return render(request, "ui/palette.html" if request.htmx else "ui/search.html", found)
