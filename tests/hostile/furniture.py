"""Hostile texts in what is no record: names of views, roles, tokens, the company, files; notices, drafts, imports."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile

from rapport.platform.access.models import Role
from rapport.platform.files.store import keep
from rapport.platform.identity.models import ApiToken, Session
from rapport.platform.setup.company import forget
from rapport.platform.setup.models import Company
from rapport.records import registry
from rapport.records.errors import InvalidFields
from rapport.records.importing import steps
from rapport.records.importing.writing import write as write_import
from rapport.records.models import BulkRun, ExportMade, ImportRun, Notification, View
from rapport.records.models.telling import Draft
from rapport.records.testing.cast import Cast
from tests.hostile.strings import HOSTILE, SOME, Furnished
from tests.hostile.table import csv_of


def furnish_house(cast: Cast, rows: Furnished) -> list[str]:
    """Puts them there; the addresses of the pages that are there because of it."""
    script, long = HOSTILE["script"], HOSTILE["long"]
    Company.objects.update_or_create(
        pk=1, defaults={"name": script[:150], "street": HOSTILE["ending"][:200], "city": long[:120]}
    )
    forget()
    Role.objects.filter(key="member").update(name=script[:80])
    Role.objects.filter(key="manager").update(name=long[:80])
    for kind in rows.ids["people"]:
        text = HOSTILE[kind]
        ApiToken.objects.create(user=cast.adam, name=text[:120], digest=f"{kind:0>64}", hint="rap_x")
        Session.objects.create(user=cast.adam, key=kind, agent=text[:300])
        for entity in ("people", "deals"):
            View.objects.create(entity=entity, name=text[:80], owner=cast.adam, shared=kind == "json")
        person = rows.ids["people"][kind]
        for entity in ("people", "notes"):
            Notification.objects.create(
                user=cast.adam, kind="change", entity=entity, row=rows.ids[entity][kind], actor=cast.ana
            )
        Draft.objects.create(
            user=cast.adam, entity="people", row=person, activity="notes", values={"title": text[:200], "body": text}
        )
        ExportMade.objects.create(entity="people", format="csv", filter=text, q=text[:200], created_by=cast.adam)
        _attach(cast, kind, text, person)
    return [*_import(cast), *_views(), *(f"/settings/roles/{key}" for key in ("member", "manager")), *_runs(cast)]


def _attach(cast: Cast, kind: str, text: str, person: int) -> None:
    """A file with a hostile name and content that says it is a page."""
    given = SimpleUploadedFile(f"{text[:100]}.html", f"<script>hacked(1)</script>{kind}".encode())
    file = keep(given.chunks(), given.name or "x", viewer=cast.viewer("adam"))
    answer = cast.call(
        "adam", "POST", "/attachments",
        {"title": text[:200].strip(), "file": file.pk, "about": [{"entity": "people", "id": person}]},
    )  # fmt: skip
    assert answer.status in (201, 422), answer


def _import(cast: Cast) -> list[str]:
    """Imports with hostile headers, cells and file names: waiting for its columns, checked, and written."""
    viewer, texts = (
        cast.viewer("adam"),
        [text[:300].replace("\r", " ").replace("\n", " ") for text in map(HOSTILE.__getitem__, SOME)],
    )
    header = ["first name", "company", "tags", *texts]
    rows = [[text[:90], text, text, *texts] for text in texts]
    pages = []
    for upto in range(3):
        run = steps.upload(
            registry.get("people"),
            f"{HOSTILE['script'][:120]}.csv",
            io.BytesIO(csv_of(header, rows)),
            viewer=viewer,
            header=True,
        )
        if upto:
            try:
                steps.check_now(run, viewer=viewer)
            except InvalidFields:
                continue
        if upto == 2:
            write_import(run, viewer=viewer)
        pages += [f"/imports/{run.pk}", f"/imports/{run.pk}?state=refused"]
    assert ImportRun.objects.count() == 3
    return pages


def _views() -> list[str]:
    return [f"/{view.entity}?view={view.pk}" for view in View.objects.all()[:3]]


def _runs(cast: Cast) -> list[str]:
    """The page of a bulk edit that gave many records a hostile value."""
    answer = cast.call(
        "adam", "POST", "/people/bulk", {"filter": {"all": []}, "values": {"job_title": HOSTILE["ending"][:150]}}
    )
    assert answer.status == 200, answer
    return [f"/bulk/{run.pk}" for run in BulkRun.objects.all()[:1]]
