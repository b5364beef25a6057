"""/healthz and /readyz for machines, /settings/health for administrators."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from rapport.platform.jobs.finished import finished
from rapport.platform.jobs.overview import counts, give_up, overview, try_again, try_all_again, under_way
from rapport.platform.replica.health import replica_checks
from rapport.platform.setup import outgoing
from rapport.platform.setup.backups.schedule import freshness
from rapport.platform.setup.health import STATES, checks, figures, files, space
from rapport.platform.setup.running import read_state


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up. Asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything works, else 503; which part it is, in words only for those who may know."""
    found = checks()
    fine = all(check.is_fine for check in found)
    told = {check.key: "ok" if check.is_fine else "failing" for check in found}
    answer = JsonResponse({"status": "ok" if fine else "failing", "checks": told}, status=200 if fine else 503)
    # Asked every few seconds; Django would log each 503 as an error of ours.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def _administrators_only(request: HttpRequest) -> None:
    if request.viewer is None or request.viewer.role_key != "administrator":
        raise Http404


@never_cache
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """What the instance consists of and how it is."""
    _administrators_only(request)
    children = [
        child
        | {"since_at": datetime.fromtimestamp(child["since"], UTC), "said": STATES.get(child["state"], child["state"])}
        for child in read_state().get("children", [])
    ]
    context = {
        "checks": [*checks(), *replica_checks(), space(), files(), freshness()],
        "children": children,
        "jobs": counts(),
        "figures": figures(),
        "held": outgoing.held(),
    }
    return render(request, "setup/health.html", context)


@require_POST
def release_outgoing(request: HttpRequest) -> HttpResponse:
    """Lets mail and webhooks of a restored instance leave."""
    _administrators_only(request)
    if outgoing.release(request.viewer):
        messages.success(request, _("Mail and webhooks leave this instance again."))
    else:
        messages.info(request, _("Nothing was held. Nothing was changed."))
    return redirect("/settings/health")


@never_cache
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """What runs, what waits and what failed; the page asks again every few seconds."""
    _administrators_only(request)
    context = {"jobs": overview(), "doing": under_way(), "finished": finished(request)}
    return render(request, "setup/jobs.html#jobs" if request.htmx else "setup/jobs.html", context)


@require_POST
def retry_jobs(request: HttpRequest) -> HttpResponse:
    """Tries every parked job again."""
    _administrators_only(request)
    queued = try_all_again()
    text = ngettext("%(n)s job is queued again.", "%(n)s jobs are queued again.", queued) % {"n": queued}
    messages.success(request, text if queued else _("No job is parked."))
    return redirect("/settings/jobs")


@require_POST
def give_up_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """Puts a parked job away for good."""
    _administrators_only(request)
    if not give_up(job_id):
        messages.error(request, _("That job is not parked any more. Nothing was changed."))
    else:
        messages.success(request, _("The job was given up."))
    return redirect("/settings/jobs")


@require_POST
def retry_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """Tries a parked job again."""
    _administrators_only(request)
    if not try_again(job_id):
        messages.error(request, _("That job is not parked any more. Nothing was changed."))
    else:
        messages.success(request, _("The job is queued again."))
    return redirect("/settings/jobs")
