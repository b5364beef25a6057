"""The real files of tests/data go in by command, and the totals that they are known to hold come out in lists."""

import hashlib
import os
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from rapport.config.cli import build_parser
from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import Viewer, viewer_for
from rapport.platform.setup.command import Refused
from rapport.records import registry
from rapport.records.importing import steps
from rapport.records.models import ImportRun
from rapport.records.read import Query, Reader

DATA = Path(__file__).parent / "data"


@pytest.fixture
def ana(db: None) -> Viewer:
    return viewer_for(User.objects.create_user(email="ana@example.com", name="Ana Ruiz", role="administrator"))


def run_import(*arguments: str) -> None:
    """`bin/rapport import` as it is typed, within this test's database."""
    os.environ.setdefault("RAPPORT_HOME", os.environ["RAPPORT_TEST_HOME"])
    entity, file, *more = arguments
    args = build_parser().parse_args(["import", entity, str(DATA / file), "--user", "ana@example.com", *more])
    args.command.run(args)


def count(viewer: Viewer, entity: str, **conditions: object) -> int:
    leaves = [
        {"field": name, "op": "is", "value": value} if value is not True else {"field": name, "op": "is_filled"}
        for name, value in conditions.items()
    ]
    query = Query(filter={"all": leaves} if leaves else None)
    return Reader(registry.get(entity), viewer).count(query, how="exact")


def everything() -> str:
    """A digest of all records, without what moves at each change."""
    total = hashlib.sha256()
    with connection.cursor() as cursor:
        for record in sorted(registry.all_records(), key=lambda r: r.entity):
            cursor.execute(
                f"""SELECT (to_jsonb(t) - '{{version,updated_at,stage_since}}'::text[])::text FROM {record.table} t ORDER BY id"""
            )
            total.update(repr((record.entity, cursor.fetchall())).encode())
    return total.hexdigest()


def test_accounts_with_their_parents(ana: Viewer) -> None:
    run_import("organisations", "accounts.csv")
    assert count(ana, "organisations") == 85
    assert count(ana, "organisations", parent=True) == 15
    assert count(ana, "organisations", country=True) == 85
    bluth = Reader(registry.get("organisations"), ana).slice(Query(columns=["name", "parent", "revenue"], q="bluth"))
    assert bluth.items[0]["parent"]["name"] == "Acme Corporation"
    assert bluth.items[0]["revenue"] == {"amount": Decimal("1242320000.00"), "currency": "USD"}
    assert count(ana, "organisations", industry="technolgy") == 0


def test_sales_people_in_teams(ana: Viewer) -> None:
    run_import("users", "sales_teams.csv")
    assert count(ana, "users", team=True) == 35
    assert count(ana, "users", role="manager") == 6
    assert count(ana, "teams") == 9
    assert count(ana, "teams", manager=True) == count(ana, "teams", parent=True) == 6


def test_deals_with_the_question_about_gtxpro(ana: Viewer, capsys: pytest.CaptureFixture[str]) -> None:
    for entity, file in (("organisations", "accounts.csv"), ("products", "products.csv"), ("users", "sales_teams.csv")):
        run_import(entity, file)
    before = everything()
    with pytest.raises(Refused, match="questions are open"):
        run_import("deals", "sales_pipeline.csv")
    assert "Is “GTXPro” the same as GTX Pro? (1480 rows)" in capsys.readouterr().out
    assert everything() == before

    run_import("deals", "sales_pipeline.csv", "--answer", "GTXPro=GTX Pro")
    assert count(ana, "deals") == 8800
    assert count(ana, "deals", status="won") == 4238
    assert count(ana, "deals", status="lost") == 2473
    assert count(ana, "deals", organisation=True) == 8800 - 1425
    assert count(ana, "deals", owner=True, product=True, opened_on=True) == 8800 - 500
    stages = {s["name"]: s["id"] for s in Reader(registry.get("stages"), ana).slice(Query(columns=["name"])).items}
    assert count(ana, "deals", stage=stages["Engaging"]) == 1589
    assert count(ana, "deals", stage=stages["Prospecting"]) == 500
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(amount), count(DISTINCT amount_currency) FROM sales_deal WHERE status = 'won'")
        assert cursor.fetchone() == (Decimal("10005534.00"), 1)

    # The same file once more: it is known, its answers too, and nothing changes.
    whole = everything()
    run_import("deals", "sales_pipeline.csv")
    assert everything() == whole
    assert ImportRun.objects.latest("pk").counts["states"] == {"skip": 8800}

    run = ImportRun.objects.filter(entity="deals", status="done").order_by("pk").first()
    undone = steps.undo_run(run, viewer=ana)
    assert undone.removed >= 8802
    assert undone.kept == []
    assert everything() == before


def test_northwind_customers_with_contacts_and_addresses(ana: Viewer) -> None:
    before = everything()
    run_import("organisations", "northwind_customers.csv")
    assert count(ana, "organisations") == 91
    assert count(ana, "organisations", addresses=True) == 91
    assert count(ana, "people", organisation=True, job_title=True) == 91
    assert count(ana, "employments") == 91
    found = Reader(registry.get("organisations"), ana).slice(
        Query(columns=["name", "addresses", "phones"], q="ana trujillo")
    )
    address = found.items[0]["addresses"][0]
    assert (address["postal_code"], address["city"], address["country"]) == ("05021", "México D.F.", "MX")
    assert [p["type"] for p in found.items[0]["phones"]] == ["work", "fax"]
    berlin = Reader(registry.get("organisations"), ana).slice(Query(columns=["phones"], q="alfreds"))
    assert berlin.items[0]["phones"][0]["number"] == "+49300074321"
    assert count(ana, "organisations", country="DE") == 11

    steps.undo_run(ImportRun.objects.get(), viewer=ana)
    assert everything() == before


def test_northwind_products_and_suppliers(ana: Viewer) -> None:
    run_import("products", "northwind_products.csv")
    assert count(ana, "products") == 77
    assert count(ana, "product-categories") == 8
    assert count(ana, "products", category=True, unit=True, price=True, stock=True) == 77
    run_import("organisations", "northwind_suppliers.csv")
    assert count(ana, "organisations") == 29
