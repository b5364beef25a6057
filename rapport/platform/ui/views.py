"""The few pages that belong to the frame itself."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from rapport.platform.access.pages import signed_in
from rapport.platform.identity.actions.change_profile import change_theme
from rapport.platform.ui import palette, settings_search, shortcuts
from rapport.platform.ui.context import THEME_COOKIE

YEAR = 365 * 24 * 3600
LONGEST_SEARCH = 200


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keeps the theme: with the user, so that every machine of theirs has it, and in a cookie for the sign-in page.

    Both are there before the first byte of a page, so that none comes in the wrong colours first.
    """
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    theme = request.POST.get("theme", "")
    theme = theme if theme in ("light", "dark") else ""
    if request.viewer is not None:
        change_theme(request.viewer, theme)
    # The script has changed the page already.
    response = HttpResponse(status=204) if request.POST.get("quiet") else HttpResponseRedirect(back)
    if theme:
        response.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


@require_GET
def search_palette(request: HttpRequest) -> HttpResponse:
    """The palette, or only its hits while somebody types; a page of its own without JavaScript."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = {"q": text, "hits": palette.find(request, text), "scopes": palette.SCOPES.items()}
    if request.htmx and request.htmx.target and request.htmx.target.endswith("palette-hits"):
        return render(request, "ui/palette.html#hits", found)
    return render(request, "ui/palette.html" if request.htmx else "ui/search.html", found)


@signed_in
@require_GET
def settings_start(request: HttpRequest) -> HttpResponse:
    """All settings that the viewer may open, with a search; asked by htmx it answers with the list alone."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = {"q": text, "found": settings_search.find(request, text) if text else []}
    return render(request, "ui/settings_found.html" if request.htmx else "ui/settings_start.html", found)


@require_GET
def shortcut_list(request: HttpRequest) -> HttpResponse:
    """Every key that does something; in a dialog, or as a page."""
    context = {"groups": shortcuts.groups(request)}
    return render(request, "ui/shortcuts.html#dialog" if request.htmx else "ui/shortcuts.html", context)


@signed_in
@require_GET
def menu(request: HttpRequest) -> HttpResponse:
    """What the sidebar holds, for a phone: a dialog, or a page without JavaScript."""
    return render(request, "ui/menu_dialog.html" if request.htmx else "ui/menu.html")
