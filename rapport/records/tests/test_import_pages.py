"""The pages of imports: who may see them, and that plain forms do without a script."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.platform.identity.viewer import Viewer
from rapport.platform.jobs.inline import run_queued_jobs
from rapport.records import registry, write
from rapport.records.models import ImportRun
from rapport.records.tests.importing import brought_in, items, somebody

pytestmark = pytest.mark.django_db

FILE = b"First name,Last name,Email,Company\nAna,Ruiz,ana@example.com,Acme\nBen,Okafor,nonsense,Acme\n"


@pytest.fixture
def ana(db: None) -> Viewer:
    return somebody()


def browser(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(viewer.user)
    return client


def upload(client: Client, content: bytes = FILE, entity: str = "people"):
    return client.post("/imports/new", {"entity": entity, "file": SimpleUploadedFile("people.csv", content)})


def test_all_steps_by_plain_forms(ana: Viewer) -> None:
    client = browser(ana)
    assert client.get("/imports/new?entity=people").status_code == 200
    answer = upload(client)
    run = ImportRun.objects.get()
    assert answer.url == f"/imports/{run.pk}"
    columns = client.get(answer.url)
    assert b"ana@example.com" in columns.content and b"Check all rows" in columns.content
    form = {"p1-key": "emails", "p1-mode": "upsert", "p1-empty": "keep", "p1-c0": "first_name", "p1-c1": "last_name",
            "p1-c2": "emails", "p1-c3": "organisation", "do": "check"}  # fmt: skip
    assert client.post(f"/imports/{run.pk}/columns", form).status_code == 302
    shown = client.get(f"/imports/{run.pk}").content.decode()
    assert "has no @" in shown and "that do not exist" in shown
    client.post(f"/imports/{run.pk}/answers", {"1|organisation": "create"})
    assert ImportRun.objects.get().counts["states"] == {"create": 2, "refused": 1}
    assert "Write 1 person and 1 organisation" in client.get(f"/imports/{run.pk}").content.decode()
    client.post(f"/imports/{run.pk}/write")
    assert b"Look again" in client.get(f"/imports/{run.pk}").content
    run_queued_jobs(queue="imports")
    assert b"Undo the import" in client.get(f"/imports/{run.pk}").content
    assert [p["name"] for p in items(ana, "people", "name")] == ["Ana Ruiz"]
    # The way to what was made leads past whoever was there before or comes later.
    write.create(registry.get("people"), {"first_name": "Later"}, viewer=ana)
    made = html.unescape(re.findall(r'href="(/people\?[^"]*)"', client.get(f"/imports/{run.pk}").content.decode())[0])
    listed = client.get(made).content.decode()
    assert "Ana Ruiz" in listed and "Later" not in listed and "<b>1</b> person" in listed
    refused = b"".join(client.get(f"/imports/{run.pk}/refused.csv").streaming_content).decode("utf-8-sig")
    assert "nonsense" in refused and "Ruiz" not in refused
    assert client.get(f"/imports/{run.pk}/refused.xlsx").status_code == 200
    assert client.get(f"/imports/{run.pk}/refused.exe").status_code == 404
    client.post(f"/imports/{run.pk}/undo")
    assert b"This import was undone" in client.get(f"/imports/{run.pk}").content
    assert [p["name"] for p in items(ana, "people", "name")] == ["Later"]


def test_an_import_undone_in_the_history_says_so(ana: Viewer) -> None:
    client = browser(ana)
    run = brought_in(ana, "people", "name,email\nBen Okafor,ben@example.com\n")
    client.post(f"/undo/{run.action_id}")
    assert b"This import was undone" in client.get(f"/imports/{run.pk}").content
    assert b"undone" in client.get("/imports").content


def test_a_file_that_is_no_table_is_told_in_the_form(ana: Viewer) -> None:
    answer = upload(browser(ana), b"\x89PNG\r\n\x1a\n123")
    assert answer.status_code == 422
    assert "PNG" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_reading_it_differently(ana: Viewer) -> None:
    client = browser(ana)
    upload(client, b"name;email\nAna Ruiz;ana@example.com\n")
    run = ImportRun.objects.get()
    client.post(f"/imports/{run.pk}/reading", {"delimiter": ";", "header": "no", "encoding": "cp1252"})
    run.refresh_from_db()
    assert run.settings["header"] is False
    page = client.get(f"/imports/{run.pk}/columns").content.decode()
    assert "Column 1" in page
    client.post(f"/imports/{run.pk}/reading", {"encoding": "no-such-encoding"})
    run.refresh_from_db()
    assert run.settings["encoding"] == "cp1252"


def test_a_mapping_without_sense_is_told(ana: Viewer) -> None:
    client = browser(ana)
    upload(client)
    run = ImportRun.objects.get()
    answer = client.post(f"/imports/{run.pk}/columns", {"p1-key": "", "do": "check"})
    assert answer.status_code == 422
    assert "Say what at least one column is." in answer.content.decode()


def test_strangers_and_readers(ana: Viewer) -> None:
    run = brought_in(ana, "people", "name,email\nBen Okafor,ben@example.com\n")
    mia, rea = browser(somebody("member", "Mia Own")), browser(somebody("read_only", "Rea Only"))
    for client in (mia, rea):
        for path in ("", "/columns", "/progress", "/refused.csv"):
            assert client.get(f"/imports/{run.pk}{path}").status_code == 404
        for path in ("/undo", "/write", "/answers", "/cancel", "/reading"):
            assert client.post(f"/imports/{run.pk}{path}").status_code == 404
        assert b"file.csv" not in client.get("/imports").content
    assert upload(rea).status_code == 403
    assert Client().get(f"/imports/{run.pk}").url.startswith("/sign-in")
    assert len(items(ana, "people", "name")) == 1
    assert ImportRun.objects.count() == 1


def test_giving_up_forgets_the_file(ana: Viewer) -> None:
    client = browser(ana)
    upload(client)
    run = ImportRun.objects.get()
    assert client.post(f"/imports/{run.pk}/cancel").url == "/imports"
    assert not ImportRun.objects.exists()
    assert client.get(f"/imports/{run.pk}").status_code == 404


def test_what_is_written_is_not_mapped_again(ana: Viewer) -> None:
    run = brought_in(ana, "people", "name,email\nBen Okafor,ben@example.com\n")
    client = browser(ana)
    assert client.get(f"/imports/{run.pk}/columns").status_code == 400
    assert client.post(f"/imports/{run.pk}/cancel").status_code == 400
    client.post(f"/imports/{run.pk}/write")
    assert run_queued_jobs(queue="imports") == 0
