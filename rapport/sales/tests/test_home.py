"""The first page of the day: one's own work, within one's reach, at a fixed price."""

from datetime import datetime, time, timedelta
from html import escape, unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.platform.identity.models import User
from rapport.records import registry, write
from rapport.records.models import Follow
from rapport.records.testing.cast import Cast, make_cast
from rapport.records.visits import last_stay
from rapport.sales.home.deals import open_deals
from rapport.sales.home.news import news
from rapport.sales.home.pipeline import pipeline, won_by_month
from rapport.sales.home.team import by_member, leads, team_of
from rapport.sales.home.work import meetings_today, open_tasks


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def make(cast: Cast, entity: str, who: str, **values) -> int:
    return write.create(registry.get(entity), values, viewer=cast.viewer(who))


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def page(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def test_tasks_stand_by_day_and_are_one_s_own(cast):
    for title, due in (("Late", day(-3)), ("Now", day(0)), ("Soon", day(4)), ("Some day", None)):
        make(cast, "tasks", "ana", title=title, due_on=due)
    make(cast, "tasks", "ben", title="Ben's", due_on=day(0))
    groups = {group["state"]: [task["title"] for task in group["tasks"]] for group in open_tasks(cast.viewer("ana"))}
    assert groups == {"overdue": ["Late"], "today": ["Now"], "later": ["Soon"], "none": ["Some day"]}
    assert open_tasks(cast.viewer("adam")) == []


def test_deals_stand_by_urgency_and_are_one_s_own(cast):
    for name, due in (("planned", 5), ("late", -2), ("bare", None), ("today", 0)):
        deal = make(cast, "deals", "ana", name=name)
        if due is not None:
            make(cast, "tasks", "ana", title="Call", due_on=day(due), about=[f"deals/{deal}"])
    make(cast, "deals", "ben", name="Ben's")
    found = open_deals(cast.viewer("ana"))
    assert [(g["state"], g["many"], [d["name"] for d in g["deals"]]) for g in found] == [
        ("overdue", 1, ["late"]), ("today", 1, ["today"]), ("later", 1, ["planned"]), ("none", 1, ["bare"]),
    ]  # fmt: skip


def test_a_meeting_ahead_counts_as_a_next_step(cast):
    deal = make(cast, "deals", "ana", name="met")
    at = (timezone.now() + timedelta(days=9)).isoformat()
    make(cast, "meetings", "ana", title="Visit", at=at, about=[f"deals/{deal}"])
    assert [g["state"] for g in open_deals(cast.viewer("ana"))] == ["later"]


def test_meetings_and_calls_of_the_day_are_those_of_the_viewer_s_day(cast):
    User.objects.filter(pk=cast.ana.pk).update(time_zone="Pacific/Auckland")
    viewer = cast.viewer("ana")
    with timezone.override(viewer.zone):
        today = timezone.localdate()
        for title, when in (
            ("first", datetime.combine(today, time(0, 5), viewer.zone)),
            ("last", datetime.combine(today, time(23, 55), viewer.zone)),
            ("before", datetime.combine(today, time(0), viewer.zone) - timedelta(minutes=5)),
            ("after", datetime.combine(today + timedelta(days=1), time(0, 5), viewer.zone)),
        ):
            make(cast, "meetings", "ana", title=title, at=when.isoformat())
        make(cast, "calls", "ben", title="Ben's", at=timezone.now().isoformat())
        assert [one.title for one in meetings_today(viewer)] == ["first", "last"]


def test_the_pipeline_counts_one_s_own_deals_else_those_within_reach(cast):
    amount = {"amount": "1000", "currency": registry.get("deals").context(cast.viewer("ana")).currency}
    make(cast, "deals", "ana", name="One", amount=amount)
    make(cast, "deals", "ben", name="Two", amount=amount)
    make(cast, "deals", "cleo", name="Far", amount=amount)
    for who, count, is_mine in (("ana", 1, True), ("rita", 2, False), ("mia", 3, False), ("adam", 3, False)):
        found = pipeline(cast.viewer(who))
        assert (found["count"], found["value"], found["is_mine"]) == (count, count * 1000, is_mine), who


def told(cast: Cast, who: str, since=None) -> dict[str, list[str]]:
    return {one["name"]: one["lines"] for one in news(cast.viewer(who), since)}


def test_news_are_what_others_did_to_what_one_owns_or_follows(cast):
    mine, followed = make(cast, "people", "ana", last_name="Mine"), make(cast, "people", "ben", last_name="Followed")
    make(cast, "people", "ben", last_name="Other")
    Follow.objects.create(user=cast.ana, entity="people", row=followed)
    for title in ("a", "b"):
        write.change(registry.get("people"), mine, {"job_title": title}, viewer=cast.viewer("ben"))
    make(cast, "calls", "ben", title="Rang", at=timezone.now().isoformat(), about=[f"people/{mine}"])
    write.change(registry.get("people"), mine, {"job_title": "own"}, viewer=cast.viewer("ana"))
    assert told(cast, "ana") == {
        "Mine": ["Ben added a call.", "Ben changed this 2 times."],
        "Followed": ["Ben created this."],
    }
    assert told(cast, "ana", timezone.now() + timedelta(minutes=1)) == {}


def test_news_stay_within_reach(cast):
    far = make(cast, "people", "cleo", last_name="Secret")
    Follow.objects.create(user=cast.ana, entity="people", row=far)
    assert told(cast, "ana") == {}


def test_a_stay_ends_after_half_an_hour_and_news_count_from_then(cast):
    client = page(cast, "ana")
    client.get("/")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_visit SET at = now() - interval '2 hours' WHERE entity = 'home'")
    client.get("/")
    since = last_stay("home", 0, cast.viewer("ana"))
    assert timedelta(minutes=119) < timezone.now() - since < timedelta(minutes=121)
    client.get("/")
    assert last_stay("home", 0, cast.viewer("ana")) == since


def test_won_deals_stand_in_their_month_and_amounts_without_a_rate_are_counted(cast):
    for name, currency in (("Known", "EUR"), ("Unknown", "JPY")):
        pk = make(cast, "deals", "ana", name=name, amount={"amount": "1000", "currency": currency})
        cast.call("ana", "POST", f"/deals/{pk}/win", {})
    found = won_by_month(cast.viewer("ana"))
    assert (found["count"], found["value"], found["unknown"]) == (2, 1000, 1)
    assert found["bars"][-1]["count"] == 2 and len(found["bars"]) == 12
    assert won_by_month(cast.viewer("cleo")) is None


def test_managers_see_their_team_by_member_and_nobody_beyond(cast):
    late = make(cast, "deals", "ben", name="Ben's", amount={"amount": "500", "currency": "EUR"})
    make(cast, "tasks", "ben", title="Call", due_on=day(-1), about=[f"deals/{late}"])
    make(cast, "deals", "cleo", name="Cleo's")
    assert [leads(cast.viewer(who)) for who in ("ana", "rita", "mia", "adam")] == [False, False, True, True]
    mia = cast.viewer("mia")
    found = {one["name"]: one for one in by_member(mia, team_of(mia))["members"]}
    assert set(found) == {"Ana", "Ben", "Cleo", "Mia", "Rita"}
    assert (found["Ben"]["open"], found["Ben"]["late"], found["Ben"]["overdue"], found["Cleo"]["bare"]) == (1, 1, 1, 1)
    shown = page(cast, "mia").get("/?who=team").content.decode()
    assert "By member" in shown and "Ben&#x27;s" in shown
    # Who leads nobody gets their own page, whatever the address says.
    assert "By member" not in page(cast, "ana").get("/?who=team").content.decode()


def test_a_stranger_sees_nothing_of_others_on_the_page(cast):
    make(cast, "deals", "ana", name="Ana's deal")
    make(cast, "tasks", "ana", title="Ana's task", due_on=day(0))
    for who, seen in (("ana", True), ("cleo", False)):
        shown = page(cast, who).get("/").content.decode()
        assert ("Ana&#x27;s deal" in shown, "Ana&#x27;s task" in shown) == (seen, seen), who
    assert Client().get("/").status_code == 302


def test_the_price_is_small_and_does_not_grow(cast):
    client = page(cast, "ana")

    def price() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    def fill(count: int) -> None:
        for i in range(count):
            deal = make(cast, "deals", "ana", name=f"Deal {i}")
            make(cast, "tasks", "ana", title=f"Task {i}", due_on=day(i - 2), about=[f"deals/{deal}"])
            make(cast, "people", "ana", last_name=f"Person {i}")

    fill(2)
    client.get("/")
    before = price()
    fill(8)
    assert price() == before <= 15


def test_what_is_ticked_off_keeps_its_place_until_the_page_is_loaded_anew(cast):
    first, second = (make(cast, "tasks", "ana", title=title, due_on=day(0)) for title in ("First", "Second"))
    ana = page(cast, "ana")
    html = ana.get("/").content.decode()
    again = unescape(html.partition('id="home" hx-get="')[2].partition('"')[0])
    ana.post(f"/tasks/{first}/do/finish")
    live = ana.get(again, headers={"HX-Request": "true", "HX-Target": "div#home"}).content.decode()
    assert live.index("<s>First</s>") < live.index("Second")
    assert f'hx-post="/tasks/{first}/do/reopen"' in live and f'hx-post="/tasks/{first}/do/finish"' not in live
    assert f'hx-get="{escape(again)}"' in live
    loaded = ana.get("/").content.decode()
    assert "<s>First</s>" not in loaded and f"/tasks/{second}/do/finish" in loaded


def test_what_is_overdue_comes_first_and_what_is_over_last_and_folded(cast):
    make(cast, "tasks", "ana", title="Late task", due_on=day(-2))
    with timezone.override(cast.viewer("ana").zone):
        now = timezone.localtime()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        ends = midnight + timedelta(hours=23, minutes=59)
    for n in range(10):
        make(cast, "calls", "ana", title=f"Call {n}", at=(midnight + timedelta(seconds=n)).isoformat())
    make(cast, "meetings", "ana", title="Visit", at=midnight.isoformat(), ends_at=ends.isoformat())
    html = page(cast, "ana").get("/").content.decode()
    places = [html.index(text) for text in ("Late task", ">Visit<", "10 done today", ">Call 0<")]
    assert places == sorted(places)
