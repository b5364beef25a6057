"""A new user brings the deals in: upload, columns, the question about GTXPro, dry run, write, the list, undo."""

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.platform.jobs.inline import run_queued_jobs
from rapport.records import registry
from rapport.records.importing import steps
from rapport.records.importing.writing import write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DATA = Path(__file__).parent / "data"


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")


@pytest.fixture
def window(browse, ana: User) -> Page:
    client = Client()
    client.force_login(ana)
    return browse(signed_in=client)


def bring_in(ana: User, entity: str, file: str) -> None:
    viewer = viewer_for(ana)
    with (DATA / file).open("rb") as stream:
        run = steps.upload(registry.get(entity), file, stream, viewer=viewer)
    write(steps.check_now(run, viewer=viewer), viewer=viewer)


def test_deals_in_and_out_again(window: Page, ana: User) -> None:
    for entity, file in (("organisations", "accounts.csv"), ("products", "products.csv"), ("users", "sales_teams.csv")):
        bring_in(ana, entity, file)
    page = window
    page.goto("/deals")
    page.get_by_role("link", name="Import a file").click()
    page.locator("input[type=file]").set_input_files(DATA / "sales_pipeline.csv")
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("This looks like")).to_be_visible()
    expect(page.get_by_label("deal_stage goes to")).to_have_value("stage")
    page.get_by_role("button", name="Check all rows").click()

    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    expect(page.locator(".r-question")).to_contain_text("1,480 rows")
    page.get_by_role("button", name="It is GTX Pro").click()
    expect(page.locator(".r-question")).to_have_count(0)
    page.get_by_role("button", name="Write 8,800 deals and ").click()
    expect(page.get_by_role("heading", name="Writing sales_pipeline.csv")).to_be_visible()
    run_queued_jobs(queue="imports")
    expect(page.get_by_role("button", name="Undo the import")).to_be_visible(timeout=15_000)

    page.get_by_role("link", name="See the deals").click()
    expect(page.locator("#list")).to_contain_text("8,800")
    # Not one that was there before: the list is narrowed to what the import made.
    assert "created_at" in page.url
    page.goto("/imports")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("It is being undone.")).to_be_visible()
    run_queued_jobs()
    expect(page.get_by_text("This import was undone.")).to_be_visible(timeout=60_000)
    page.goto("/deals")
    expect(page.get_by_role("heading", name="No Deals yet")).to_be_visible()


def test_columns_are_mapped_by_hand(window: Page, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(
        "Vorname;Nachname;Irgendwas;Geburtstag\nAna;Ruiz;ana@example.com;13.2.1980\nBen;Okafor;not an address;1.5.1990\n"
    )
    page = window
    page.goto("/imports/new?entity=people")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_label("Vorname goes to")).to_have_value("first_name")
    page.get_by_label("Irgendwas goes to").select_option("emails")
    page.get_by_role("button", name="Check all rows").click()
    expect(page.get_by_text("has no @")).to_be_visible()
    page.get_by_role("button", name="Write 1 person").click()
    expect(page.get_by_role("heading", name="Writing contacts.csv")).to_be_visible()
    run_queued_jobs(queue="imports")
    page.get_by_role("button", name="Undo the import").wait_for(timeout=15_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the refused rows").click()
    mended = tmp_path / "mended.csv"
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert "not an address" in text
    mended.write_text(text.replace("not an address", "ben@example.com"), "utf-8")
    page.goto("/imports/new?entity=people")
    page.locator("input[type=file]").set_input_files(mended)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("was imported before")).to_be_visible()
    page.get_by_role("button", name="Check all rows").click()
    expect(page.get_by_role("button", name="Write 1 person")).to_be_visible()
