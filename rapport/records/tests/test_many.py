"""Work on many records: at once or as a job, what is refused is listed, and other people's rows stay as they are."""

import pytest
from django.test import Client

from rapport.platform.identity.models import User
from rapport.platform.jobs.inline import run_queued_jobs
from rapport.platform.journal.models import Action
from rapport.records import registry, write
from rapport.records.bulk import Selection
from rapport.records.errors import InvalidFields
from rapport.records.many import run as runs
from rapport.records.many import tasks
from rapport.records.models import BulkRun
from rapport.records.notifications import latest, unread
from rapport.records.testing.cast import make_cast
from rapport.records.testing.silence import digest
from rapport.records.tests.importing import brought_in
from rapport.records.undoing import undo_action

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def deals(cast):
    """Six deals: Ana's 0 to 3, Cleo's 4 and 5."""
    made = []
    for i, who in enumerate(["ana", "ana", "ana", "ana", "cleo", "cleo"]):
        values = {"name": f"Deal {i}", "amount": str(100 * (i + 1))}
        made.append(write.create(registry.get("deals"), values, viewer=cast.viewer(who)))
    return made


@pytest.fixture
def as_jobs(monkeypatch):
    """Two records are many, and two are done at a time."""
    for task in tasks.TASKS.values():
        monkeypatch.setattr(task, "at_once", 1)
        monkeypatch.setattr(task, "chunk", 2)
    monkeypatch.setattr(runs, "UNDO_AT_ONCE", 1)


def browser(cast, who):
    client = Client()
    client.force_login(cast.users[who])
    return client


def column(name, *ids):
    found = dict(registry.get("deals").model._default_manager.values_list("pk", name))
    return [found[pk] for pk in ids]


def begin(cast, ids, do="edit", values=None, who="ana", **more):
    selection = Selection(list(ids), **more)
    return runs.begin(registry.get("deals"), selection, do, values or {}, viewer=cast.viewer(who))


def test_a_small_selection_is_done_at_once_and_undone_at_once(cast, deals):
    run = begin(cast, deals[:3], values={"values": {"name": "Same"}})
    assert (run.status, run.changed, run.refused_count) == (BulkRun.DONE, 3, 0)
    assert column("name", *deals[:3]) == ["Same"] * 3
    undo_action(run.action_id, viewer=cast.viewer("ana"))
    assert column("name", *deals[:3]) == ["Deal 0", "Deal 1", "Deal 2"]


def test_a_large_one_is_a_job_in_pieces_under_one_action(cast, deals, as_jobs):
    run = begin(cast, deals[:3], values={"values": {"name": "Same"}})
    assert run.status == BulkRun.WAITING and column("name", deals[0]) == ["Deal 0"]
    run_queued_jobs(queue="bulk")
    run.refresh_from_db()
    assert (run.status, run.done, run.changed, run.told) == (BulkRun.DONE, 3, 3, False)
    assert Action.objects.filter(verb="bulk edit deals").count() == 1
    undone = runs.begin_undo(run.action_id, viewer=cast.viewer("ana"))
    run_queued_jobs(queue="bulk")
    undone.refresh_from_db()
    assert (undone.status, undone.changed) == (BulkRun.DONE, 3)
    assert column("name", *deals[:3]) == ["Deal 0", "Deal 1", "Deal 2"]


def test_other_peoples_rows_stay_and_are_counted(cast, deals):
    before = column("version", *deals[4:])
    run = begin(cast, [*deals, 10**9], values={"values": {"name": "Same"}})
    assert (run.changed, run.refused_count) == (4, 3)
    assert {pk for pk, _why in run.refused} == {*deals[4:], 10**9}
    assert column("version", *deals[4:]) == before


def test_all_that_match_are_those_within_reach_when_it_was_asked(cast, deals, as_jobs):
    run = begin(
        cast,
        [],
        values={"values": {"name": "Same"}},
        everything=True,
        filter={"field": "name", "op": "starts", "value": "Deal"},
    )
    assert run.total == 4
    later = write.create(registry.get("deals"), {"name": "Deal later"}, viewer=cast.viewer("ana"))
    run_queued_jobs(queue="bulk")
    run.refresh_from_db()
    assert run.changed == 4 and column("name", later) == ["Deal later"]


