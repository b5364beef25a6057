"""The address of the live stream."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rapport.platform.live.listener import Listener
from rapport.platform.live.sight import row_of
from rapport.platform.live.stream import LiveStream
from rapport.platform.live.touch import TOPIC

MOST = 50


@require_GET
def live(request: HttpRequest) -> HttpResponseBase:
    """?topics=deals,deals-7: an event live-deals-7 whenever somebody touches that topic. 401 for strangers.

    Without topics: a message with the topic's name for every touch, for pages that cannot know theirs beforehand; of single
    rows only for those that `rows` names. `since`, in milliseconds of the clock, tells what was touched since then, too.
    """
    viewer = request.viewer
    if viewer is None:
        return HttpResponse(_("Sign in first."), status=401, content_type="text/plain")
    topics, rows = ([topic for topic in request.GET.get(name, "").split(",") if topic] for name in ("topics", "rows"))
    if len(topics) + len(rows) > MOST or not all(map(TOPIC.fullmatch, [*topics, *rows])):
        return HttpResponse(_("topics: at most fifty names of topics."), status=400, content_type="text/plain")
    since = request.GET.get("since", "")
    listener = Listener(viewer, [topic for topic in [*topics, *rows] if row_of(topic)])
    return LiveStream(
        listener, topics, int(since) / 1000 if since.isascii() and since.isdecimal() and len(since) < 16 else None
    )
