"""What was done lately, by whom, and the way to take it back."""

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rapport.platform.journal.models import Action, Entry
from rapport.records import registry
from rapport.records.pages.doings import told
from rapport.records.pages.guard import page

PAGE = 50


def _did_something() -> Q:
    """Verbs that found nothing to change say nothing. What is not kept in the journal, as settings, has no entries ever."""
    ours = Q()
    for record in registry.all_records():
        ours |= Q(verb__endswith=f" {record.entity}")
    return Q(Exists(Entry.objects.filter(action=OuterRef("pk")))) | ~ours


@page
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """The viewer's own actions, newest first; administrators see everybody's."""
    actions = Action.objects.select_related("actor").order_by("-pk").filter(_did_something())
    if request.viewer.role_key != "administrator":
        actions = actions.filter(actor_id=request.viewer.id)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        actions = actions.filter(pk__lt=int(before))
    found = list(actions.prefetch_related("undone_by")[: PAGE + 1])
    context = {"doings": told(found[:PAGE], request.viewer), "more": found[PAGE - 1].pk if len(found) > PAGE else None}
    return render(request, "records/history.html", context)
