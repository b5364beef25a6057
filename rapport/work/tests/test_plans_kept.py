# ruff: noqa: S608 the names in the queries are those of tables
"""What the index of timelines keeps of plans says the same as the plans themselves, whoever writes and whoever asks."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from rapport.platform.journal.acting import acting
from rapport.records import registry, write
from rapport.records.boards import planned, reading
from rapport.records.boards.reading import Asked, BoardReader
from rapport.records.many import run as runs
from rapport.records.many.run import Selection
from rapport.records.models.touching import drop_plan_triggers, plan_triggers
from rapport.records.testing.cast import make_cast
from rapport.records.tests.importing import brought_in
from rapport.records.undoing import undo_action
from rapport.work.models import Call, Meeting, Task

pytestmark = pytest.mark.django_db
KINDS = {"tasks": Task, "meetings": Meeting, "calls": Call}
WHO = ("ana", "ben", "cleo", "mia", "rita", "adam")
AHEAD = {"tasks": "n.at IS NULL AND n.done_at IS NULL", "meetings": "n.at > now()", "calls": "n.at > now()"}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def deals(cast):
    return [write.create(registry.get("deals"), {"name": f"Deal {i}"}, viewer=cast.viewer("ana")) for i in range(6)]


def asked(sql, params=()):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, day::text FROM ({sql}) found(id, day)", params)
        return sorted(cursor.fetchall())


def from_the_plans(viewer):
    """The soonest plan of each deal, found out from the activities themselves."""
    parts, params = [], []
    for entity, model in KINDS.items():
        rule = registry.get(entity).rule(viewer, "view", "a")
        if rule.is_shut:
            continue
        day, ahead = (
            ("a.due_on", "a.done_at IS NULL") if entity == "tasks" else ("(a.at AT TIME ZONE %s)::date", "a.at > now()")
        )
        parts.append(
            f"""SELECT (o ->> 'id')::bigint AS id, {day} AS day FROM {model._meta.db_table} a, jsonb_array_elements(a.about) o
                WHERE o ->> 'entity' = 'deals' AND {ahead} AND a.deleted_at IS NULL AND {rule.sql}"""
        )  # fmt: skip
        params += [*([viewer.zone.key] if "%s" in day else []), *rule.params]
    return asked(f"SELECT id, min(coalesce(day, 'infinity')) FROM ({' UNION ALL '.join(parts)}) p GROUP BY 1", params)


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def as_kept(viewer, among="", *, many=False):
    rule = planned.planned_sql(registry.get("deals"), viewer, among, many=many)
    return asked(rule.sql, rule.params)


def agrees(cast):
    """Whether everybody is told the same by what is kept; at least one of them of some plan."""
    found = {who: (as_kept(cast.viewer(who)), from_the_plans(cast.viewer(who))) for who in WHO}
    assert any(kept or real for kept, real in found.values())
    return all(kept == real for kept, real in found.values())


def plan(cast, pk, days=3, who="ana", entity="tasks", **more):
    when = timezone.now() + timedelta(days=days)
    values = {"due_on": when.date()} if entity == "tasks" else {"at": when}
    values |= {"title": "Ring them", "about": [f"deals/{pk}"], **more}
    return write.create(registry.get(entity), values, viewer=cast.viewer(who))


# --- every way to write ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_any_number_of_changes_leaves_it_true(cast, deals, seed):
    roll = random.Random(seed)
    people = [cast.ana.pk, cast.ben.pk, cast.cleo.pk, cast.mia.pk, None]

    def values(model):
        moment = timezone.now() + timedelta(hours=roll.randint(-90, 90))
        about = [{"entity": "deals", "id": pk} for pk in roll.sample(deals, roll.randint(0, 3))]
        made = {"owner_id": roll.choice(people), "about": about}
        made["deleted_at"] = timezone.now() if roll.random() < 0.2 else None
        if model is not Task:
            return made | {"at": moment}
        done = moment if roll.random() < 0.3 else None
        return made | {"due_on": roll.choice([moment.date(), None]), "done_at": done, "at": done}

    for _step in range(12):
        for model in KINDS.values():
            with acting(None, "try"):
                model.objects.bulk_create([model(title="Plan", **values(model)) for _ in range(3)])
                some = list(model.objects.values_list("pk", flat=True))
                for pk in roll.sample(some, len(some) // 3):
                    full = values(model)
                    changed = roll.sample(sorted(full), roll.randint(1, len(full)))
                    if {"done_at", "at"} & set(changed):
                        changed = list({*changed, *({"done_at", "at"} & set(full))})
                    model.objects.filter(pk=pk).update(**{name: full[name] for name in changed})
                model.objects.filter(pk__in=roll.sample(some, 1)).delete()
        assert agrees(cast)


def test_done_and_reopened_and_handed_on(cast, deals):
    tasks, ana = registry.get("tasks"), cast.viewer("ana")
    pk = plan(cast, deals[0])
    assert as_kept(ana) == from_the_plans(ana) != []
    tasks.verb("finish").run(ana, pk)
    assert as_kept(ana) == []
    tasks.verb("reopen").run(ana, pk)
    assert as_kept(ana) == from_the_plans(ana) != []
    write.change(tasks, pk, {"owner": cast.cleo.pk}, viewer=cast.viewer("adam"))
    assert as_kept(ana) == [] and len(as_kept(cast.viewer("cleo"))) == 1
    assert agrees(cast)


def test_bulk_and_its_undo(cast, deals):
    ana, ids = cast.viewer("ana"), [plan(cast, pk) for pk in deals]
    before = as_kept(ana)
    day = str(timezone.localdate() - timedelta(days=1))
    for values in ({"due_on": day}, {"owner": cast.ben.pk}):
        run = runs.begin(registry.get("tasks"), Selection(ids), "edit", {"values": values}, viewer=ana)
        assert run.changed == len(ids) and agrees(cast)
        assert ("due_on" in values) == (as_kept(ana) != before)
        undo_action(run.action_id, viewer=ana)
        assert agrees(cast) and as_kept(ana) == before
    run = runs.begin(registry.get("tasks"), Selection(ids), "delete", {}, viewer=ana)
    assert run.changed == len(ids) and as_kept(ana) == []
    undo_action(run.action_id, viewer=ana)
    assert as_kept(ana) == before


def test_an_import_and_its_undo(cast, deals):
    adam = cast.viewer("adam")
    ids = [plan(cast, pk, who="adam") for pk in deals]
    before = as_kept(adam)
    day = timezone.localdate() - timedelta(days=2)
    rows = "".join(f"{pk},{day}\n" for pk in ids)

    def by_id(passes):
        passes[0]["columns"]["id"] = {"column": "number"}
        passes[0]["key"] = "id"

    run = brought_in(adam, "tasks", f"number,due\n{rows}", change=by_id)
    assert as_kept(adam) == from_the_plans(adam) == [(pk, str(day)) for pk in deals]
    undo_action(run.action_id, viewer=adam)
    assert as_kept(adam) == from_the_plans(adam) == before


def test_a_meeting_counts_until_it_begins(cast, deals):
    ana, pk = cast.viewer("ana"), plan(cast, deals[0], entity="meetings")
    assert as_kept(ana) == from_the_plans(ana) != []
    # Time passes and nobody writes: neither the meeting nor what is kept of it knows.
    for table, column in (("work_meeting", "id"), ("records_touch", "source_row")):
        run(f"""ALTER TABLE {table} DISABLE TRIGGER USER;
                UPDATE {table} SET at = now() - interval '1 minute' WHERE {column} = {pk};
                SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} ENABLE TRIGGER USER""")
    assert as_kept(ana) == from_the_plans(ana) == []


def test_whoever_is_named_in_a_plan_knows_of_it_and_nobody_else(cast, deals):
    plan(cast, deals[0], who="adam", owner=cast.adam.pk, body=f"@[Ana](users/{cast.ana.pk}) will know")
    assert len(as_kept(cast.viewer("ana"))) == 1
    assert as_kept(cast.viewer("ben")) == []
    assert agrees(cast)


def test_the_board_the_home_page_and_all_deals_ask_the_same(cast, deals):
    for days, pk in enumerate(deals[:4], start=-1):
        plan(cast, pk, days)
        plan(cast, pk, days + 2, entity="meetings")
    ana = cast.viewer("ana")
    among = f"SELECT id FROM sales_deal WHERE id IN ({deals[0]}, {deals[3]}, {deals[5]})"
    near = [row for row in from_the_plans(ana) if row[0] in (deals[0], deals[3])]
    assert as_kept(ana, among) == near and len(near) == 2
    assert [row for row in as_kept(ana, among, many=True) if row[0] in (deals[0], deals[3])] == near


@pytest.mark.parametrize("many", [0, 5_000])
def test_cards_stand_as_the_plans_say(cast, deals, many, monkeypatch):
    monkeypatch.setattr(reading, "MANY", many)
    roll, today = random.Random(many), timezone.localdate()
    for entity, model in KINDS.items():
        made = []
        for _n in range(14):
            about = [{"entity": "deals", "id": pk} for pk in roll.sample(deals[:5], 2)]
            owner = roll.choice([cast.ana.pk, cast.cleo.pk, cast.mia.pk, None])
            days = timedelta(days=roll.randint(-3, 3))
            when = {"due_on": roll.choice([today + days, None])} if entity == "tasks" else {"at": timezone.now() + days}
            made.append(model(title="Plan", owner_id=owner, about=about, **when))
        with acting(None, "try"):
            model.objects.bulk_create(made)
    closes = {pk: today + timedelta(days=roll.randint(0, 2)) if pk % 3 else None for pk in deals}
    for pk, day in closes.items():
        write.change(registry.get("deals"), pk, {"closes_on": day}, viewer=cast.viewer("ana"))
    orders = set()
    for who in ("ana", "mia", "rita", "adam"):
        viewer = cast.viewer(who)
        soonest = dict(from_the_plans(viewer))

        def urgency(pk, soonest=soonest, closes=closes):
            day = soonest.get(pk)
            rank = 2 if day is None else 3 if day == "infinity" else (day > str(today)) * 3 or int(day == str(today))
            return rank, day or "", str(closes[pk] or "infinity"), pk

        board = BoardReader(registry.get("deals"), viewer, Asked("stage"))
        cards = board.cards(board.columns(board.totals()), ranked=True)
        assert [card.id for card in cards] == sorted(deals, key=urgency)
        known = {pk: day for pk, day in soonest.items() if day != "infinity"}
        assert {card.id: str(card.day) for card in cards if card.day} == known
        orders.add(tuple(card.id for card in cards))
    assert len(orders) > 1, "everybody sees the same plans"


@pytest.mark.parametrize("ranked", [True, False])
def test_tasks_stand_by_their_own_day(cast, deals, ranked):
    tasks, ana = registry.get("tasks"), cast.viewer("ana")
    late, now, some_day, later, done = (
        plan(cast, deals[0], days, due_on=None) if days == 9 else plan(cast, deals[0], days)
        for days in (-1, 0, 9, 2, -3)
    )
    tasks.verb("finish").run(ana, done)
    board = BoardReader(tasks, ana, Asked("priority"))
    cards = board.cards(board.columns(board.totals()), ranked=ranked)
    urgencies = {late: "overdue", now: "today", done: "none", later: "later", some_day: "later"}
    assert {card.id: card.urgency for card in cards} == urgencies
    assert not ranked or [card.id for card in cards] == list(urgencies)
    meetings = registry.get("meetings")
    assert planned.own_day(meetings, ana) and not planned.own_day(registry.get("deals"), ana)


# --- what would go wrong without -------------------------------------------------------------------------------------


def test_every_kind_of_plan_is_kept_and_tried_here():
    assert set(planned.entities()) == set(KINDS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'records\\_touch\\_%%'", [])
        kept = {row[0].removeprefix("records_touch_") for row in cursor.fetchall()}
    assert set(planned.entities()) <= kept, "see plan_triggers in records/models/touching.py"


@pytest.mark.parametrize("entity", KINDS)
def test_without_the_triggers_it_would_be_wrong(cast, deals, entity):
    run(drop_plan_triggers(KINDS[entity]._meta.db_table, entity))
    plan(cast, deals[0], entity=entity)
    assert as_kept(cast.viewer("ana")) == [] != from_the_plans(cast.viewer("ana"))
    assert not agrees(cast)


def test_what_was_there_before_the_upgrade_is_learnt(cast, deals):
    def touches():
        columns = "target, target_row, at, source, source_row, ahead, due_on, owner_id"
        return asked(f"SELECT 1, row({columns})::text FROM records_touch")

    def everything():
        for at, pk in enumerate(deals):
            for entity in KINDS:
                plan(cast, pk, at - 2, entity=entity)
        registry.get("tasks").verb("finish").run(cast.viewer("ana"), Task.objects.latest("pk").pk)

    everything()
    written = touches()
    for entity, model in KINDS.items():
        run(drop_plan_triggers(model._meta.db_table, entity))
    run("UPDATE records_touch SET ahead = false, due_on = NULL, owner_id = NULL")
    assert touches() != written
    for entity, model in KINDS.items():
        day = {"day": "n.due_on"} if entity == "tasks" else {}
        run(plan_triggers(model._meta.db_table, entity, ahead=AHEAD[entity], **day))
    assert touches() == written
    plan(cast, deals[5], 1)
    assert agrees(cast)
