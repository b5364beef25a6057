"""The work that is broken: each is begun, is seen to be in the middle, and ends in words that say how."""

import csv
import hashlib
import io
import json
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from rapport.platform.setup.backups.archive import verified
from tests.faults.client import UNREACHABLE, Client
from tests.faults.instance import Failed, Instance, crowd

DONE, REFUSED = "finished", "refused"
SEEN = ("first_name", "last_name", "job_title")
BACKUP = ("backups", "platform.setup.jobs.make_nightly_backup")


@dataclass
class Place:
    """Where the work is done: an instance, with an administrator signed in, and what was prepared in it."""

    instance: Instance
    client: Client
    prepared: dict[str, Any]
    on_little_disk: bool = False
    # What the same work gave when nothing broke.
    expected: dict[str, Any] = field(default_factory=dict)


class Operation:
    """`begin` returns at once; `in_the_middle` and `ended` are asked again and again; `outcome` is asked at the end.

    The outcome is DONE or REFUSED (somebody was told that it did not work, and it can be done again). Raises Failed.
    """

    name = ""

    def __init__(self, place: Place) -> None:
        self.place, self.instance, self.client = place, place.instance, place.client

    def begin(self) -> None:
        raise NotImplementedError

    def in_the_middle(self) -> bool:
        raise NotImplementedError

    def ended(self) -> bool:
        raise NotImplementedError

    def outcome(self) -> str:
        return DONE

    def go_on(self) -> None:
        """The fault has struck."""


def _insist(ask: Any, seconds: float = 90) -> tuple[int, Any]:
    """Asks again as a client does that got no answer, or one that says to come back. Raises Failed."""
    end, why = time.monotonic() + seconds * crowd(), ""
    while time.monotonic() < end:
        try:
            status, body = ask()
            if status < 500:
                return status, body
            why = f"{status}: {str(body)[:300]}"
        except UNREACHABLE as error:
            why = repr(error)
        time.sleep(0.3)
    raise Failed(f"no answer within {seconds:.0f} s: {why}")


class Import(Operation):
    """A checked file is written by the worker."""

    name = "import"

    def begin(self) -> None:
        self.run = self.place.prepared["import"]
        _insist(lambda: self.client.post(f"/imports/{self.run}/write"))

    def in_the_middle(self) -> bool:
        return self.ended() or self._row()[1] > 0

    def ended(self) -> bool:
        return self._row()[0] in ("done", "failed") and not _jobs(self.instance, "imports")

    def outcome(self) -> str:
        return DONE if self._row()[0] == "done" else REFUSED

    def _row(self) -> tuple[str, int]:
        return self.instance.ask("SELECT status, done FROM records_importrun WHERE id = %s", self.run)[0]


class Bulk(Operation):
    """Everybody gets another job title: piece by piece by the worker."""

    name = "bulk edit"

    def begin(self) -> None:
        before = self._runs()
        fields = {"do": "edit", "field": "job_title", "job_title": "Breaker", "everything": "1"}
        _insist(lambda: self.client.post("/people/many", **fields))
        self.instance.wait(lambda: len(self._runs()) > len(before), 10, "no work on many records is begun")

    def in_the_middle(self) -> bool:
        return self._runs()[-1][1] > 0 or self.ended()

    def ended(self) -> bool:
        return self._runs()[-1][0] in ("done", "failed")

    def outcome(self) -> str:
        status, done, error = self._runs()[-1]
        if status != "done":
            raise Failed(f"the work on many records is {status} after {done}: {error}")
        return DONE

    def _runs(self) -> list[tuple]:
        return self.instance.ask("SELECT status, done, error FROM records_bulkrun ORDER BY id")


class Export(Operation):
    """Everybody as a file: streamed to a browser that reads slowly, or to a full disk by the command."""

    name = "export"

    def begin(self) -> None:
        self._held, self._began, self._problem, self._text = threading.Event(), threading.Event(), "", b""
        self._command: subprocess.Popen[str] | None = None
        self._target = self.instance.home / "people.csv"
        self._target.unlink(missing_ok=True)
        if self.place.on_little_disk:
            self._command = self.instance.command("export", "people", str(self._target))
        self._thread = threading.Thread(target=self._wait_for_it if self._command else self._read, daemon=True)
        self._thread.start()

    def in_the_middle(self) -> bool:
        return self._began.is_set() or self.ended()

    def go_on(self) -> None:
        self._held.set()

    def ended(self) -> bool:
        return not self._thread.is_alive()

    def outcome(self) -> str:
        if self._problem:
            if self._target.exists():
                raise Failed(f"half a file was left: {self._target.stat().st_size} bytes")
            return REFUSED
        rows = sorted(
            tuple(row[name] for name in SEEN) for row in csv.DictReader(io.StringIO(self._text.decode("utf-8-sig")))
        )
        digest = [len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()]
        if self.place.expected.setdefault("export", digest) != digest:
            raise Failed(f"{len(rows)} rows passed for all {self.place.expected['export'][0]}")
        return DONE

    def _read(self) -> None:
        try:
            for piece in self.client.stream("/people/export.csv"):
                self._text += piece
                self._began.set()
                self._held.wait(60)
        except UNREACHABLE as error:
            self._problem = repr(error)

    def _wait_for_it(self) -> None:
        assert self._command
        self._began.set()
        self._problem = _said(self._command)
        if not self._problem:
            self._text = self._target.read_bytes()
            self._target.unlink()


