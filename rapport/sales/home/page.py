"""The page itself."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rapport.platform.ui import navigation
from rapport.records import registry
from rapport.records.pages.guard import asked_for, page
from rapport.records.visits import last_stay, note_visit
from rapport.sales.home.deals import open_deals
from rapport.sales.home.news import AT_FIRST, news
from rapport.sales.home.pipeline import pipeline, won_by_month
from rapport.sales.home.team import by_member, leads, team_of
from rapport.sales.home.work import work


@page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The page, or its content alone when something changed; ?who=team shows the team's instead of one's own."""
    viewer, live = request.viewer, asked_for(request, "home")
    # What is fetched by itself while the page stands open is no visit.
    since = last_stay("home", 0, viewer) if live else note_visit("home", 0, viewer)
    may_lead = leads(viewer)
    for_team = may_lead and request.GET.get("who") == "team"
    owners = team_of(viewer) if for_team else None
    loaded = _moment(request.GET.get("loaded", "")) if live else timezone.now()
    groups, over = ([], []) if for_team else work(viewer, loaded)
    context = {
        "leads": may_lead,
        "for_team": for_team,
        "team": by_member(viewer, owners) if owners is not None else None,
        "groups": groups,
        "over": over,
        "again": f"/?{urlencode({'who': 'team'} if for_team else {'loaded': loaded.isoformat()})}",
        "deals": open_deals(viewer, owners),
        "pipeline": pipeline(viewer, owners),
        "won": won_by_month(viewer, owners),
        "news": [] if for_team else news(viewer, since),
        "since": since or timezone.now() - AT_FIRST,
        "long_ago": since is None or timezone.now() - since > timedelta(hours=20),
        "may_plan": registry.get("tasks").may(viewer, "create"),
        "may_sell": registry.get("deals").may(viewer, "create"),
        "may_board": registry.get("deals").may(viewer, "view"),
        "may_look": registry.get("people").may(viewer, "view"),
        "today": timezone.localtime(),
    }
    return render(request, f"sales/home.html{'#content' if live else ''}", context)


def _moment(text: str) -> datetime:
    """When the page was loaded that asks for itself anew; what says nothing, or a day ago, counts as now."""
    now = timezone.now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return now
    return found if found.tzinfo and timedelta() <= now - found < timedelta(days=1) else now


navigation.register(navigation.Entry("home", gettext_lazy("Home"), "/", "house", 0, "records", "g h"))
