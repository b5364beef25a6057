"""The address of the live stream."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rapport.platform.identity.models import User
from rapport.platform.live.hearing import hearing
from rapport.platform.live.stream import LiveStream
from rapport.platform.live.touch import TOPIC

MOST = 50


@require_GET
def live(request: HttpRequest) -> HttpResponseBase:
    """?topics=deals,deal-7: an event live-deal-7 whenever somebody touches that topic. 401 for strangers.

    Without topics: a message with the topic's name for every touch, for pages that cannot know theirs beforehand.
    """
    viewer = request.viewer
    if viewer is None:
        return HttpResponse(_("Sign in first."), status=401, content_type="text/plain")
    topics = [topic for topic in request.GET.get("topics", "").split(",") if topic]
    if len(topics) > MOST or not all(map(TOPIC.fullmatch, topics)):
        return HttpResponse(_("topics: at most fifty names of topics."), status=400, content_type="text/plain")
    user_id, epoch = viewer.user.pk, viewer.user.session_epoch
    same_user = User.objects.filter(pk=user_id, session_epoch=epoch, is_active=True, deleted_at=None)

    def still_welcome() -> bool:
        try:
            return same_user.exists()
        finally:
            connection.close()  # a stream must not keep a connection of the pool while it waits

    # What is touched when users change, this one or many: then the stream asks at once whether it may go on.
    return LiveStream(topics, still_welcome, session=frozenset({"users", f"users-{user_id}"}), hears=hearing(viewer))
