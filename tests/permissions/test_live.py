"""A live stream tells nobody of what they may not look at, by kind and by row, nor of what is somebody else's alone."""

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.platform.live.hearing import hearing
from rapport.platform.live.listener import Listener
from rapport.platform.live.sight import PERSONAL
from rapport.records import registry
from rapport.records.access import Shared
from tests.permissions.bodies import Sent
from tests.permissions.people import DELETED, FOREIGN, OWN, PEOPLE, SHARED, SHARED_DELETED, TEAM
from tests.permissions.rules import able

EVERYBODY = [one for one in PEOPLE.values() if one.is_in]


def test_everybody_hears_what_they_may_look_at(matrix):
    wrong = []
    for person in EVERYBODY:
        stream = matrix.call(person.name, "GET", "/live", Sent())
        wanted = {record.entity: able(person, record.entity, "view") for record in registry.all_records()} | {
            f"{name}-{user.pk}": other == person.name for other, user in matrix.world.users.items() for name in PERSONAL
        }
        wrong += [f"{person.name}: {topic}" for topic, may in wanted.items() if stream.listener.hears(topic) != may]
    assert not wrong, "\n".join(wrong)


def test_of_single_rows_everybody_hears_those_that_they_may_look_at(matrix):
    wrong, asked = [], 0
    for person in EVERYBODY:
        rows = {}
        for record in registry.all_records():
            shared = isinstance(record.access, Shared)
            for relation in (SHARED, SHARED_DELETED) if shared else (OWN, TEAM, FOREIGN, DELETED):
                row = matrix.world.row(record.entity, person.name, relation)
                rows[f"{record.entity}-{row}"] = able(person, record.entity, "view", relation), relation
        viewer = viewer_for(User.objects.select_related("role").get(pk=matrix.world.users[person.name].pk))
        listener, asked = Listener(viewer, rows), asked + len(rows)
        wrong += [
            f"{person.name}: {row} ({relation})"
            for row, (may, relation) in rows.items()
            if (row in listener.seen) != may
        ]
        # Without having named them nobody hears of them at all.
        wrong += [f"{person.name}: {row} unasked" for row in rows if hearing(viewer)(row)]
    assert not wrong, "\n".join(wrong)
    assert asked > 500
