from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write
from rapport.work.actions.remind import remind_of_tasks, take_reminders

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(email="ana@example.com", name="Ana", role="member")


def plan(ana: User, minutes: int, **values) -> int:
    when = timezone.now() + timedelta(minutes=minutes)
    given = {"title": "Send the offer", "remind_at": when.isoformat(), **values}
    return write.create(registry.get("tasks"), given, viewer=viewer_for(ana))


def test_reminds_once_when_the_time_has_come(ana: User) -> None:
    due, _later = plan(ana, -1), plan(ana, 30)
    assert remind_of_tasks() == 1
    assert remind_of_tasks() == 0
    assert [r["id"] for r in take_reminders(viewer_for(ana))] == [due]
    assert take_reminders(viewer_for(ana)) == []


def test_a_moved_reminder_reminds_again_and_a_done_task_never(ana: User) -> None:
    pk = plan(ana, -5)
    remind_of_tasks()
    write.change(
        registry.get("tasks"),
        pk,
        {"remind_at": (timezone.now() - timedelta(minutes=1)).isoformat()},
        viewer=viewer_for(ana),
    )
    assert remind_of_tasks() == 1
    registry.get("tasks").verb("finish").run(viewer_for(ana), pk)
    assert take_reminders(viewer_for(ana)) == []


def test_others_are_not_told(ana: User) -> None:
    ben = User.objects.create_user(email="ben@example.com", name="Ben", role="member")
    plan(ana, -1)
    remind_of_tasks()
    assert take_reminders(viewer_for(ben)) == []


def test_the_page_shows_it_as_a_notice(ana: User) -> None:
    plan(ana, -1, title="Call <b>Ben</b>")
    remind_of_tasks()
    client = Client()
    client.force_login(ana)
    answer = client.post("/tasks/reminders", headers={"HX-Request": "true"})
    assert b"Call &lt;b&gt;Ben&lt;/b&gt;" in answer.content
    assert b"Call" not in client.post("/tasks/reminders", headers={"HX-Request": "true"}).content
