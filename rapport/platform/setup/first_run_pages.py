"""/welcome: shown while there is no user, gone for ever after."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rapport.platform.identity.sessions import begin_session
from rapport.platform.setup.first_run import AlreadySetUp, begin, has_begun, needs_code
from rapport.platform.setup.first_run_form import FirstRunForm

OPEN = ("/welcome", "/healthz", "/readyz", "/static/", "/appearance", "/sign-in/link/")


class FirstRunMiddleware:
    """Sends everybody to /welcome while there is no user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN) or has_begun():
            return self.get_response(request)
        return redirect("/welcome")


@never_cache
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Asks for the administrator and the company. 404 once there is a user, whatever the request says."""
    if has_begun():
        raise Http404
    with_code = needs_code(request)
    if request.method == "GET":
        first = {"country": "GB", "currency": "GBP", "time_zone": "Europe/London", "language": get_language()}
        return render(request, "setup/welcome.html", {"form": FirstRunForm(initial=first, with_code=with_code)})
    form = FirstRunForm(request.POST, with_code=with_code)
    if not form.is_valid():
        return render(request, "setup/welcome.html", {"form": form}, status=422)
    try:
        user = begin(form.beginning())
    except AlreadySetUp as error:
        raise Http404 from error
    begin_session(request, user)
    return redirect("/welcome/start")


@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Offers the sample company, an import, or an empty start to the administrator who has just been made."""
    if request.viewer is None or request.viewer.role_key != "administrator":
        raise Http404
    if request.method == "GET":
        return render(request, "setup/start.html", {"with_sample": bool(beginnings.get("sample"))})
    chosen = request.POST.get("start", "empty")
    if chosen in beginnings:
        beginnings[chosen](request)
    return redirect("/imports/new" if chosen == "import" else "/")


# What a higher room does for a way to start: {"sample": function(request)}.
beginnings: dict[str, Callable[[HttpRequest], None]] = {}
