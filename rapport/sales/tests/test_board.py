"""The board of deals: what columns sum, what moves and what is refused, what rots."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from rapport.platform.facts.models import Fact
from rapport.platform.journal.acting import acting
from rapport.records import registry, write
from rapport.records.boards.reading import Asked, BoardReader
from rapport.records.testing.cast import make_cast
from rapport.records.testing.silence import silence
from rapport.sales.models import Deal, Pipeline, Stage
from rapport.sales.queries import stage_bar

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    made = make_cast()
    # To sign in is to be written down, so everybody does it before a test asks for silence.
    made.browsers = {}
    for who in ("ana", "ben", "cleo", "mia", "rita"):
        made.browsers[who] = Client()
        made.browsers[who].force_login(made.users[who])
    return made


@pytest.fixture
def stages():
    return {stage.name: stage for stage in Stage.objects.filter(pipeline__name="Sales")}


def deal(cast, who="ana", **values):
    return write.create(registry.get("deals"), {"name": "Looms for Leeds"} | values, viewer=cast.viewer(who))


def task(cast, pk, due, who="ana"):
    values = {"title": "Ring them", "due_on": due, "about": [f"deals/{pk}"]}
    return write.create(registry.get("tasks"), values, viewer=cast.viewer(who))


def browser(cast, who="ana"):
    return cast.browsers[who]


def reader(cast, who="ana", **more):
    pipeline = Pipeline.objects.get(name="Sales").pk
    return BoardReader(registry.get("deals"), cast.viewer(who), Asked("stage", pipeline, **more))


def card_of(cast, pk, who="ana", **more):
    board = reader(cast, who, **more)
    totals = board.totals()
    cards = board.cards(board.columns(totals), ranked=board.by_urgency(totals))
    return next((card for card in cards if card.id == pk), None)


def post(cast, pk, to, who="ana", **more):
    data = {"by": "stage", "to": to.pk if isinstance(to, Stage) else to, **more}
    return browser(cast, who).post(f"/deals/{pk}/move", data, headers={"hx-request": "true"})


# --- figures -----------------------------------------------------------------------------------------------------------


def test_columns_sum_in_the_base_currency_and_weigh_by_probability(cast, stages):
    deal(cast, amount={"amount": "1000", "currency": "EUR"}, stage=stages["Proposal"].pk)
    deal(cast, amount={"amount": "500", "currency": "EUR"}, stage=stages["Proposal"].pk)
    deal(cast, stage=stages["Proposal"].pk)
    found = reader(cast).totals()[str(stages["Proposal"].pk)]
    assert (found.count, found.total, found.weighted, found.unknown) == (3, 1500, 750, 0)


def test_an_amount_without_a_rate_is_in_no_sum_and_the_page_says_so(cast, stages):
    deal(cast, amount={"amount": "1000", "currency": "EUR"})
    deal(cast, amount={"amount": "7", "currency": "XAF"})
    found = reader(cast).totals()[str(stages["Qualified"].pk)]
    assert (found.count, found.total, found.unknown) == (2, 1000, 1)
    assert (
        "1 amount has no exchange rate to EUR and is in no sum." in browser(cast).get("/deals/board").content.decode()
    )


def test_sums_are_of_what_is_within_reach(cast, stages):
    deal(cast, "ana", amount="1000")
    deal(cast, "cleo", amount="64")
    key = str(stages["Qualified"].pk)
    assert reader(cast, "ana").totals()[key].total == Decimal(1000)
    assert reader(cast, "cleo").totals()[key].total == Decimal(64)
    assert reader(cast, "mia").totals()[key].total == Decimal(1064)


def test_sums_and_cards_follow_the_filter_and_the_search(cast, stages):
    kept = deal(cast, name="Quill presses", amount="10")
    deal(cast, name="Looms", amount="90")
    for asked in ({"q": "quill"}, {"filter": '{"field":"amount","op":"lt","value":50}'}):
        assert reader(cast, **asked).totals()[str(stages["Qualified"].pk)].total == 10
        assert card_of(cast, kept, **asked)


def test_a_stage_in_the_bin_still_shows_its_deals(cast, stages):
    pk = deal(cast, stage=stages["Meeting"].pk)
    Stage.objects.filter(pk=stages["Meeting"].pk).update(deleted_at=timezone.now())
    page = browser(cast).get("/deals/board").content.decode()
    assert f'data-card="{pk}"' in page and "data-closed" in page


# --- order, urgency, rotting -----------------------------------------------------------------------------------------


def test_cards_stand_in_the_order_of_urgency(cast):
    today = timezone.localdate()
    later, none, now, overdue = (deal(cast) for _ in range(4))
    task(cast, later, today + timedelta(days=3))
    task(cast, now, today)
    task(cast, overdue, today - timedelta(days=1))
    task(cast, overdue, today + timedelta(days=9))
    board = reader(cast)
    totals = board.totals()
    cards = board.cards(board.columns(totals), ranked=board.by_urgency(totals))
    assert [(card.id, card.urgency) for card in cards] == [
        (overdue, "overdue"), (now, "today"), (none, "none"), (later, "later"),
    ]  # fmt: skip
    assert [card.urgency for card in board.cards(board.columns(totals), ranked=False)].count("overdue") == 1


def test_a_plan_out_of_reach_is_none(cast):
    pk = deal(cast)
    other = task(cast, pk, timezone.localdate())
    registry.get("tasks").model.objects.filter(pk=other).update(owner=cast.cleo)
    assert card_of(cast, pk).urgency == "none"


def test_a_deal_rots_after_the_days_of_its_stage_and_a_plan_keeps_it_alive(cast, stages):
    pk = deal(cast, stage=stages["Proposal"].pk)
    Stage.objects.filter(pk=stages["Proposal"].pk).update(rotting_days=10)
    Deal.objects.filter(pk=pk).update(stage_since=timezone.now() - timedelta(days=30))
    assert card_of(cast, pk).rotting == 30
    assert any(stage["late"] for stage in stage_bar(pk, cast.viewer("ana")))
    values = {"body": "They think about it", "about": [f"deals/{pk}"], "at": timezone.now() - timedelta(days=12)}
    write.create(registry.get("notes"), values, viewer=cast.viewer("ana"))
    assert card_of(cast, pk).rotting == 12
    assert "12 days without a touch" in browser(cast).get("/deals/board").content.decode()
    soon = {"title": "See them", "at": timezone.now() + timedelta(days=40), "about": [f"deals/{pk}"]}
    write.create(registry.get("meetings"), soon, viewer=cast.viewer("ana"))
    assert card_of(cast, pk).rotting is None
    assert card_of(cast, pk).urgency == "later"
    assert not any(stage["late"] for stage in stage_bar(pk, cast.viewer("ana")))


def test_a_task_that_was_missed_keeps_nothing_alive(cast, stages):
    pk = deal(cast, stage=stages["Proposal"].pk)
    Stage.objects.filter(pk=stages["Proposal"].pk).update(rotting_days=10)
    Deal.objects.filter(pk=pk).update(stage_since=timezone.now() - timedelta(days=30))
    task(cast, pk, timezone.localdate() - timedelta(days=2))
    assert card_of(cast, pk).rotting == 30


# --- moving ----------------------------------------------------------------------------------------------------------


def test_a_card_moves_and_states_what_that_means(cast, stages):
    pk = deal(cast)
    answer = post(cast, pk, stages["Proposal"], **{"from": stages["Qualified"].pk})
    assert answer.status_code == 200 and "Looms for Leeds moved to Proposal." in answer.content.decode()
    assert "/undo/" in answer.content.decode() and "board-moved" in answer.headers["HX-Trigger"]
    assert Deal.objects.get(pk=pk).stage == stages["Proposal"]
    assert Fact.objects.latest("pk").name == "deal_moved"
    post(cast, pk, stages["Won"])
    assert Deal.objects.get(pk=pk).status == "won"


def test_a_foreign_card_is_not_there_and_nothing_is_written(cast, stages):
    pk = deal(cast, "ana")
    with silence():
        assert post(cast, pk, stages["Proposal"], "cleo").status_code == 404


def test_a_reader_moves_and_adds_nothing(cast, stages):
    pk = deal(cast, "ana")
    with silence():
        answer = post(cast, pk, stages["Proposal"], "rita")
        assert answer.status_code == 409 and "not change it" in answer.content.decode()
        added = browser(cast, "rita").post("/deals/board/add", {"by": "stage", "to": stages["Meeting"].pk, "name": "X"})
        assert added.status_code == 403


def test_whoever_comes_second_is_told_where_the_card_went(cast, stages):
    pk = deal(cast)
    post(cast, pk, stages["Meeting"], **{"from": stages["Qualified"].pk})
    with silence():
        answer = post(cast, pk, stages["Proposal"], "ben", **{"from": stages["Qualified"].pk})
    assert answer.status_code == 409
    assert "Somebody moved “Looms for Leeds” to Meeting meanwhile." in answer.content.decode()


@pytest.mark.parametrize("to", ["", "0", "nonsense", "999999999", "9" * 40, "-1"])
def test_a_column_that_does_not_exist_takes_no_card(cast, to):
    pk = deal(cast)
    with silence():
        assert post(cast, pk, to).status_code == 409


def test_a_stage_asks_for_just_what_is_missing(cast, stages):
    Stage.objects.filter(pk=stages["Proposal"].pk).update(required_fields=["amount", "closes_on", "name"])
    pk = deal(cast)
    with silence():
        answer = post(cast, pk, stages["Proposal"])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="amount"' in page and 'name="closes_on"' in page and "ask-name" not in page
    assert "To be moved to Proposal this is needed:" in page
    # Half an answer asks again and keeps what was typed.
    with silence():
        again = post(cast, pk, stages["Proposal"], asked_for="amount,closes_on", amount="1200")
    assert again.status_code == 422 and 'value="1200' in again.content.decode()
    done = post(cast, pk, stages["Proposal"], asked_for="amount,closes_on", amount="1200", closes_on="2027-01-31")
    assert done.status_code == 200
    moved = Deal.objects.get(pk=pk)
    assert (moved.stage, moved.amount, str(moved.closes_on)) == (stages["Proposal"], 1200, "2027-01-31")
    # One step of the user is one action to undo.
    number = re.search(r"/undo/(\d+)", done.content.decode())[1]
    browser(cast).post(f"/undo/{number}")
    back = Deal.objects.get(pk=pk)
    assert (back.stage, back.amount, back.closes_on) == (stages["Qualified"], None, None)


def test_the_api_and_bulk_are_told_what_a_stage_needs(cast, stages):
    Stage.objects.filter(pk=stages["Won"].pk).update(required_fields=["amount"])
    Stage.objects.filter(pk=stages["Lost"].pk).update(required_fields=["lost_reason"])
    Stage.objects.filter(pk=stages["Meeting"].pk).update(required_fields=["closes_on"])
    pk = deal(cast)
    with silence():
        assert cast.call("ana", "POST", f"/deals/{pk}/win", {}).blamed == {"amount"}
        assert cast.call("ana", "POST", f"/deals/{pk}/lose", {}).blamed == {"lost_reason"}
        assert cast.call("ana", "PATCH", f"/deals/{pk}", {"stage": stages["Meeting"].pk}).blamed == {"closes_on"}
        many = {"ids": [pk], "values": {"stage": stages["Meeting"].pk}}
        assert cast.call("ana", "POST", "/deals/bulk", many).blamed == {"closes_on"}


def test_winning_asks_for_what_the_won_stage_needs(cast, stages):
    Stage.objects.filter(pk=stages["Won"].pk).update(required_fields=["amount"])
    pk = deal(cast)
    answer = browser(cast).post(f"/deals/{pk}/do/win", {}, headers={"hx-request": "true"})
    assert answer.status_code == 422 and 'name="amount"' in answer.content.decode()
    browser(cast).post(f"/deals/{pk}/do/win", {"asked_for": "amount", "amount": "5"}, headers={"hx-request": "true"})
    won = Deal.objects.get(pk=pk)
    assert (won.status, won.amount) == ("won", 5)


def test_the_stage_bar_of_a_record_asks_too(cast, stages):
    Stage.objects.filter(pk=stages["Proposal"].pk).update(required_fields=["amount"])
    pk, url = deal(cast), f"/deals/{{}}/stages/{stages['Proposal'].pk}"
    answer = browser(cast).post(url.format(pk), headers={"hx-request": "true"})
    assert answer.status_code == 422 and answer.headers["HX-Retarget"] == "#dialog"
    browser(cast).post(url.format(pk), {"asked_for": "amount", "amount": "5"}, headers={"hx-request": "true"})
    assert Deal.objects.get(pk=pk).stage == stages["Proposal"]


# --- adding, folding, switching --------------------------------------------------------------------------------------


def test_a_name_is_enough_to_add_a_card_to_a_column(cast, stages):
    data = {"by": "stage", "to": stages["Meeting"].pk, "within": stages["Meeting"].pipeline_id, "name": "Presses"}
    answer = browser(cast).post("/deals/board/add", data, headers={"hx-request": "true"})
    assert answer.status_code == 200 and "board-added" in answer.headers["HX-Trigger"]
    made = Deal.objects.get(name="Presses")
    assert (made.stage, made.owner) == (stages["Meeting"], cast.ana)
    Stage.objects.filter(pk=stages["Meeting"].pk).update(required_fields=["amount"])
    asked = browser(cast).post("/deals/board/add", {**data, "name": "Looms"}, headers={"hx-request": "true"})
    assert asked.status_code == 422 and 'name="amount"' in asked.content.decode()
    assert not Deal.objects.filter(name="Looms").exists()


def test_a_column_stays_folded_for_who_folded_it(cast, stages):
    deal(cast)
    data = {"by": "stage", "key": stages["Meeting"].pk, "folded": "1"}
    ana = browser(cast)
    assert ana.post("/deals/board/fold", data).status_code == 204
    assert "r-lane folded" in ana.get("/deals/board").content.decode()
    assert "r-lane folded" not in browser(cast, "ben").get("/deals/board").content.decode()
    ana.post("/deals/board/fold", {**data, "folded": ""})
    assert "r-lane folded" not in ana.get("/deals/board").content.decode()


def test_the_sidebar_leads_to_the_layout_used_last(cast):
    ana = browser(cast)
    assert 'href="/deals"' in ana.get("/people").content.decode()
    ana.get("/deals/board")
    assert 'href="/deals/board"' in ana.get("/people").content.decode()
    ana.get("/deals")
    assert 'href="/deals"' in ana.get("/people").content.decode()


def test_closed_deals_are_off_the_board_until_asked_for(cast, stages):
    won = deal(cast, stage=stages["Won"].pk)
    for group in ("stage", "owner"):
        assert f'data-card="{won}"' not in browser(cast).get(f"/deals/board?group={group}").content.decode()
        assert f'data-card="{won}"' in browser(cast).get(f"/deals/board?group={group}&ended=1").content.decode()


def test_more_cards_of_a_column_follow_once(cast, stages):
    made = {deal(cast, name=f"Deal {i}") for i in range(25)}
    ana, key = browser(cast), stages["Qualified"].pk
    first = ana.get("/deals/board").content.decode()
    rest = ana.get(f"/deals/board?column={key}&after=15", headers={"hx-request": "true"}).content.decode()
    found = [int(pk) for page in (first, rest) for pk in re.findall(r'data-card="(\d+)"', page)]
    assert sorted(found) == sorted(made)
    deep = ana.get(f"/deals/board?depth={key}:40").content.decode()
    assert len(re.findall("data-card=", deep)) == 25


@pytest.mark.parametrize(("ended", "index"), [(False, "deal_open_board"), (True, "deal_whole_board")])
def test_the_first_cards_of_a_stage_come_by_an_index_however_many_there_are(cast, stages, ended, index):
    """Beyond what is ranked only the first of each stage are read."""
    stage = stages["Qualified"]
    made = [Deal(name="x", pipeline_id=stage.pipeline_id, stage=one) for one in stages.values() for _n in range(60)]
    with acting(None, "try"):
        Deal.objects.bulk_create(made)
    board = reader(cast, "adam", ended=ended)
    picked = board._picked(board.columns(board.totals()), {}, 0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sales_deal; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {picked.sql}", picked.params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert f"using {index}" in plan and "Sort" not in plan, plan


# --- what is next ----------------------------------------------------------------------------------------------------


def test_the_next_step_is_planned_and_done_from_the_card(cast):
    pk = deal(cast)
    ana = browser(cast)
    answer = ana.post(f"/deals/{pk}/next", {"title": "Ring them"}, headers={"hx-request": "true"})
    assert answer.status_code == 200 and "planned" in answer.headers["HX-Trigger"]
    page = ana.get(f"/deals/{pk}/next").content.decode()
    assert "Ring them" in page and "/do/finish" in page
    refused = ana.post(f"/deals/{pk}/next", {"title": ""}, headers={"hx-request": "true"})
    assert refused.status_code == 422 and "This field is needed." in refused.content.decode()


def test_nobody_plans_with_a_foreign_card(cast):
    pk = deal(cast, "ana")
    with silence():
        for method in ("get", "post"):
            assert getattr(browser(cast, "cleo"), method)(f"/deals/{pk}/next", {"title": "Mine"}).status_code == 404
