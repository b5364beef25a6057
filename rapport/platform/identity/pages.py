"""Signing in by password or one-time link, and signing out."""

from datetime import timedelta

from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from rapport.platform.identity.models import SignInAttempt
from rapport.platform.identity.sessions import begin_session
from rapport.platform.identity.tokens import use_link

# So many failures within the window and the next try has to wait until the window has passed.
WINDOW = timedelta(minutes=15)
FAILURES_PER_NAME, FAILURES_PER_ADDRESS = 10, 100


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else "/"


def _too_many(email: str, address: str) -> bool:
    recent = SignInAttempt.objects.filter(at__gt=timezone.now() - WINDOW)
    by_name = recent.filter(email=email.lower()).count() >= FAILURES_PER_NAME
    return by_name or recent.filter(address=address).count() >= FAILURES_PER_ADDRESS


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in form. Says the same for an unknown address and a wrong password."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(_next(request))
        return render(request, "identity/sign_in.html", {"next": _next(request)})
    # PostgreSQL cannot be asked for a text with NUL in it, and nobody has such an address.
    email = request.POST.get("email", "").replace("\x00", "")[:254].strip()
    address = request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104
    context = {"next": _next(request), "email": email}
    if _too_many(email, address):
        context["error"] = _("Too many failed attempts. Wait a quarter of an hour, or use a one-time link.")
        return render(request, "identity/sign_in.html", context, status=429)
    user = authenticate(request, email=email, password=request.POST.get("password", ""))
    if user is None:
        SignInAttempt.objects.create(email=email.lower(), address=address)
        context["error"] = _("The e-mail address or the password is wrong.")
        return render(request, "identity/sign_in.html", context, status=422)
    begin_session(request, user)
    return HttpResponseRedirect(_next(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Shows a button, and signs in when it is pressed: programs that look at links in mails must not use them up."""
    if request.method != "POST":
        return render(request, "identity/link.html", {"token": token})
    user = use_link(token)
    if user is None:
        return render(request, "identity/link.html", {"error": True}, status=404)
    begin_session(request, user)
    return HttpResponseRedirect("/")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return HttpResponseRedirect("/sign-in")