def test_rights_lost_before_the_worker_comes_stop_it(cast, deals, as_jobs):
    run = begin(cast, deals[:3], values={"values": {"name": "Same"}})
    cast.ana.role = cast.rita.role
    cast.ana.save()
    before = digest("sales_deal", "journal_entry")
    run_queued_jobs(queue="bulk")
    run.refresh_from_db()
    assert run.status == BulkRun.FAILED and run.error
    assert digest("sales_deal", "journal_entry") == before


def test_one_wrong_row_keeps_no_other_from_its_change(cast):
    adam, names = cast.viewer("adam"), ["North", "South", "East"]
    tags = registry.get("tags")
    ids = [write.create(tags, {"name": name}, viewer=adam) for name in names]
    run = runs.begin(tags, Selection(ids), "edit", {"values": {"name": "West"}}, viewer=adam)
    assert (run.changed, run.refused_count) == (1, 2)
    assert sorted(tags.model._default_manager.values_list("name", flat=True)).count("West") == 1


def test_nobody_puts_records_out_of_their_own_reach(cast, deals):
    run = begin(cast, deals[:2], values={"values": {"owner": cast.cleo.pk}})
    assert (run.changed, run.refused_count) == (0, 2)
    assert column("owner_id", *deals[:2]) == [cast.ana.pk] * 2
    assert not Action.objects.filter(verb="bulk edit deals").exists()


def test_tags_are_added_and_taken_away_beside_those_that_are_there(cast, deals):
    ana = cast.viewer("ana")
    red, blue = (write.create(registry.get("tags"), {"name": name}, viewer=ana) for name in ("Red", "Blue"))
    begin(cast, deals[:2], "tag", {"field": "tags", "add": [str(red)]})
    begin(cast, deals[1:2], "tag", {"field": "tags", "add": [blue], "remove": [red]})
    assert column("tags", *deals[:2]) == [[red], [blue]]
    with pytest.raises(InvalidFields):
        begin(cast, deals[:1], "tag", {"field": "name", "add": [red]})


def test_a_verb_runs_on_those_that_it_fits(cast, deals):
    begin(cast, deals[:1], "verb", {"verb": "win"})
    run = begin(cast, [*deals[:3], deals[4]], "verb", {"verb": "win"})
    assert (run.changed, run.refused_count) == (2, 2)
    assert column("status", *deals) == ["won", "won", "won", "open", "open", "open"]
    undo_action(run.action_id, viewer=cast.viewer("ana"))
    assert column("status", *deals[:3]) == ["won", "open", "open"]


def test_the_page_says_what_was_not_done_and_only_to_whom_it_belongs(cast, deals):
    run = begin(cast, [*deals[:1], deals[4]], values={"values": {"name": "Same"}})
    page = browser(cast, "ana").get(f"/bulk/{run.pk}").content.decode()
    assert "1 record changed." in page and "no longer within your reach" in page and "Deal 4" not in page
    assert browser(cast, "ben").get(f"/bulk/{run.pk}").status_code == 404


def test_the_end_of_a_job_is_told_once_on_whatever_page_is_open(cast, deals, as_jobs):
    ana = browser(cast, "ana")
    run = begin(cast, deals[:3], "delete")
    going = ana.post("/bulk/news", headers={"HX-Request": "true"}).content.decode()
    assert f'id="bulk-{run.pk}"' in going and "0 / 3" in going
    run_queued_jobs(queue="bulk")
    told = ana.post("/bulk/news", headers={"HX-Request": "true"}).content.decode()
    assert "3 records moved to the bin" in told and "/undo/" in told
    assert "moved to the bin" not in ana.post("/bulk/news", headers={"HX-Request": "true"}).content.decode()


def test_an_import_is_undone_by_a_worker(cast, as_jobs):
    adam = browser(cast, "adam")
    run = brought_in(cast.viewer("adam"), "people", "First name,Last name\nIda,Quill\nJon,Loom\n")
    people = registry.get("people").model._default_manager
    assert people.count() == 2
    assert adam.post(f"/imports/{run.pk}/undo").status_code == 302 and people.count() == 2
    run_queued_jobs(queue="bulk")
    assert people.count() == 0
    assert b"2 records are as they were" in adam.post("/bulk/news", headers={"HX-Request": "true"}).content
    adam.get(f"/imports/{run.pk}")
    run.refresh_from_db()
    assert run.status == "undone"


