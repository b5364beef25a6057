"""A live stream tells nobody of what they may not look at, nor of what is somebody else's alone."""

from rapport.platform.live.hearing import PERSONAL
from rapport.records import registry
from tests.permissions.bodies import Sent
from tests.permissions.people import PEOPLE
from tests.permissions.rules import able


def test_everybody_hears_what_they_may_look_at(matrix):
    wrong = []
    for person in (one for one in PEOPLE.values() if one.is_in):
        stream = matrix.call(person.name, "GET", "/live", Sent())
        wanted = {
            topic: able(person, record.entity, "view")
            for record in registry.all_records()
            for topic in (record.entity, f"{record.entity}-7")
        } | {
            f"{name}-{user.pk}": other == person.name for other, user in matrix.world.users.items() for name in PERSONAL
        }  # fmt: skip
        wrong += [f"{person.name}: {topic}" for topic, may in wanted.items() if stream.hears(topic) != may]
    assert not wrong, "\n".join(wrong)
