"""The page itself."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from rapport.platform.ui import navigation
from rapport.records import registry
from rapport.records.pages.guard import asked_for, page
from rapport.records.visits import last_stay, note_visit
from rapport.sales.home.deals import open_deals
from rapport.sales.home.news import AT_FIRST, news
from rapport.sales.home.pipeline import pipeline, won_by_month
from rapport.sales.home.team import by_member, leads, team_of
from rapport.sales.home.work import meetings_today, open_tasks


@page
def home(request: HttpRequest) -> HttpResponse:
    """The page, or its content alone when something changed; ?who=team shows the team's instead of one's own."""
    viewer, live = request.viewer, asked_for(request, "home")
    # What is fetched by itself while the page stands open is no visit.
    since = last_stay("home", 0, viewer) if live else note_visit("home", 0, viewer)
    may_lead = leads(viewer)
    for_team = may_lead and request.GET.get("who") == "team"
    owners = team_of(viewer) if for_team else None
    groups, meetings = ([], []) if for_team else (open_tasks(viewer), meetings_today(viewer))
    context = {
        "leads": may_lead,
        "for_team": for_team,
        "team": by_member(viewer, owners) if owners is not None else None,
        "groups": groups,
        "meetings": meetings,
        "deals": open_deals(viewer, owners),
        "pipeline": pipeline(viewer, owners),
        "won": won_by_month(viewer, owners),
        "news": [] if for_team else news(viewer, since),
        "since": since or timezone.now() - AT_FIRST,
        "long_ago": since is None or timezone.now() - since > timedelta(hours=20),
        "may_plan": registry.get("tasks").may(viewer, "create"),
        "today": timezone.localtime(),
    }
    return render(request, f"sales/home.html{'#content' if live else ''}", context)


navigation.register(navigation.Entry("home", gettext_lazy("Home"), "/", "house", 0, "records", "g h"))
