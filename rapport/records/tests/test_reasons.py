"""What the page of reasons says is what the gate does, for every record of every kind and every user."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.platform.identity.models import User
from rapport.records import registry, write
from rapport.records.reasons import reasons
from rapport.records.testing.cast import Cast, make_cast

ACTIONS = ("view", "edit", "delete")


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def rows(cast: Cast) -> list[tuple[str, int]]:
    def make(entity: str, who: str, **values) -> int:
        return write.create(registry.get(entity), values, viewer=cast.viewer(who))

    people = [make("people", who, last_name=f"Of {who}") for who in ("ana", "mia", "adam")]
    people.append(make("people", "adam", last_name="Nobody's", owner=None))
    company, other = make("organisations", "ana", name="A Ltd"), make("organisations", "cleo", name="B Ltd")
    made = [("people", pk) for pk in people]
    for person, organisation in ((people[0], company), (people[3], other), (people[1], company)):
        made.append(("employments", make("employments", "adam", person=person, organisation=organisation)))
    made.append(
        ("relationships", make("relationships", "adam", person=people[0], kind="spouse", other_person=people[3]))
    )
    return [*made, ("tags", make("tags", "adam", name="dealer")), ("teams", make("teams", "adam", name="New"))]


def test_reasons_agree_with_the_gate(cast):
    for entity, pk in rows(cast):
        record = registry.get(entity)
        said = {reach.user.pk: set(reach.reasons) for reach in reasons(record, pk, ACTIONS)}
        for user in User.objects.select_related("role").filter(is_active=True):
            viewer = cast.viewer(next(name for name, one in cast.users.items() if one.pk == user.pk))
            done = set()
            for action in ACTIONS:
                rule = record.rule(viewer, action, "t")
                sql = f"SELECT 1 FROM {record.table} t WHERE id = %s AND {rule.sql}"  # noqa: S608
                with connection.cursor() as cursor:
                    cursor.execute(sql, [pk, *rule.params])
                    if cursor.fetchone():
                        done.add(action)
            assert said.get(user.pk, set()) == done, (entity, pk, user.name)


def test_words_name_the_right_reason(cast):
    entity, pk = rows(cast)[0]
    found = {reach.user.pk: reach.reasons for reach in reasons(registry.get(entity), pk)}
    assert found[cast.ana.pk]["view"] == "Owns it."
    assert "in A." in found[cast.ben.pk]["view"] and "delete" not in found[cast.ben.pk]
    assert "Administrator reaches all" in found[cast.adam.pk]["delete"]
    assert "Region" in found[cast.mia.pk]["edit"]
    assert cast.cleo.pk not in found and cast.dora.pk not in found


def test_the_page_is_for_those_who_run_teams(cast):
    entity, pk = rows(cast)[0]
    for name, status in {"adam": 200, "mia": 200, "ana": 403, "ben": 403, "rita": 403, "cleo": 403}.items():
        client = Client()
        client.force_login(cast.users[name])
        answer = client.get(f"/{entity}/{pk}/access")
        assert answer.status_code == status, name
        assert (f"/{entity}/{pk}/access" in client.get(f"/{entity}/{pk}").content.decode()) == (status == 200)


def test_the_price_does_not_grow_with_the_users(cast):
    entity, pk = rows(cast)[0]

    def price() -> int:
        with CaptureQueriesContext(connection) as queries:
            reasons(registry.get(entity), pk)
        return len(queries)

    price()  # reads the grants, which are kept
    before = price()
    User.objects.bulk_create([User(name=f"User {i}", role=cast.ana.role, team=cast.ana.team) for i in range(20)])
    assert price() == before
