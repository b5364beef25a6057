"""How rows of a file are read and kept: the short ways say what the long ones say, and the database may be asked meanwhile."""

import csv
import io

import pytest
from django.db import connection

from rapport.records.importing import cells, staging
from rapport.records.models import ImportRow, ImportRun
from rapport.records.tests.importing import checked, somebody

pytestmark = pytest.mark.django_db

TEXTS = (
    "Plain", " Ána Łódź 東京 ", 'with "quotes"', "back\\slash", "two  blanks", "@[Ana](users/1)", "a\tb", "line\nend", "'=1+1",
    "it's", "\u00a0hard blank", "long " * 60, "emoji 🙂", "{}", "\\N", "\\", "null", "zero\u200bwidth", "",
)  # fmt: skip
EMAILS = (
    "a@example.com",
    "A.B@Example.COM",
    '"odd"@example.com',
    "no address",
    "a@b",
    "x@exämple.de",
    "a@x.de; b@x.de",
)
PHONES = ("+49 30 5000000", "+49 (0)30 5000000", "030 5000000", "+1 206 555 9857", "+999 1234567", "+49 30", "+49  30 5000000",
          "+49 30 5000000 ext. 7", "call me", "+44 171 555 7788")  # fmt: skip


def file() -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["reference", "first name", "last name", "email", "phone", "street", "zip", "city", "country", "company"]
    )
    for i in range(40):
        text = TEXTS[i % len(TEXTS)]
        writer.writerow([f"{i}-{text}", text, TEXTS[-i % len(TEXTS)], EMAILS[i % len(EMAILS)], PHONES[i % len(PHONES)], text, f"{i:05}",
                         "Leipzig", ("Germany", "DE", "Atlantis")[i % 3], "Firm"])  # fmt: skip
    return out.getvalue()


def staged(viewer, **more) -> list[tuple]:
    def change(passes: list) -> None:
        passes[0]["columns"].update({"organisation": passes[0]["columns"]["organisation"] | {"on_missing": "create"}})
        passes[0]["key"] = "external_id"

    run = checked(viewer, "people", file(), change=change, **more)
    rows = ImportRow.objects.filter(run=run).order_by("step", "line")
    return list(
        rows.values_list("step", "line", "state", "key", "values", "links", "fresh", "lacks", "errors", "cells")
    )


def test_the_short_ways_say_what_the_long_ones_say(monkeypatch: pytest.MonkeyPatch) -> None:
    ana = somebody()
    short = staged(ana)
    assert {row[2] for row in short} == {"create", "refused"} and len(short) == 41
    for name in ("quick_reader", "quick_text"):
        monkeypatch.setattr(cells, name, lambda *_given: None)
    monkeypatch.setattr(cells, "quick_address", lambda *_given: None)
    assert staged(ana) == short


@pytest.mark.parametrize("batch", [1, 7])
def test_how_many_rows_go_at_a_time_makes_no_difference(monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    ana = somebody()
    at_once = staged(ana)
    monkeypatch.setattr(staging, "BATCH", batch)
    assert staged(ana) == at_once


def test_texts_that_hardly_repeat_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    ana = somebody()
    kept = staged(ana)
    plans: list[list] = []

    def noted(one: staging.Staged, made=staging._plan) -> list:
        plans.append(made(one))
        return plans[-1]

    monkeypatch.setattr(staging, "TRIED", 15)
    monkeypatch.setattr(staging, "_plan", noted)
    assert staged(ana) == kept
    caches = {entry[2].column: entry[1] for entry in plans[-1]}
    assert caches["reference"] is None and set(caches["company"]) == {"Firm"}


def line(run: ImportRun, number: int) -> str:
    return f"{run.pk}\t1\t{number}\tcreate\t\\N\t{{}}\t\\N\t\\N\t\\N\t\\N\t\\N\n"


def test_a_question_to_the_database_finds_what_was_sent_before_it() -> None:
    run = ImportRun.objects.create(entity="people", name="file.csv")
    into = staging._Into()
    with connection.execute_wrapper(into.asked):
        for number in range(1, 4):
            into.write([line(run, number)])
            assert ImportRow.objects.filter(run=run).count() == number
        into.write([line(run, 4)])
        into.end()
    assert ImportRow.objects.filter(run=run).count() == 4


def test_without_being_told_of_the_question_it_would_wait_for_ever() -> None:
    """The control."""
    into = staging._Into()
    into.write([line(ImportRun.objects.create(entity="people", name="file.csv"), 1)])
    assert connection.connection.lock.locked()
    into.end()
    assert not connection.connection.lock.locked()
