"""Figures and groups of a list: right to the cent, within reach, and saying what they leave out."""

from decimal import Decimal

import orjson
import pytest
from django.test import Client

from rapport.records import registry, write
from rapport.records.errors import InvalidFields
from rapport.records.read import Query, Reader
from rapport.records.testing.cast import make_cast
from rapport.records.totals import totals

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def deals(cast):
    """Ana's three (one in a currency without a rate, one without an amount) and Cleo's one."""
    rows = [
        ("ana", {"name": "A", "amount": "100", "closes_on": "2026-01-05"}),
        ("ana", {"name": "B", "amount": {"amount": "7", "currency": "XAF"}, "closes_on": "2026-03-31"}),
        ("ana", {"name": "C"}),
        ("cleo", {"name": "D", "amount": "5000", "closes_on": "2026-02-01"}),
    ]
    return [write.create(registry.get("deals"), values, viewer=cast.viewer(who)) for who, values in rows]


def of(cast, calc="", group="", who="ana", **query):
    return totals(registry.get("deals"), cast.viewer(who), Query(**query), calc, group)


def test_a_column_is_added_up_and_says_what_has_no_rate(cast, deals):
    found = of(cast, "amount:sum,amount:avg,amount:empty,amount:filled,closes_on:min,closes_on:max")
    assert found.count == 3
    figures = {key: (str(one.value), one.without_rate) for key, one in found.figures.items()}
    assert figures == {
        "amount:sum": ("100.00", 1), "amount:avg": ("100.00", 1), "amount:empty": ("1", 0), "amount:filled": ("2", 0),
        "closes_on:min": ("2026-01-05", 0), "closes_on:max": ("2026-03-31", 0),
    }  # fmt: skip


def test_nothing_out_of_reach_is_counted(cast, deals):
    assert of(cast, "amount:sum", who="cleo").figures["amount:sum"].value == Decimal("5000.00")
    assert of(cast, "amount:sum", who="adam").figures["amount:sum"].value == Decimal("5100.00")


def test_nothing_at_all_adds_up_to_nothing(cast, deals):
    found = of(cast, "amount:sum", group="stage", q="nowhere")
    assert (found.count, found.figures["amount:sum"].value, found.groups) == (0, None, [])


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("closes_on:month", [("2026-01-01", "January 2026", 1), ("2026-03-01", "March 2026", 1), ("", "None", 1)]),
        ("closes_on:quarter", [("2026-01-01", "Q1 2026", 2), ("", "None", 1)]),
        ("closes_on:year", [("2026-01-01", "2026", 2), ("", "None", 1)]),
        ("closes_on:week", [("2026-01-05", "Week of 5 Jan 2026", 1), ("2026-03-30", "Week of 30 Mar 2026", 1), ("", "None", 1)]),
        ("closes_on", [("2026-01-01", "January 2026", 1), ("2026-03-01", "March 2026", 1), ("", "None", 1)]),
        ("status", [("open", "Open", 3)]),
        ("name", [("A", "A", 1), ("B", "B", 1), ("C", "C", 1)]),
    ],
)  # fmt: skip
def test_groups_stand_in_the_order_of_their_field_and_empty_last(cast, deals, group, expected):
    assert [(g.key, g.label, g.count) for g in of(cast, group=group).groups] == expected


def test_groups_by_a_link_are_named_and_add_up_to_the_whole(cast, deals):
    found = of(cast, "amount:sum", "owner", who="adam")
    assert {g.label: g.figures["amount:sum"].value for g in found.groups} == {
        "Ana": Decimal(100),
        "Cleo": Decimal(5000),
    }
    assert sum(g.count for g in found.groups) == found.count == 4
    stages = of(cast, group="stage").groups
    assert [(g.label, g.count) for g in stages] == [("Qualified", 3)]


@pytest.mark.parametrize(
    "group", ["closes_on:month", "closes_on:day", "created_at:week", "stage", "owner", "status", "name"]
)
def test_the_rows_of_all_groups_are_the_rows_of_the_list(cast, deals, group):
    record, ana = registry.get("deals"), cast.viewer("ana")
    listed = sorted(
        item["id"]
        for one in of(cast, group=group).groups
        for item in Reader(record, ana).slice(Query(columns=["name"], group=(group, one.key))).items
    )
    assert listed == sorted(deals[:3])


