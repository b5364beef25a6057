"""One edit, many edits, and their undo."""

import time
from itertools import count

from django.db import connection, transaction
from django.test import Client

from rapport.config.bench.copies import copied_in, copied_out, plain_columns
from rapport.config.bench.figures import p50, show, timed
from rapport.config.bench.reads import manager
from rapport.platform.identity.models import User
from rapport.platform.identity.tokens import make_token
from rapport.platform.identity.viewer import viewer_for
from rapport.records import bulk, registry
from rapport.records.exporting import csv_chunks
from rapport.records.read import Query
from rapport.records.undoing import undo_action

# How many rows stand in the copy of the table that the bare edit is measured in.
BESIDE = 20_000


def measure_writes(times: int, rows: int) -> None:
    """Prints edit.api, bulk_edit, undo and export."""
    _edit(times)
    _bulk(rows)
    _export(rows)


def _edit(times: int) -> None:
    user, number = manager(), count()
    api = Client(headers={"authorization": f"Bearer {make_token(user, name='bench edits')}"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_person WHERE owner_id = %s ORDER BY id LIMIT 1", [user.pk])
        mine = cursor.fetchone()
        # The same row in a copy of its table with the same indexes and generated columns, but nothing that reacts.
        cursor.execute("CREATE TABLE bench_edit (LIKE customers_person INCLUDING ALL)")
        columns = plain_columns(cursor, "customers_person")
        cursor.execute(
            f"INSERT INTO bench_edit ({columns}) SELECT {columns} FROM customers_person ORDER BY id LIMIT %s",  # noqa: S608 ours
            [BESIDE],
        )
        cursor.execute("SELECT min(id) FROM bench_edit")
        other = cursor.fetchone()[0]
    pk = mine[0] if mine else other

    def edit() -> None:
        body = {"job_title": f"Head of number {next(number)}"}
        api.patch(f"/api/v1/people/{pk}", body, content_type="application/json")

    def bare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE bench_edit SET job_title = %s WHERE id = %s", [f"Number {next(number)}", other])

    floor = p50(timed(bare, times=times))
    show("edit.api", p50(timed(edit, times=times)), "ms", floor)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_edit")


def _bulk(rows: int) -> None:
    viewer = viewer_for(User.objects.filter(role__key="administrator", is_active=True).order_by("pk")[0])
    people = registry.get("people")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_person ORDER BY id LIMIT %s", [rows])
        ids = [row[0] for row in cursor.fetchall()]
    floor = copied_in("customers_person", f"id <= {ids[-1]}")
    start = time.perf_counter()
    done = bulk.change_many(people, bulk.Selection(ids), viewer=viewer, values={"income_band": "40k_60k"})
    show("bulk_edit", time.perf_counter() - start, "s", floor)
    start = time.perf_counter()
    undo_action(done.action or 0, viewer=viewer)
    show("undo", time.perf_counter() - start, "s", floor)


def _export(rows: int) -> None:
    viewer = viewer_for(User.objects.filter(role__key="administrator", is_active=True).order_by("pk")[0])
    names = ["name", "emails", "phones", "organisation", "job_title", "country", "tier", "owner"]
    start, size = time.perf_counter(), 0
    with transaction.atomic():
        for chunk in csv_chunks(registry.get("people"), Query(columns=names, sort="created_at"), viewer=viewer):
            size += chunk.count(b"\n")
            if size >= rows:
                break
    took = time.perf_counter() - start
    floor = copied_out(f"SELECT * FROM customers_person ORDER BY created_at LIMIT {size}")  # noqa: S608 a number
    show("export", size / took, "rows/s", size / floor)
