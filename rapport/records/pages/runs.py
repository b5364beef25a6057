"""Work on many records as its user sees it: bars while it goes on, a notice at its end, a page that says what was left."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rapport.platform.jobs.finished import Finished
from rapport.platform.journal.models import Action
from rapport.platform.ui.templatetags.ui import in_text, number
from rapport.records import registry
from rapport.records.errors import NotFound
from rapport.records.many.run import topic
from rapport.records.models import BulkRun
from rapport.records.pages.doings import names_of
from rapport.records.pages.guard import page

GOING_ON = (BulkRun.WAITING, BulkRun.RUNNING)
SHOWN = 3
LISTED = 20


def heading(run: BulkRun) -> str:
    """What a run does, in words."""
    record = registry.find(run.entity)
    what = {"what": in_text(record.plural) if record else ""}
    if run.do == "verb" and record and (verb := record.verb(run.values.get("verb", ""))):
        return _("%(verb)s: %(what)s") % {"verb": verb.label, **what}
    return {
        "edit": _("Changing %(what)s"),
        "tag": _("Tagging %(what)s"),
        "delete": _("Moving %(what)s to the bin"),
        "restore": _("Restoring %(what)s"),
        "undo": _("Undoing changes of %(what)s"),
    }.get(run.do, _("Working on %(what)s")) % what


def outcome(run: BulkRun) -> dict[str, Any]:
    """What a finished run did: {"level", "text", "tags"} of a notice with its Undo."""
    done, n = {"n": number(run.changed)}, run.changed
    if run.do == "delete":
        text = ngettext("%(n)s record moved to the bin.", "%(n)s records moved to the bin.", n) % done
    elif run.do == "restore":
        text = ngettext("%(n)s record restored.", "%(n)s records restored.", n) % done
    elif run.do == "undo":
        text = ngettext("Undone: %(n)s record is as it was.", "Undone: %(n)s records are as they were.", n) % done
    else:
        text = ngettext("%(n)s record changed.", "%(n)s records changed.", n) % done
    level = messages.SUCCESS
    if run.refused_count:
        level = messages.WARNING
        text += " " + ngettext(
            "%(n)s record could not be changed.", "%(n)s records could not be changed.", run.refused_count
        ) % {"n": number(run.refused_count)}
    if run.status == BulkRun.FAILED:
        level = messages.ERROR
        text = _("It stopped after %(done)s of %(total)s records: %(why)s") % {
            "done": number(run.done), "total": number(run.total), "why": run.error,
        }  # fmt: skip
    tags = [f"undo:/undo/{run.action_id}"] * bool(run.action_id and run.changed)
    tags += [f"see:/bulk/{run.pk}"] * bool(run.refused_count or run.status == BulkRun.FAILED)
    return {"level": level, "text": text, "tags": " ".join(tags)}


def ended(request: HttpRequest) -> list[Finished]:
    """The newest runs of everybody, for the page of the jobs."""
    found = BulkRun.objects.exclude(status__in=GOING_ON).exclude(finished_at=None).select_related("created_by")
    runs = list(found.defer("ids", "refused").order_by("-pk")[:LISTED])
    actions = [run.action_id for run in runs if run.action_id]
    undone = set(Action.objects.filter(undoes__in=actions).values_list("undoes_id", flat=True))
    return [
        Finished(
            name=heading(run),
            outcome=_("%(what)s Undone since.") % {"what": text} if run.action_id in undone else text,
            who=run.created_by.name,
            at=run.finished_at,
            url=f"/bulk/{run.pk}" if run.created_by_id == request.viewer.id else "",
            undo=f"/undo/{run.action_id}" if _undoable(run) and run.action_id not in undone else "",
        )
        for run in runs
        if (text := outcome(run)["text"]) and run.finished_at
    ]


def _undoable(run: BulkRun) -> bool:
    return bool(run.action_id and run.changed and run.do != "undo")


@page
@require_POST
def news(request: HttpRequest) -> HttpResponse:
    """Every page asks this when it is loaded and when a run of its user moves: bars, and notices of what has ended."""
    mine = BulkRun.objects.filter(created_by_id=request.viewer.id)
    ended = []
    for run in mine.filter(told=False).exclude(status__in=GOING_ON).order_by("pk")[:SHOWN]:
        # Of several open pages one tells it.
        if mine.filter(pk=run.pk, told=False).update(told=True):
            ended.append(run)
    for run in ended:
        said = outcome(run)
        messages.add_message(request, said["level"], said["text"], extra_tags=said["tags"])
    going = [
        {"run": run, "heading": heading(run)}
        for run in mine.filter(told=False, status__in=GOING_ON).defer("ids", "refused").order_by("pk")[:SHOWN]
    ]
    return render(request, "records/under_way.html", {"going": going})


@page
@require_safe
def run_page(request: HttpRequest, id: int) -> HttpResponse:
    """How far a run is, or what it did and what it could not do, with the reasons."""
    run = BulkRun.objects.filter(pk=id, created_by_id=request.viewer.id).defer("ids").first()
    if run is None:
        raise NotFound
    names = names_of({run.entity: {pk for pk, _why in run.refused}}, request.viewer) if run.refused else {}
    record = registry.find(run.entity)
    context = {
        "run": run,
        "record": record if record and record.may(request.viewer, "view") else None,
        "may_undo": bool(run.action_id and run.changed) and (record is None or record.may(request.viewer, "edit")),
        "heading": heading(run),
        "going": run.status in GOING_ON,
        "said": outcome(run),
        "topic": topic(request.viewer.id),
        "rows": [{"id": pk, "name": names.get(run.entity, {}).get(pk), "why": why} for pk, why in run.refused],
        "unlisted": run.refused_count - len(run.refused),
    }
    if request.htmx and (request.htmx.target or "").endswith("bulk-run"):
        return render(request, "records/run.html#run", context)
    return render(request, "records/run.html", context)