class Simulate(Operation):
    """The command writes a company's history in one transaction."""

    name = "simulate"

    def begin(self) -> None:
        people = str(self.place.prepared["simulate"])
        self._command = self.instance.command("simulate", "--people", people, "--seed", "7", "--today", "2026-02-02")
        self._problem: str | None = None
        self._thread = threading.Thread(target=self._wait_for_it, daemon=True)
        self._thread.start()

    def in_the_middle(self) -> bool:
        writing = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY %%' AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
        return bool(self.instance.ask(writing)) or self.ended()

    def ended(self) -> bool:
        return not self._thread.is_alive()

    def outcome(self) -> str:
        return REFUSED if self._problem else DONE

    def _wait_for_it(self) -> None:
        self._problem = _said(self._command)


class Backup(Operation):
    """The nightly backup, by the worker."""

    name = "backup"

    def begin(self) -> None:
        self._job = self.instance.ask(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES (%s, %s) RETURNING id", *BACKUP
        )[0][0]

    def in_the_middle(self) -> bool:
        folder = self.instance.home / "backups"
        return self.ended() or any(part.stat().st_size for part in folder.rglob("*") if ".backup" in str(part))

    def ended(self) -> bool:
        return self._status() in ("succeeded", "failed", "cancelled")

    def outcome(self) -> str:
        if self._status() != "succeeded":
            raise Failed(f"the backup is {self._status()}")
        newest = max((self.instance.home / "backups").glob("*.backup"))
        manifest = verified(newest)
        live = self.instance.ask("SELECT count(*) FROM customers_person")[0][0]
        if manifest["tables"]["customers_person"][0] != live:
            raise Failed(f"the backup has {manifest['tables']['customers_person'][0]} people of {live}")
        return DONE

    def _status(self) -> str:
        return self.instance.ask("SELECT status::text FROM procrastinate_jobs WHERE id = %s", self._job)[0][0]


class Edits(Operation):
    """A program that creates people, edits them, and edits many at once; it repeats what got no answer, with the same key."""

    name = "edit"
    COUNT = 24

    def begin(self) -> None:
        self._made: list[int] = []
        self._problem = ""
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def in_the_middle(self) -> bool:
        return len(self._made) >= 4 or self.ended()

    def ended(self) -> bool:
        return not self._thread.is_alive()

    def outcome(self) -> str:
        if self._problem:
            raise Failed(self._problem)
        return DONE

    def _work(self) -> None:
        program = Client(self.client.address, token=self.place.prepared["token"])
        try:
            for number in range(self.COUNT):
                body = {"name": f"Edit Number{number}", "job_title": "New"}
                status, item = _insist(
                    lambda body=body, n=number: program.api("POST", "/people", body, Idempotency_Key=f"edit-{n}")
                )
                if status != 201:
                    raise Failed(f"creating answers {status}: {item}")
                self._made.append(item["id"])
            chosen = {
                "filter": {"all": [{"field": "job_title", "op": "is", "value": "New"}]},
                "values": {"job_title": "Many"},
            }
            status, item = _insist(lambda: program.api("POST", "/people/bulk", chosen, Idempotency_Key="edit-many"))
            if (status, item.get("changed")) != (200, self.COUNT):
                raise Failed(f"editing many answers {status}: {item}")
            for pk in self._made:
                status, item = _insist(
                    lambda pk=pk: program.api("PATCH", f"/people/{pk}", {"last_name": "Edited"}, If_Match="2")
                )
                if status != 200:
                    raise Failed(f"editing answers {status}: {item}")
        except Failed as failed:
            self._problem = str(failed)
        except Exception as error:
            self._problem = repr(error)


OPERATIONS: dict[str, type[Operation]] = {one.name: one for one in (Import, Bulk, Export, Simulate, Backup, Edits)}


def _jobs(instance: Instance, queue: str) -> int:
    """How many of a queue are not finished."""
    waiting = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = %s AND status IN ('todo', 'doing')"
    return instance.ask(waiting, queue)[0][0]


def _said(command: subprocess.Popen[str]) -> str:
    """Waits for a command; returns the reason that it gave for failing, "" if it did not. A traceback is no reason."""
    _printed, said = command.communicate(timeout=180)
    if not command.returncode:
        return ""
    if "Traceback" in said or not said.strip():
        return f"Traceback: {json.dumps(said[-3000:])}"
    return said.strip()
