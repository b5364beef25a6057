"""How fast imports are: `DATABASE_URL=... python -m tests.measure_import [ROWS]`, on an empty database of your own.

Prints one JSON object per line. The floor of the write is a plain INSERT ... SELECT of the same rows into the same
table, with its indexes and journal, in the same run.
"""

import io
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any


def main(count: int) -> None:
    """Brings `count` people with their addresses in, takes them back, and says how long each part took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)
    from rapport.records import registry
    from rapport.records.importing import steps
    from rapport.records.importing.writing import write
    from rapport.records.tests.importing import somebody

    viewer = somebody(name=f"Measure{time.time_ns()} Import")
    data = io.BytesIO(people(count).encode())
    spent: dict[str, float] = {}
    cpu: dict[str, float] = {}

    def timed(part: str, do: Callable[[], Any]) -> Any:
        began, used = time.perf_counter(), time.process_time()
        made = do()
        spent[part], cpu[part] = time.perf_counter() - began, time.process_time() - used
        return made

    run = timed("read", lambda: steps.upload(registry.get("people"), "people.csv", data, viewer=viewer))
    timed("check", lambda: steps.check_now(run, viewer=viewer))
    timed("write", lambda: write(run, viewer=viewer))
    timed("floor", lambda: plain_insert(run))
    timed("undo", lambda: steps.undo_run(run, viewer=viewer))
    whole = spent["read"] + spent["check"] + spent["write"]
    floor = count / spent["floor"]
    say("import.people", count / whole, "rows/s", floor)
    for part in ("read", "check", "write", "undo"):
        say(f"import.people.{part}", count / spent[part], "rows/s", floor if part == "write" else None)
    say("import.people.python", sum(cpu.values()) / count * 1e6, "µs/row", None)


def say(name: str, value: float, unit: str, floor: float | None) -> None:
    ratio = round(value / floor, 2) if floor else None
    line = {"name": name, "value": round(value, 1), "unit": unit, "floor": floor and round(floor, 1), "ratio": ratio}
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def people(count: int) -> str:
    """A file of that many people; each with e-mail, phone, address, job title and birth date."""
    rows = [
        f"m{i},Given{i % 389},Family{i % 1999},p{i}@example.com,+4930{10_000_000 + i},Street {i % 5000},{i % 99_999:05},"
        f"City{i % 500},Germany,Job {i % 40},19{50 + i % 50}-0{1 + i % 9}-1{i % 9}"
        for i in range(count)
    ]
    return "reference,first name,last name,email,phone,street,zip,city,country,job title,birth date\n" + "\n".join(rows)


def plain_insert(run: Any) -> None:
    """The same rows once more by one statement, and away again."""
    from django.db import connection, transaction

    columns = (
        "external_id, first_name, last_name, emails, phones, addresses, job_title, birth_date, owner_id, created_by_id"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO customers_person ({columns}) SELECT {columns} FROM customers_person
                WHERE id IN (SELECT record_id FROM records_importrow WHERE run_id = %s) ORDER BY id""",
            [run.pk],
        )
        transaction.set_rollback(True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
