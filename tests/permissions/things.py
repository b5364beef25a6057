"""What else can be asked for by its id: views, imports, runs, notices, sessions, tokens, files, actions, jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from rapport.platform.identity.models import ApiToken, OneTimeLink, Session, User
from rapport.platform.identity.tokens import digest
from rapport.platform.journal.models import Action, Entry
from rapport.records import registry, write
from rapport.records.importing import steps
from rapport.records.models import BulkRun, Draft, ExportMade, Follow, ImportRun, Notification, View, ViewUse
from rapport.records.undoing import undo_action
from rapport.work.models import Attachment, Task
from tests.permissions.people import DELETED, OWN

if TYPE_CHECKING:
    from tests.permissions.world import World

# Nothing has this id.
NO_ID = 999_999_999


def make_things(world: World, owners: list[str]) -> None:
    """Writes one of each for everybody."""
    for owner in owners:
        for kind, make in _MAKERS.items():
            world.things[kind, owner, OWN] = make(world, owner)
            world.things[kind, owner, DELETED] = NO_ID
        world.things["view", owner, DELETED] = _view(world, owner, deleted_at=timezone.now())
        world.things["file", owner, DELETED] = _file(world, owner, DELETED)
    for kind in (*(one for one in _MAKERS if one != "revoked token"), "view", "file"):
        for state in (OWN, DELETED):
            world.things[kind, "greg", state] = world.things[kind, "dora", state]
    # What Ben shares with all, open and locked.
    View.objects.filter(pk=world.things["view", "ben", OWN]).update(shared=True)
    world.things["locked view", "ben", OWN] = _view(world, "ben", shared=True, locked=True)
    world.things["wide view", "ben", OWN] = _view(
        world, "ben", shared=True, filter='{"all":[{"field":"organisation.nothing","op":"is_filled"}]}'
    )
    shared = world.things["view", "ben", OWN]
    ViewUse.objects.bulk_create(
        ViewUse(
            user=world.users[owner], entity="people", view_id=shared, favourite=True, first=owner == "zed", position=n
        )
        for n, owner in enumerate(owners)
    )
    # Zed follows everybody's people, and everybody his, from when they could see them.
    Follow.objects.bulk_create(
        Follow(user=world.users[who], entity="people", row=world.rows["people", whose, OWN])
        for owner in owners
        for who, whose in (("zed", owner), (owner, "zed"))
        if who != whose
    )
    Notification.objects.bulk_create(
        Notification(user=world.users["zed"], kind="change", entity="people", row=world.rows["people", owner, OWN])
        for owner in owners if owner != "zed"
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('bulk', 'x', '{}', 'failed') RETURNING id"
        )
        world.things["job", "", OWN] = cursor.fetchone()[0]
    Task.objects.filter(pk__in=[world.rows["tasks", owner, OWN] for owner in owners]).update(remind_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO work_reminder (task_id, remind_at) SELECT id, remind_at FROM work_task WHERE remind_at IS NOT NULL"
        )


def _view(world: World, owner: str, **more: object) -> int:
    from tests.permissions.world import mark

    user = world.users[owner]
    return View.objects.create(entity="people", name=f"View {mark(owner)}", owner=user, created_by=user, **more).pk


def _import(world: World, owner: str) -> int:
    from tests.permissions.world import mark

    text = f"First name,Last name\nIda,{mark(owner)}\n,\n"
    viewer = world.able(owner)
    run = steps.upload(registry.get("people"), f"{mark(owner)}.csv", [text.encode()], viewer=viewer)
    return steps.check_now(run, viewer=viewer).pk


def _written(world: World, owner: str) -> int:
    return ImportRun.objects.create(
        entity="people", name="done.csv", status=ImportRun.DONE, created_by=world.users[owner], counts={"states": {}},
        action_id=_action(world, owner),
    ).pk  # fmt: skip


def _run(world: World, owner: str) -> int:
    return BulkRun.objects.create(
        entity="people", do="edit", values={}, status=BulkRun.DONE, total=1, done=1, changed=1, told=False,
        created_by=world.users[owner], finished_at=timezone.now(), action_id=_action(world, owner),
    ).pk  # fmt: skip


def _notice(world: World, owner: str) -> int:
    row = world.rows["people", owner, OWN]
    return Notification.objects.create(user=world.users[owner], kind="change", entity="people", row=row).pk


def _session(world: World, owner: str) -> int:
    store = SessionStore()
    store.create()
    return Session.objects.create(user=world.users[owner], key=store.session_key, agent="another").pk


def _token(world: World, owner: str) -> int:
    from tests.permissions.world import mark

    user = world.users[owner]
    # What else only its maker is shown: which lists they took out, and what they have begun to write about others' records.
    ExportMade.objects.create(entity="people", format="csv", q=mark(owner), created_by=user)
    if owner == "zed":
        Draft.objects.bulk_create(
            Draft(user=user, entity="people", row=row, activity="notes", values={"body": mark(owner)})
            for (entity, _whose, state), row in world.rows.items()
            if entity == "people" and state == OWN and _whose != "greg"
        )
    return ApiToken.objects.create(
        user=user, name=f"spare {mark(owner)}", digest=digest(f"spare-{owner}"), hint="rap"
    ).pk


def _action(world: World, owner: str) -> int:
    """An edit of the person's own record, by them."""
    record = registry.get("people")
    pk = world.rows["people", owner, OWN]
    count = Action.objects.count()
    write.change(record, pk, {"job_title": f"Weaver {count}"}, viewer=world.able(owner))
    return Action.objects.latest("pk").pk


def _file(world: World, owner: str, state: str = OWN) -> int:
    return Attachment.objects.get(pk=world.rows["attachments", owner, state]).file_id


def _upload(world: World, owner: str) -> int:
    return world.upload(owner)


def _spent(world: World, owner: str) -> int:
    """The revoked token among what lets nobody in any more: a token that was revoked, a link that was used, and one that is too old."""
    now, user = timezone.now(), world.users[owner]
    gone = ApiToken.objects.create(
        user=user, name=f"gone {owner}", digest=digest(f"revoked-{owner}"), hint="rap", revoked_at=now
    )
    later = now + timedelta(days=1)
    OneTimeLink.objects.create(user=user, digest=digest(f"used-{owner}"), expires_at=later, used_at=now)
    OneTimeLink.objects.create(user=user, digest=digest(f"old-{owner}"), expires_at=now - timedelta(days=1))
    return gone.pk


def _undone(world: World, owner: str) -> int:
    """An action that was taken back already."""
    pk = _action(world, owner)
    undo_action(pk, viewer=world.able(owner))
    return pk


def _bare(world: World, owner: str) -> int:
    """An action that left no trace."""
    return Action.objects.create(actor=world.users[owner], verb="edit people", source="page").pk


def _odd(world: World, owner: str) -> int:
    """An action on what is no record."""
    made = Action.objects.create(actor=world.users[owner], verb="edit something", source="page")
    Entry.objects.create(action=made, table="access_role", row=1, op="U", version=1, diff={})
    return made.pk


def _link(world: World, owner: str) -> str:
    """The token of a one-time link."""
    assert User.objects.filter(name=owner.title()).exists()
    return f"link-{owner}"


_MAKERS = {
    "view": _view, "import": _import, "written import": _written, "run": _run, "notice": _notice, "session": _session,
    "token": _token, "action": _action, "file": _file, "upload": _upload, "link": _link, "revoked token": _spent,
    "undone action": _undone, "bare action": _bare, "odd action": _odd,
}  # fmt: skip