@pytest.mark.parametrize(
    ("calc", "group"),
    [("amount:median", ""), ("nothing:sum", ""), ("name:sum", ""), ("", "tags"), ("", "stage:month"), ("", "closes_on:hour"), ("", "nothing")],
)  # fmt: skip
def test_what_cannot_be_worked_out_is_refused_by_name(cast, deals, calc, group):
    with pytest.raises(InvalidFields):
        of(cast, calc, group)


def test_a_filter_over_a_linked_record_narrows_the_figures(cast, deals):
    narrow = {"field": "stage.kind", "op": "is", "value": "won"}
    assert of(cast, "amount:sum", "stage", filter=narrow).count == 0


def test_the_api_answers_the_same(cast, deals):
    told = cast.client.get(
        "/api/v1/deals/totals?calc=amount:sum&group=status", headers={"Authorization": f"Bearer {cast.tokens['ana']}"}
    )
    body = orjson.loads(told.content)
    assert body["count"] == 3 and body["figures"]["amount:sum"] == {"value": "100.00", "without_rate": 1}
    assert body["groups"][0]["label"] == "Open" and body["more"] is False
    for address, code in (("?calc=amount:nonsense", 422), ("?nothing=1", 422)):
        headers = {"Authorization": f"Bearer {cast.tokens['ana']}"}
        assert cast.client.get(f"/api/v1/deals/totals{address}", headers=headers).status_code == code


def test_the_list_shows_groups_and_opens_one(cast, deals):
    ana = Client()
    ana.force_login(cast.ana)
    page = ana.get("/deals?group=closes_on:month&calculations=amount:sum").content.decode()
    assert "January 2026" in page and 'data-group=""' in page and "without a rate" in page
    # A small list comes unfolded; who folded all of it has it so.
    assert page.count('data-row="') == 3
    folded = ana.get("/deals?group=closes_on:month&open=").content.decode()
    assert folded.count('data-row="') == 0
    rows = ana.get("/deals?group=closes_on:month&key=2026-01-01", headers={"HX-Request": "true"}).content.decode()
    assert rows.count('data-row="') == 1 and f'id="row-{deals[0]}"' in rows and "<table" not in rows
    again = ana.get("/deals?group=closes_on:month&open=50:2026-01-01&open=50:").content.decode()
    assert again.count('data-row="') == 2


def test_a_grouping_that_cannot_be_falls_back_to_the_plain_list_and_says_so(cast, deals):
    ana = Client()
    ana.force_login(cast.ana)
    page = ana.get("/deals?group=stage:month").content.decode()
    assert page.count('data-row="') == 3 and "for dates alone" in page


def test_long_sums_lose_their_cents_and_not_their_millions(cast):
    from django.utils.translation import override

    from rapport.records.pages.figures import figure_html
    from rapport.records.totals import Figure

    amount = registry.get("deals").field("amount")
    for language, short, long in (("en", "€1,234.50", "€123,456,789,013"), ("de", "1.234,50 €", "123.456.789.013 €")):
        with override(language):
            small, large = (
                figure_html(Figure(Decimal(value)), "sum", amount).replace("\xa0", " ")
                for value in ("1234.50", "123456789012.62")
            )
        assert f">{short}</b>" in small and "how" in small
        assert f">{long}</b>" in large and "how" not in large and "title" in large


def test_groups_say_their_sum_and_whose_stage_they_are(cast, deals):
    """Without a choice the board's total is added up; stages of several pipelines say which is whose."""
    ana = Client()
    ana.force_login(cast.ana)
    page = ana.get("/deals?group=stage").content.decode()
    assert "Grouped by stage" in page and "Sum: €100.00" in page
    assert "Sum:" not in ana.get("/deals?group=stage&calculations=").content.decode()
    first = of(cast, "", "stage").groups[0].label
    assert ":" not in first
    pipelines, stages, model = (registry.get(name).model.objects for name in ("pipelines", "stages", "deals"))
    renewals = pipelines.create(name="Renewals", position=9)
    other = stages.create(pipeline=renewals, name="Qualified", position=1)
    model.filter(pk=deals[0]).update(stage=other, pipeline=renewals)
    labels = [group.label for group in of(cast, "", "stage").groups]
    assert labels[-1] == "Renewals: Qualified" and labels[0].endswith(f": {first}")
