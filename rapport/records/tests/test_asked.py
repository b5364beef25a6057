"""What an address asks of a list: the view, the parameters, and what is left out for whom."""

import json
from typing import Any

import pytest
from django.test import RequestFactory

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write
from rapport.records.models import View, ViewUse
from rapport.records.pages.asked import Look, asked
from rapport.records.read import Query, Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(email="ana@example.com", name="Ana", role="administrator")


@pytest.fixture
def ben() -> User:
    return User.objects.create_user(email="ben@example.com", name="Ben", role="member")


def look(user: User, entity: str = "people", **query: str) -> Look:
    request = RequestFactory().get(f"/{entity}", query)
    request.viewer = viewer_for(user)  # type: ignore[attr-defined]
    return asked(request, registry.get(entity))


def leaf(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


def view(owner: User, **more: Any) -> View:
    return View.objects.create(**{"entity": "people", "name": "Mine", "owner": owner, **more})


def test_nothing_asked_is_the_declaration(ana):
    plain = look(ana)
    record = registry.get("people")
    assert (plain.names, plain.sort, plain.filter) == (record.lists.names, record.lists.sort, "")
    assert not plain.changed and plain.view is None and plain.remarks == []
    assert [column.frozen for column in plain.columns] == [True] + [False] * (len(plain.columns) - 1)


def test_a_list_that_begins_with_a_filter_may_be_asked_without(ana):
    assert json.loads(look(ana, "tasks").filter)
    assert look(ana, "tasks", filter="{}").filter == ""
    assert look(ana, "tasks", filter="{}").changed


def test_parameters_override_the_view(ana):
    saved = view(
        ana, sort="-created_at", columns=[{"name": "job_title", "width": 200, "frozen": True}, {"name": "name"}]
    )
    seen = look(ana, view=str(saved.pk))
    assert (seen.names, seen.sort, seen.columns[0].width) == (["job_title", "name"], "-created_at", 200)
    assert [c.frozen for c in seen.columns] == [True, False] and not seen.changed
    sorted_otherwise = look(ana, view=str(saved.pk), sort="name,-job_title", columns="name, organisation.country")
    assert sorted_otherwise.changed and sorted_otherwise.sort == "name,-job_title"
    assert [c.label for c in sorted_otherwise.columns] == ["Name", "Organisation: Country"]
    assert sorted_otherwise.parameters(after="x") == {
        "view": str(saved.pk), "sort": "name,-job_title", "columns": "name, organisation.country", "after": "x",
    }  # fmt: skip
    assert not look(ana, view=str(saved.pk), sort="-created_at").changed, "what the view says anyway is no change"


def test_the_chosen_view_comes_first_but_not_before_what_an_address_says(ana, ben):
    offered = view(ana, shared=True, offered=True, name="Offered")
    chosen = view(ben, name="Chosen")
    assert look(ben).view == offered
    ViewUse.objects.create(user=ben, entity="people", view=chosen, first=True)
    assert look(ben).view == chosen and look(ana).view == offered
    assert look(ben, view="all").view is None
    assert look(ben, filter="{}").view is None, "a link with a filter means the plain list"
    ViewUse.objects.filter(user=ben).update(view=None)
    assert look(ben).view is None, "one may prefer the plain list to the offered view"


@pytest.mark.parametrize("state", ["private", "deleted", "of another entity", "no number"])
def test_a_view_out_of_reach_is_as_if_it_were_not(ana, ben, state):
    other = view(ana, shared=state != "private", entity="deals" if state == "of another entity" else "people")
    if state == "deleted":
        View.objects.update(deleted_at="2026-01-01T00:00Z")
    seen = look(ben, view="x" if state == "no number" else str(other.pk))
    assert seen.view is None and len(seen.remarks) == 1


def test_what_is_gone_is_left_out_with_a_remark(ana):
    saved = view(
        ana,
        columns=[{"name": "name"}, {"name": "shoe_size"}, {"name": "organisation.nothing"}],
        sort="-shoe_size,name",
        filter=json.dumps({"all": [leaf("shoe_size", "is", "44"), leaf("job_title", "contains", "head")]}),
        group="shoe_size",
    )
    seen = look(ana, view=str(saved.pk))
    assert (seen.names, seen.sort, seen.group) == (["name"], "name", "")
    assert json.loads(seen.filter) == {"all": [leaf("job_title", "contains", "head")]}
    assert any("shoe_size" in remark for remark in seen.remarks) and not seen.changed


@pytest.mark.parametrize(
    "broken", ["[", "null", '{"all": 3}', '{"field": "nothing", "op": "is", "value": 1}', '{"any": [], "all": []}']
)
def test_an_unreadable_filter_is_said_and_not_used(ana, broken):
    seen = look(ana, filter=broken)
    assert seen.filter == "" and (seen.remarks or broken == "null")


def test_leaving_out_a_leaf_keeps_the_meaning_of_the_rest(ana):
    gone, there = leaf("gone", "is", "1"), leaf("job_title", "is", "x")
    assert look(ana, filter=json.dumps({"any": [gone]})).filter == ""
    assert look(ana, filter=json.dumps({"not": gone})).filter == ""
    kept = look(ana, filter=json.dumps({"all": [{"any": [gone, there]}, {"not": gone}]})).filter
    assert json.loads(kept) == {"all": [{"any": [there]}]}


def test_paging_by_several_keys_visits_each_row_once(ana):
    viewer, record = viewer_for(ana), registry.get("deals")
    for i in range(40):
        values = {"name": f"Deal {i % 5}", "amount": None if i % 3 == 0 else str(i % 4)}
        write.create(record, values | ({"closes_on": f"2026-01-0{i % 3 + 1}"} if i % 2 else {}), viewer=viewer)
    for sort in (
        "amount,name", "-amount,name", "-amount,-closes_on,name", "closes_on,-amount", "name,-closes_on,amount",
        "organisation,-amount", "-organisation.name,closes_on,-name",
    ):  # fmt: skip
        whole = [item["id"] for item in Reader(record, viewer).slice(Query(sort=sort, limit=100)).items]
        streamed = [row[0] for row in Reader(record, viewer).stream(Query(sort=sort))[1]]
        walked, after = [], ""
        while True:
            page = Reader(record, viewer).slice(Query(sort=sort, limit=7, after=after))
            walked += [item["id"] for item in page.items]
            if page.next is None:
                break
            after = page.next
        assert len(whole) == 40 and walked == whole == streamed, sort


def test_empty_values_stand_last_whatever_the_direction(ana):
    viewer, record = viewer_for(ana), registry.get("deals")
    for amount in ("5", None, "1"):
        write.create(record, {"name": f"Of {amount}", "amount": amount}, viewer=viewer)
    for sort, expected in (("amount", ["1", "5", None]), ("-amount", ["5", "1", None])):
        found = [item["amount"] for item in Reader(record, viewer).slice(Query(columns=["amount"], sort=sort)).items]
        assert [value and str(int(value["amount"])) for value in found] == expected
