"""The import of people with addresses, beside a plain COPY of the same rows."""

import io
import random
import time

from django.db import connection

from rapport.config.bench.copies import copied_in
from rapport.config.bench.figures import show
from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry
from rapport.records.importing import steps
from rapport.records.importing.writing import write

HEADER = "Reference,First name,Last name,Email,Phone,Street,Zip,City,Country,Job title"
CITIES = (
    ("04109", "Leipzig", "Germany"),
    ("75001", "Paris", "France"),
    ("LS1 4DY", "Leeds", "United Kingdom"),
    ("28013", "Madrid", "Spain"),
)


def measure_import(rows: int) -> None:
    """Prints import: rows per second from the bytes of a CSV file to people who can be found, matched by their reference."""
    viewer = viewer_for(User.objects.filter(role__key="administrator", is_active=True).order_by("pk")[0])
    people = registry.get("people")
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM customers_person")
        before = cursor.fetchone()[0]
    data = io.BytesIO(csv_of(rows).encode())
    began = time.perf_counter()
    run = steps.upload(people, "bench.csv", data, viewer=viewer)
    passes = run.settings["passes"]
    passes[0]["key"] = "external_id"
    steps.set_mapping(run, passes, viewer=viewer)
    checked = steps.check_now(run, viewer=viewer)
    written = write(checked, viewer=viewer)
    took = time.perf_counter() - began
    made = written.counts["states"].get("created", 0)
    if made != rows:
        raise RuntimeError(f"Only {made} of {rows} rows were imported: {written.counts}")
    show("import", rows / took, "rows/s", rows / copied_in("customers_person", f"id > {before}"))


def csv_of(rows: int) -> str:
    """A file of people with addresses; the same for the same number."""
    dice = random.Random(7)  # noqa: S311 sample data
    lines = [HEADER]
    for i in range(rows):
        code, city, country = dice.choice(CITIES)
        first, last = f"Name{dice.randrange(5000)}", f"Family{dice.randrange(50_000)}"
        lines.append(
            f"BENCH-{i},{first},{last},{first}.{last}.{i}@bench.example.com,+49 30 {5_000_000 + i},"
            f"Long Street {dice.randrange(200)},{code},{city},{country},Buyer"
        )
    return "\n".join(lines) + "\n"
