"""The same condition chooses the same rows as SQL and in memory: many conditions, nested, over many rows."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from rapport.kit import condition as conditions
from rapport.kit.folding import fold_text
from rapport.kit.matching import Context, evaluate
from rapport.platform.identity.models import Team, User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write
from rapport.records.read import Query, Reader

pytestmark = pytest.mark.django_db

WORDS = [
    "Müller",
    "MULLER & Söhne",
    "Łódź",
    "Straße 5",
    "",
    "o'Neil",
    "100%",
    "a_b",
    "Ærø",
    "head",
    "Head of Øl",
    "日本",
]
FIELDS = {
    "first_name": "text", "job_title": "text", "birth_date": "date", "owner": "user", "organisation": "link",
    "organisation.name": "text", "organisation.country": "choice", "organisation.size": "number",
    "organisation.revenue": "money", "created_at": "datetime", "country": "choice",
}  # fmt: skip
PERIODS = [
    "today",
    "last_30_days",
    "this_year",
    "over_20_days_ago",
    "in_over_1_weeks",
    "next_2_months",
    "past",
    "last_quarter",
]


def test_letters_fold_alike_in_the_database_and_in_memory():
    letters = [
        chr(c) for c in range(32, 0x180) if chr(c).isalnum() or chr(c) in " !\"#$%&'()*+,-./:;<=>?@[]^_`{|}~¡¿«»©®×÷½"
    ]
    letters += list("–—…‘’“”„АБВЯабвяЁёЙйΑΒΓάέήΩ日本語カガがギ한글") + WORDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT c, rapport_fold(c) FROM unnest(%s::text[]) c", [letters])
        assert [(c, folded, fold_text(c)) for c, folded in cursor.fetchall() if folded != fold_text(c)] == []


@pytest.fixture
def company():
    """Ana, whose team has Ben; Cleo is in another. 60 people of 6 organisations, with gaps everywhere."""
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    users = [
        User.objects.create_user(email=f"{name}@example.com", name=name, role="administrator", team=team)
        for name, team in (("ana", north), ("ben", north), ("cleo", south))
    ]
    viewer, dice = viewer_for(users[0]), random.Random(7)
    people, organisations = registry.get("people"), registry.get("organisations")
    known = []
    for i in range(6):
        values: dict[str, Any] = {"name": f"{dice.choice(WORDS) or 'Nameless'} {i}", "owner": users[i % 3].pk}
        if i % 3:
            values |= {"addresses": [{"city": "Lyon", "country": ["DE", "FR", "GB"][i % 3]}]}
        known.append(
            write.create(
                organisations, values | ({"size": i * 10, "revenue": str(i * 500)} if i % 2 else {}), viewer=viewer
            )
        )
    today = timezone.localdate()
    for i in range(60):
        values = {"first_name": dice.choice(WORDS), "last_name": f"P{i}", "job_title": dice.choice(WORDS)}
        values |= {"owner": dice.choice([*(u.pk for u in users), None]), "organisation": dice.choice([*known, None])}
        if dice.random() < 0.7:
            values["birth_date"] = (today - timedelta(days=dice.choice([0, 1, 19, 20, 21, 30, 200, 500]))).isoformat()
        write.create(people, values, viewer=viewer)
    return viewer, [u.pk for u in users], known


def leaf(dice: random.Random, users: list[int], organisations: list[int]) -> dict[str, Any]:
    name = dice.choice(list(FIELDS))
    kind = FIELDS[name]
    op, shape = dice.choice(list(conditions.OPERATORS[kind].items()))
    today = timezone.localdate()
    values: dict[str, list[Any]] = {
        "text": [*WORDS, "mull", "strasse", "%", "_", "o"],
        "number": [0, 10, 30, 31],
        "money": [0, 1000],
        "date": [(today - timedelta(days=d)).isoformat() for d in (0, 1, 20, 21, 300)],
        "datetime": [(today - timedelta(days=d)).isoformat() for d in (-1, 0, 1)],
        "user": [*users, "me", "my_team"],
        "link": organisations,
        "choice": ["DE", "FR", "GB", "ES"],
    }
    known = values[kind]
    made: dict[str, Any] = {"field": name, "op": op}
    if shape == conditions.ONE:
        made["value"] = dice.choice(known)
    elif shape == conditions.MANY:
        made["value"] = dice.sample(known, dice.randint(0, 3))
    elif shape == conditions.PAIR:
        made["value"] = sorted(dice.sample(known, 2))
    elif shape == conditions.PERIOD:
        made["value"] = dice.choice(PERIODS)
    return made


def tree(dice: random.Random, depth: int, *known: Any) -> dict[str, Any]:
    which = dice.random()
    if depth == 0 or which < 0.4:
        return leaf(dice, *known)
    if which < 0.5:
        return {"not": tree(dice, depth - 1, *known)}
    return {dice.choice(["all", "any"]): [tree(dice, depth - 1, *known) for _i in range(dice.randint(0, 3))]}


def test_sql_and_memory_agree(company):
    viewer, users, organisations = company
    record = registry.get("people")
    names = [*FIELDS]
    items = Reader(record, viewer).slice(Query(columns=names, limit=200)).items
    assert len(items) == 60
    plain = {item["id"]: {name: _plain(item[name]) for name in names} for item in items}
    context = Context(
        today=timezone.localdate(timezone=viewer.zone), me=viewer.id, team=frozenset(viewer.team_ids), zone=viewer.zone
    )
    dice = random.Random(11)
    wrong, told = [], set()
    for _i in range(400):
        source = tree(dice, 3, users, organisations)
        node = conditions.parse(source)
        expected = {pk for pk, values in plain.items() if evaluate(node, values.get, context)}
        found = {item["id"] for item in Reader(record, viewer).slice(Query(filter=source, limit=200)).items}
        told |= {one.op for one in conditions.leaves(node)}
        if found != expected:
            wrong.append((json.dumps(source, ensure_ascii=False), [plain[pk] for pk in list(found ^ expected)[:2]]))
    assert wrong == []
    missing = {op for kind in set(FIELDS.values()) for op in conditions.OPERATORS[kind]} - told
    assert not missing, "every operator is asked"


def test_a_difference_would_be_found(company, monkeypatch):
    """The control: a matcher that hears accents gives other answers."""
    monkeypatch.setattr("rapport.kit.matching.fold_text", str)
    with pytest.raises(AssertionError):
        test_sql_and_memory_agree(company)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return value["id"] if "id" in value else value["amount"]
    return value
