"""The list of tasks begins with what is still to do."""

import pytest
from django.test import Client

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write

pytestmark = pytest.mark.django_db


def test_begins_with_open_tasks_and_shows_all_when_asked() -> None:
    ana = User.objects.create_user(email="ana@example.com", name="Ana", role="member")
    tasks, viewer = registry.get("tasks"), viewer_for(ana)
    write.create(tasks, {"title": "Still to do"}, viewer=viewer)
    done = write.create(tasks, {"title": "Long done"}, viewer=viewer)
    tasks.verb("finish").run(viewer, done)
    client = Client()
    client.force_login(ana)
    begun, everything = client.get("/tasks"), client.get("/tasks", {"filter": '{"all": []}'})
    assert "Still to do" in begun.text and "Long done" not in begun.text
    assert "Still to do" in everything.text and "Long done" in everything.text