def test_the_selection_is_exported_and_nothing_else(cast, deals):
    ana = browser(cast, "ana")
    answer = ana.post("/deals/many/export", {"ids": [deals[0], deals[4]], "form": "csv"})
    body = b"".join(answer.streaming_content).decode()
    assert "Deal 0" in body and "Deal 1" not in body and "Deal 4" not in body
    answer = ana.post(
        "/deals/many/export", {"everything": "1", "filter": '{"field": "name", "op": "is", "value": "Deal 1"}'}
    )
    assert b"".join(answer.streaming_content).decode().count("Deal") == 1
    assert ana.post("/deals/many/export", {}).status_code == 400


def test_the_count_of_all_that_match_is_exact(cast, deals):
    assert browser(cast, "ana").get("/deals/many/count").json()["count"] == 4
    assert browser(cast, "adam").get("/deals/many/count?q=Deal+5").json()["count"] == 1


class TestNotices:
    """One notice for each whom the work concerns, by whom it was, and none once it is undone."""

    @staticmethod
    def told(cast, who):
        return [(one["kind"], one["who"], one["count"]) for one in latest(cast.viewer(who))]

    @pytest.mark.parametrize("how", ["at once", "as a job"])
    def test_owners_are_told_once_by_name_and_no_more_after_the_undo(self, cast, deals, how, request):
        if how == "as a job":
            request.getfixturevalue("as_jobs")
        begin(cast, deals, values={"values": {"owner": cast.cleo.pk}}, who="adam")
        run_queued_jobs()
        assert self.told(cast, "cleo") == [("assigned", "Adam", 4)]
        page = browser(cast, "cleo").get("/notifications").content.decode()
        assert "Adam assigned 4 deals to you" in page
        notice = latest(cast.viewer("cleo"))[0]["id"]
        assert (
            browser(cast, "cleo")
            .get(f"/notifications/{notice}")["Location"]
            .startswith("/deals?sort=-updated_at&filter=")
        )
        begin(cast, deals, values={"values": {"description": "x"}}, who="adam")
        run_queued_jobs()
        assert self.told(cast, "cleo")[0] == ("many", "Adam", 6)
        for run in BulkRun.objects.order_by("-pk"):
            undo_action(run.action_id, viewer=cast.viewer("adam"))
        assert self.told(cast, "cleo") == self.told(cast, "ana") == []

    def test_a_verb_with_many_records_tells_each_owner_once(self, cast, deals):
        begin(cast, deals[:3], do="verb", values={"verb": "win", "given": {}}, who="adam")
        assert self.told(cast, "ana") == [("many", "Adam", 3)]

    def test_of_one_record_one_is_told_which(self, cast, deals):
        begin(cast, deals[:1], values={"values": {"description": "x"}}, who="adam")
        assert self.told(cast, "ana") == [("change", "Adam", 1)]

    def test_who_does_not_want_it_is_not_told(self, cast, deals):
        User.objects.filter(pk=cast.ana.pk).update(muted=["followed"])
        begin(cast, deals[:3], values={"values": {"description": "x"}}, who="adam")
        assert self.told(cast, "ana") == []

    def test_the_end_of_a_job_stays_in_the_notices_and_under_jobs_with_undo(self, cast, deals, as_jobs):
        run = begin(cast, deals, values={"values": {"description": "x"}}, who="adam")
        run_queued_jobs()
        run.refresh_from_db()
        adam = browser(cast, "adam")
        adam.post("/bulk/news", headers={"HX-Request": "true"})
        for path in ("/notifications", "/settings/jobs"):
            page = adam.get(path).content.decode()
            assert "6 records changed." in page and f'action="/undo/{run.action_id}"' in page, path
        assert unread(cast.viewer("adam")) == 1
        (one,) = latest(cast.viewer("adam"))
        assert adam.get(f"/notifications/{one['id']}")["Location"] == f"/bulk/{run.pk}"
        undo_action(run.action_id, viewer=cast.viewer("adam"))
        assert latest(cast.viewer("adam")) == []
        page = adam.get("/settings/jobs").content.decode()
        assert "Undone since." in page and f'action="/undo/{run.action_id}"' not in page
