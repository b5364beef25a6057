"""Fills the database of a home that does not run: prepare.py HOME PEOPLE ROWS; prints what others need to know as JSON."""

import csv
import io
import json
import os
import sys
from pathlib import Path

ADMINISTRATOR = "ana@halden.example"


def main(home: str, people: int, rows: int) -> None:
    os.environ |= {"RAPPORT_HOME": home, "DJANGO_SETTINGS_MODULE": "rapport.config.settings", "RAPPORT_LOG": "ERROR"}
    import django

    django.setup()
    from rapport.config.cli import use_database
    from rapport.platform.setup.lease import database

    with database(Path(home)) as url:
        use_database(url)
        print(json.dumps(fill(people, rows)))  # noqa: T201


def fill(people: int, rows: int) -> dict[str, object]:
    """An administrator, a session and a token of theirs, a sample company, and a file that is checked."""
    from datetime import date

    from django.test import Client

    from rapport.config.simulate import simulate
    from rapport.platform.identity.models import User
    from rapport.platform.identity.tokens import make_token
    from rapport.platform.identity.viewer import viewer_for
    from rapport.platform.setup.migrating import migrate_if_needed
    from rapport.records import registry
    from rapport.records.importing import steps

    migrate_if_needed()
    simulate(people=people, seed=1, today=date(2026, 2, 1))
    ana = User.objects.create_user(email=ADMINISTRATOR, name="Ana Lima", role="administrator")
    browser = Client()
    browser.force_login(ana, backend="rapport.platform.identity.backends.EmailBackend")
    viewer = viewer_for(ana)
    run = steps.upload(registry.get("people"), "people.csv", io.BytesIO(_file(rows)), viewer=viewer)
    passes = run.settings["passes"]
    passes[0]["columns"]["organisation"]["on_missing"] = "create"
    steps.set_mapping(run, passes, viewer=viewer)
    steps.check_now(run, viewer=viewer)
    assert run.counts["states"].get("create", 0) >= rows, run.counts
    return {"token": make_token(ana, name="faults"), "session": browser.cookies["sessionid"].value, "import": run.pk}


def _file(rows: int) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(["reference", "first name", "last name", "email", "phone", "city", "country", "company"])
    for n in range(rows):
        lines.writerow([f"F{n}", f"Given{n}", f"Family{n % 97}", f"f{n}@faults.example", f"+49 30 {1000000 + n}",
                        f"City {n % 50}", "DE", f"Fault Firm {n % 20}"])  # fmt: skip
    return text.getvalue().encode()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
