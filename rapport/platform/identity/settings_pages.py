"""The settings of the one who is signed in: profile, sign-in and sessions, notices, API tokens."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from rapport.platform.access.pages import signed_in
from rapport.platform.identity import notices, sessions
from rapport.platform.identity.actions.change_profile import (
    change_notices,
    change_password,
    change_profile,
    revoke_token,
)
from rapport.platform.identity.models import ApiToken, User
from rapport.platform.identity.tokens import make_token

MOST_TOKENS = 50


class ProfileForm(forms.Form):
    """Name, language and time zone; an empty choice means as the company has it."""

    name = forms.CharField(max_length=150)
    language = forms.ChoiceField(choices=[("", ""), *settings.LANGUAGES], required=False)
    time_zone = forms.ChoiceField(required=False)

    def __init__(self, *args, **kwargs) -> None:
        from rapport.platform.setup.first_run_form import time_zones

        super().__init__(*args, **kwargs)
        zones = [("", ""), *((zone, zone.replace("_", " ")) for zone in time_zones())]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]


def _you(request: HttpRequest, *, profile: ProfileForm | None = None, status: int = 200, **more) -> HttpResponse:
    user = User.objects.get(pk=request.viewer.id)
    initial = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
    context = {
        "profile": profile or ProfileForm(initial=initial),
        "email": user.email,
        **more,
    }
    return render(request, "identity/you.html", context, status=status)


@never_cache
@signed_in
def you(request: HttpRequest) -> HttpResponse:
    """Who one is here, and how one likes it."""
    if request.method != "POST":
        return _you(request)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _you(request, profile=form, status=422)
    change_profile(request.viewer, **form.cleaned_data)
    with translation.override(form.cleaned_data["language"] or translation.get_language()):
        messages.success(request, _("Saved."))
    return HttpResponseRedirect("/settings/you")


@sensitive_post_parameters()
@never_cache
@signed_in
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """A new password; one's other sessions end."""
    new = request.POST.get("new", "")[:128]
    errors: dict[str, list[str]] = {}
    if new != request.POST.get("again", ""):
        errors = {"again": [_("The two are not the same.")]}
    else:
        try:
            user = change_password(request.viewer, present=request.POST.get("present", "")[:128], new=new)
        except ValidationError as error:
            errors = error.message_dict
    if errors:
        return _security(request, errors={name: " ".join(texts) for name, texts in errors.items()}, status=422)
    sessions.end_other_sessions(request.viewer, request.session.session_key)
    sessions.renew_session(request, User.objects.get(pk=user.pk))
    messages.success(request, _("Password changed. Other sessions of yours were ended."))
    return HttpResponseRedirect("/settings/security")


def _security(request: HttpRequest, *, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    user = User.objects.get(pk=request.viewer.id)
    context = {
        "email": user.email,
        "has_password": user.has_usable_password(),
        "errors": errors or {},
        "sessions": sessions.sessions(request.viewer, request.session.session_key),
    }
    return render(request, "identity/security.html", context, status=status)


@never_cache
@signed_in
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """The password, and the browsers in which one is signed in."""
    return _security(request)


@signed_in
@require_POST
def end_session(request: HttpRequest, id: int) -> HttpResponse:
    """Signs out one browser."""
    if not sessions.end_session(request.viewer, id):
        raise Http404
    messages.success(request, _("That browser is signed out."))
    return HttpResponseRedirect("/settings/security")


@signed_in
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Signs out every browser but this one."""
    user = sessions.end_other_sessions(request.viewer, request.session.session_key)
    sessions.renew_session(request, user)
    messages.success(request, _("You are signed out everywhere but here."))
    return HttpResponseRedirect("/settings/security")


@never_cache
@signed_in
def notifications(request: HttpRequest) -> HttpResponse:
    """Which kinds of notices one gets."""
    if request.method == "POST":
        wanted = set(request.POST.getlist("wanted"))
        change_notices(request.viewer, [n.key for n in notices.notices() if n.key not in wanted])
        messages.success(request, _("Saved."))
        return HttpResponseRedirect("/settings/notifications")
    user = User.objects.get(pk=request.viewer.id)
    rows = [{"notice": n, "wanted": notices.wants(user, n.key)} for n in notices.notices()]
    return render(request, "identity/notifications.html", {"rows": rows})


@never_cache
@signed_in
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own API tokens; a new one is shown this once."""
    context: dict = {}
    own = ApiToken.objects.filter(user_id=request.viewer.id, revoked_at=None)
    if request.method == "POST":
        name = " ".join(request.POST.get("name", "").replace("\x00", "").split())[:120]
        if not name:
            context = {"error": _("Say what the token is for.")}
        elif own.count() >= MOST_TOKENS:
            context = {"error": _("You have %(n)s tokens. Revoke one first.") % {"n": MOST_TOKENS}, "name": name}
        else:
            context = {"token": make_token(request.viewer.user, name=name), "name": name}
    context["tokens"] = own.order_by("-pk")
    return render(request, "identity/tokens.html", context, status=422 if "error" in context else 200)


@signed_in
@require_POST
def revoke(request: HttpRequest, id: int) -> HttpResponse:
    """Ends a token at once."""
    if not revoke_token(request.viewer, id):
        raise Http404
    messages.success(request, _("Token revoked. Programs that use it are refused from now on."))
    return HttpResponseRedirect("/settings/tokens")
