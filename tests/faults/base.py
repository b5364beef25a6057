"""The home that every instance is a copy of: a sample company, an administrator, and a file that waits to be written."""

import csv
import json
from pathlib import Path
from typing import Any

from tests.faults.client import Client
from tests.faults.instance import ADMINISTRATOR, Failed, Instance

NOTE = "prepared.json"


def make_base(folder: Path, *, people: int, rows: int, simulated: int) -> Path:
    """Makes it and returns it: `people` in the company, `rows` in the file, `simulated` people to be added later."""
    folder.mkdir(mode=0o755)
    instance = Instance(folder)
    instance.home.mkdir()
    instance.run("simulate", "--people", str(people), "--seed", "1", "--today", "2026-02-01")
    instance.run("user", "create", "--email", ADMINISTRATOR, "--name", "Ana Lima", "--role", "administrator")
    token = instance.run("token", "create", "--user", ADMINISTRATOR, "--name", "faults")
    instance.start()
    try:
        client = Client(instance.address, token=token)
        client.sign_in(instance.run("login-link", ADMINISTRATOR))
        prepared = {"token": token, "simulate": simulated, "import": _checked_import(instance, client, folder, rows)}
    finally:
        instance.stop()
    (instance.home / NOTE).write_text(json.dumps(prepared))
    return instance.home


def prepared(instance: Instance) -> dict[str, Any]:
    """What make_base left."""
    found: dict[str, Any] = json.loads((instance.home / NOTE).read_text())
    return found


def _checked_import(instance: Instance, client: Client, folder: Path, rows: int) -> int:
    """By the command's own steps, as a page would need a form with a file."""
    path = folder / "people.csv"
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["reference", "first name", "last name", "email", "phone", "city", "country", "company"])
        for n in range(rows):
            lines.writerow([f"F{n}", f"Given{n}", f"Family{n % 97}", f"f{n}@faults.example", f"+49 30 {1000000 + n}",
                            f"City {n % 50}", "DE", f"Fault Firm {n % 20}"])  # fmt: skip
    boundary = "faults-boundary"
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (("entity", "people"), ("csrfmiddlewaretoken", client.csrf()))
    )
    body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\n\r\n'.encode()
    body += path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    client.send("/imports/new", body, f"multipart/form-data; boundary={boundary}")
    run, settings = instance.ask("SELECT id, settings FROM records_importrun ORDER BY id DESC LIMIT 1")[0]
    settings["passes"][0]["columns"]["organisation"]["on_missing"] = "create"
    instance.ask(
        "UPDATE records_importrun SET settings = %s, status = 'checking' WHERE id = %s", json.dumps(settings), run
    )
    user = instance.ask("SELECT id FROM identity_user WHERE email = %s", ADMINISTRATOR)[0][0]
    instance.ask(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('imports', 'records.jobs.check_import', %s)",
        json.dumps({"run_id": run, "user_id": user}),
    )
    instance.wait(lambda: _status(instance, run) != "checking", 120, "the file is not checked")
    if _status(instance, run) != "checked":
        raise Failed(f"the file is {_status(instance, run)}")
    return run


def _status(instance: Instance, run: int) -> str:
    return instance.ask("SELECT status FROM records_importrun WHERE id = %s", run)[0][0]
