"""`bin/damaged-files`: brings damaged CSV and XLSX files in, each in a process with limits, and counts what came of them.

A file may take 2 s of processor time: of the program, of the processes that it starts, and of PostgreSQL for it. So the
figures are the same on a machine that has other things to do. What waits instead of working is ended after 30 s.
"""

import argparse
import functools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.database import ROOT, TestCluster
from tests.hostile.bringing_in import MEGABYTE
from tests.hostile.damaged import damaged

MOST_SECONDS, MOST_MEMORY = 2.0, 200 * MEGABYTE
# What does not answer by then is ended.
PATIENCE = 30.0
# After so many files what was rolled back is cleared out of the tables.
SWEEP = 1000
# After so many the process is begun anew.
FRESH = 250


class Bringer:
    """The process that brings files in, started anew when it ends or hangs."""

    def __init__(self, url: str, seed: int, how: str = "") -> None:
        self.url, self.seed, self.how = url, seed, how
        self.process: subprocess.Popen[str] | None = None
        self.answers: queue.Queue[str] = queue.Queue()
        self.base = self.asked = 0

    def ask(self, number: int, patience: float = PATIENCE) -> dict[str, Any]:
        """What came of the file of that number; outcome "hung" or "died" when there was no answer."""
        # What the program keeps for later files must not count as what this one needs.
        if self.asked % FRESH == 0:
            self.end()
        self.asked += 1
        if self.process is None:
            self._start()
        assert self.process is not None and self.process.stdin is not None
        try:
            self.process.stdin.write(f"{number}\n")
            self.process.stdin.flush()
            return json.loads(self.answers.get(timeout=patience))
        except (queue.Empty, BrokenPipeError, ValueError) as error:
            hung = isinstance(error, queue.Empty)
            self.end()
            file = damaged(self.seed, number)
            return {
                "number": number, "outcome": "hung" if hung else "died", "kind": file.kind, "ways": list(file.ways),
                "size": len(file.data), "entity": file.entity, "seconds": patience if hung else 0.0, "work": 0.0, "memory": 0,
                "grown": 0, "child": 0, "said": "",
            }  # fmt: skip

    def end(self) -> None:
        """Ends the process, if there is one."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
            self.answers = queue.Queue()

    def _start(self) -> None:
        env = os.environ | {
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "RAPPORT_LOG": "CRITICAL",
        }
        command = [sys.executable, "-m", "tests.hostile.bringing_in", str(self.seed), *([self.how] if self.how else [])]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        threading.Thread(target=_pass_on, args=(self.process, self.answers), daemon=True).start()
        self.base = json.loads(self.answers.get(timeout=60))["memory"]


def _pass_on(process: subprocess.Popen[str], answers: "queue.Queue[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        answers.put(line)
    answers.put("")  # Says to who waits that nothing more will come.


@dataclass
class Tally:
    """What came of all files. `wrong` are the answers that must not be, each with what is wrong with it."""

    outcomes: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    wrong: list[dict[str, Any]] = field(default_factory=list)
    slowest: list[tuple[float, int, str]] = field(default_factory=list)
    largest: list[tuple[int, int, str]] = field(default_factory=list)

    def take(self, answer: dict[str, Any]) -> None:
        """Counts an answer."""
        self.outcomes[f"{answer['kind']} {answer['outcome']}"] += 1
        self.ways.update(answer["ways"])
        self.rows.update(answer.get("states", {}))
        ways = "+".join(answer["ways"])
        self.slowest = sorted([*self.slowest, (answer["work"], answer["number"], ways)])[-5:]
        self.largest = sorted([*self.largest, (max(answer["memory"], answer["child"]), answer["number"], ways)])[-5:]
        if why := wrong_with(answer):
            self.wrong.append(answer | {"wrong": why})


def wrong_with(answer: dict[str, Any]) -> str:
    """Why an answer must not be, or ""."""
    if answer["outcome"] not in ("refused", "read"):
        return answer["outcome"]
    if answer["work"] > MOST_SECONDS:
        return f"{answer['work']:.1f} s"
    if (most := max(answer["memory"], answer["child"])) > MOST_MEMORY:
        return f"{most / MEGABYTE:.0f} MB"
    if answer["outcome"] == "refused" and not (
        answer["said"] and all(text.strip() for text in answer["said"].values())
    ):
        return "refused without a word"
    return f"rows refused without a word: {answer['silent']}" if answer.get("silent") else ""


def run(
    bringer: Bringer,
    numbers: Iterable[int],
    sweep: Callable[[], None],
    say: Callable[[str], None] = lambda _text: None,
    note: Callable[[dict[str, Any]], None] = lambda _answer: None,
    before: Iterable[dict[str, Any]] = (),
) -> Tally:
    """Tries the files of these numbers. `before`: answers of an earlier run that count, too."""
    tally = Tally()
    for answer in before:
        tally.take(answer)
    for count, number in enumerate(numbers, 1):
        answer = bringer.ask(number)
        tally.take(answer)
        note(answer)
        if count % SWEEP == 0:
            sweep()
            say(f"{count}: {len(tally.wrong)} wrong")
    return tally


def main(arguments: list[str]) -> int:
    """Exit code 1 if any file did what it must not."""
    parser = argparse.ArgumentParser(prog="bin/damaged-files", description=__doc__.split(": ", 1)[1])
    parser.add_argument("--count", type=int, default=20_000, help="how many files (default 20000)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same files (default 1)")
    parser.add_argument("--from", type=int, default=0, dest="start", metavar="N", help="number of the first file")
    parser.add_argument("--only", type=int, metavar="N", help="try only the file of that number, and tell all of it")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="write files that did wrong, or the only one, there"
    )
    parser.add_argument(
        "--log", type=Path, metavar="FILE",
        help="every answer as a line of JSON; what stands there from a run that was broken off is not tried again",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    wanted = [given.only] if given.only is not None else range(given.start, given.start + given.count)
    told = told_before(given.log, given.seed) if given.log and given.only is None else []
    before = {answer["number"]: answer for answer in told if answer["number"] in wanted}
    cluster = TestCluster()
    bringer = None
    began = time.monotonic()
    try:
        server = cluster.start()
        url = server.copy(f"damaged_{os.getpid()}")
        bringer = Bringer(url, given.seed)
        numbers = [number for number in wanted if number not in before]

        def noted(answer: dict[str, Any]) -> None:
            if given.log:
                with given.log.open("a") as log:
                    log.write(json.dumps({"seed": given.seed, **answer}) + "\n")

        tally = run(bringer, numbers, lambda: sweep(url), lambda text: print(text, flush=True), noted, before.values())  # noqa: T201
        if given.only is not None:
            print(json.dumps(bringer.ask(given.only), indent=1, ensure_ascii=False))  # noqa: T201
    finally:
        if bringer:
            bringer.end()
        cluster.stop()
    keep = [answer["number"] for answer in tally.wrong] if given.only is None else [given.only]
    for number in keep if given.keep else []:
        file = damaged(given.seed, number)
        given.keep.mkdir(parents=True, exist_ok=True)
        (given.keep / file.name).write_bytes(file.data)
    tell(tally, given.seed, bringer.base, time.monotonic() - began)
    return 1 if tally.wrong else 0


def told_before(log: Path, seed: int) -> list[dict[str, Any]]:
    """The answers in a log of that seed; a line that was broken off is left out."""
    found = []
    for line in log.read_text().splitlines() if log.exists() else []:
        with suppress(ValueError):
            found.append(json.loads(line))
    return [answer for answer in found if answer["seed"] == seed]


def sweep(url: str) -> None:
    """Clears out what was rolled back."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("VACUUM")


def tell(tally: Tally, seed: int, base: int, seconds: float) -> None:
    """The summary."""
    say = functools.partial(print, flush=True)
    for answer in tally.wrong[:50]:
        say(
            f"WRONG {answer['number']} {answer['kind']} {'+'.join(answer['ways'])}: {answer['wrong']}: {answer.get('said', '')}"
        )
        say(answer.get("trace", "")[-1500:]) if answer.get("trace") else None
    say(f"seed {seed}: {sum(tally.outcomes.values())} files in {seconds:.0f} s, {len(tally.ways)} kinds of damage")
    say("  " + ", ".join(f"{name} {n}" for name, n in sorted(tally.outcomes.items())))
    say("  rows: " + (", ".join(f"{name} {n}" for name, n in sorted(tally.rows.items())) or "none"))
    for name, found, unit in (
        ("most processor time, s", tally.slowest, 1.0),
        ("most memory, MB", tally.largest, MEGABYTE),
    ):
        shown = "; ".join(f"{value / unit:.2f} (file {number}, {ways})" for value, number, ways in reversed(found))
        say(f"  {name}: {shown}")
    say(f"  the process held {base / MEGABYTE:.0f} MB before the first file")
    say(f"{len(tally.wrong)} wrong")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
