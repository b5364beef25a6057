"""Letting people in: a new user comes with a one-time link to hand over, and an old one may get another."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from rapport.platform.access.gate import Refused
from rapport.platform.identity.models import User
from rapport.platform.identity.tokens import make_link
from rapport.records import registry
from rapport.records.pages.creating import new_page
from rapport.records.pages.guard import asked_for, page
from rapport.records.write import lock


def _show_link(request: HttpRequest, user: User, *, is_new: bool) -> HttpResponse:
    context = {"user": user, "is_new": is_new, "link": request.build_absolute_uri(make_link(user))}
    # The form may stand in the dialog, and what is shown only once has to be read there.
    if not asked_for(request, "dialog"):
        return render(request, "records/link.html", context)
    response = render(request, "records/link.html#dialog", context)
    response.headers["HX-Trigger"] = "created-users"
    return response


@never_cache
def invite(request: HttpRequest) -> HttpResponseBase:
    """The engine's form for a new user; who can sign in gets a link at once."""

    def then(pk: int) -> HttpResponse:
        user = User.objects.get(pk=pk)
        if user.email and user.is_active:
            return _show_link(request, user, is_new=True)
        messages.info(request, _("Without an e-mail address nobody can sign in as this user."))
        return HttpResponseRedirect(f"/users/{pk}")

    return new_page(request, record=registry.get("users"), then=then)


@never_cache
@page
@require_POST
def link(request: HttpRequest, id: int) -> HttpResponse:
    """A new one-time link for somebody who lost theirs, or their password."""
    lock(registry.get("users"), id, request.viewer, "edit")
    user = User.objects.select_related("role").get(pk=id)
    if not user.email or not user.is_active:
        raise Refused(_("Only an active user with an e-mail address can sign in."))
    if user.role and user.role.key == "administrator" and request.viewer.role_key != "administrator":
        raise Refused(_("Only an administrator may let an administrator in."))
    return _show_link(request, user, is_new=False)
