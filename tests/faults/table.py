"""Fault by operation: each column of work is done on one instance, breaks in the middle, and is compared."""

import re
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.base import make_base, prepared
from tests.faults.breaking import FAULTS, Fault
from tests.faults.client import Client
from tests.faults.content import Content, content, differing, leftovers, stuck
from tests.faults.instance import Failed, Instance, copied, crowd
from tests.faults.operations import DONE, OPERATIONS, Operation, Place
from tests.faults.watching import Watch

LIMIT = 60.0
# people in the company, rows in the file, people added by the simulation
LARGE = {"people": 3000, "rows": 20_000, "simulated": 4000}
SMALL = {"people": 300, "rows": 3000, "simulated": 250}


@dataclass(frozen=True)
class Cell:
    """What one fault did to one piece of work. `seconds`: from the end of the fault until nothing was open."""

    fault: str
    operation: str
    outcome: str
    seconds: float = 0.0
    problem: str = ""

    @property
    def is_fine(self) -> bool:
        return not self.problem


class Table:
    """Runs cells. `say` is told of each as it comes."""

    def __init__(self, folder: Path, *, say: Callable[[Cell], None], brief: bool = False, small: bool = False) -> None:
        self.folder, self.say, self.brief, self.small = folder, say, brief, small or brief
        self._bases: dict[bool, Path] = {}
        self._references: dict[tuple[bool, tuple[str, ...]], tuple[dict[str, Any], list[Content]]] = {}
        self._lock = threading.Lock()

    def run(self, faults: Sequence[str], operations: Sequence[str], *, at_once: int = 1) -> list[Cell]:
        """Every fault with every operation, an instance for each fault; so many instances break at once."""
        return self.lines([[(fault, operation) for operation in operations] for fault in faults], at_once=at_once)

    def lines(self, lines: Sequence[Sequence[tuple[str, str]]], *, at_once: int = 1) -> list[Cell]:
        """The same for lines of (fault, operation), each on one instance, one after the other."""
        with ThreadPoolExecutor(at_once) as pool:
            return [cell for cells in pool.map(self._line, lines) for cell in cells]

    def _base(self, little: bool) -> Path:
        if little not in self._bases:
            sizes = SMALL if little or self.small else LARGE
            self._bases[little] = make_base(self.folder / f"base{little:d}", **sizes)
        return self._bases[little]

    def _reference(self, little: bool, operations: tuple[str, ...]) -> tuple[dict[str, Any], list[Content]]:
        """What the uninterrupted run gives: what was exported, and the content before and after each operation."""
        with self._lock:
            key = little, operations
            if key not in self._references:
                instance = copied(self._base(little), self.folder / f"reference{len(self._references)}")
                expected: dict[str, Any] = {}
                try:
                    instance.start()
                    place = _place(instance, expected, little)
                    contents = [content(instance)]
                    for name in operations:
                        _work(OPERATIONS[name](place))
                        contents.append(content(instance))
                finally:
                    instance.stop()
                self._references[key] = expected, contents
            return self._references[key]

    def _line(self, line: Sequence[tuple[str, str]]) -> list[Cell]:
        cells: list[Cell] = []

        def add(cell: Cell) -> None:
            cells.append(cell)
            self.say(cell)

        faults = {name: FAULTS[name](brief=self.brief) for name, _operation in line}
        reasons = {name: fault.cannot() for name, fault in faults.items()}
        todo = []
        for fault, operation in line:
            if reasons[fault]:
                add(Cell(fault, operation, f"not run: {reasons[fault]}"))
            else:
                todo.append((faults[fault], operation))
        if not todo:
            return cells
        try:
            self._break(list({id(fault): fault for fault, _operation in todo}.values()), todo, add)
        except Exception as error:
            for fault, operation in todo[len(cells) - (len(line) - len(todo)) :]:
                add(Cell(fault.name, operation, "not run", problem=repr(error)))
        return cells

    def _break(self, faults: list[Fault], todo: list[tuple[Fault, str]], add: Callable[[Cell], None]) -> None:
        little = any(fault.on_little_disk for fault in faults)
        expected, contents = self._reference(little, tuple(operation for _fault, operation in todo))
        folder = self.folder / re.sub(r"\W+", "-", faults[0].name).strip("-")  # short: sockets lie in it
        homes = [home for fault in faults if (home := fault.home(folder))]
        apart = any(fault.apart for fault in faults)
        instance = copied(self._base(little), folder, apart=apart, home=homes[0] if homes else None)
        if self.brief:
            instance.more["RAPPORT_SILENT_AFTER"] = "5"
        try:
            for fault in faults:
                fault.prepare(instance)
            instance.start()
            place = _place(instance, dict(expected), little)
            is_fine = True
            for number, (fault, name) in enumerate(todo):
                if is_fine:
                    cell = _cell(fault, OPERATIONS[name](place), contents[number], contents[number + 1])
                else:
                    cell = Cell(fault.name, name, "not run", problem="after the failure before it")
                is_fine = cell.is_fine
                add(cell)
        finally:
            instance.stop()
            for fault in faults:
                fault.clear()


def _cell(fault: Fault, operation: Operation, before: Content, after: Content) -> Cell:
    instance = operation.instance
    watch = Watch(instance, operation.place.prepared["session"])
    outcome, seconds = "", 0.0
    try:
        operation.begin()
        instance.wait(operation.in_the_middle, 60, "the work has not come to its middle", step=0.01)
        early = operation.ended()
        struck = time.monotonic()
        fault.strike(instance, operation)
        operation.go_on()
        healed = time.monotonic()
        instance.wait(operation.ended, LIMIT, "the work has not ended")
        instance.wait(lambda: not _open(instance), LIMIT, _Told(lambda: "; ".join(_open(instance))))
        instance.wait(lambda: instance.ready()[0] == 200, LIMIT, _Told(lambda: f"/readyz says {instance.ready()}"))
        seconds = time.monotonic() - healed
        if seconds > LIMIT * crowd():
            raise Failed(f"it took {seconds:.0f} s until nothing was open")
        outcome = _compare(operation, content(instance), before, after)
        if early:
            outcome += " (ended before the fault)"
        if left := leftovers(instance):
            raise Failed(f"left behind: {', '.join(left)}")
        if lie := fault.lie(watch, struck, instance):
            raise Failed(lie)
    except Exception as error:
        return Cell(
            fault.name, operation.name, outcome or "failed", seconds, f"{str(error) or error!r} {_traces(instance)}"
        )
    finally:
        watch.end()
    return Cell(fault.name, operation.name, outcome, seconds)


def _traces(instance: Instance) -> str:
    """Where to look for the reason: what is open, the last errors of jobs, the end of the log."""
    found: dict[str, Any] = {"log": instance.said()[-1500:]}
    with suppress(psycopg.Error):
        found["open"] = _open(instance)
        jobs = "SELECT id, task_name, status::text, attempts, scheduled_at::text, worker_id FROM procrastinate_jobs ORDER BY id DESC LIMIT 5"
        found["jobs"] = instance.ask(jobs)
        found["errors"] = instance.ask(
            "SELECT job_id, attempt, right(error, 300) FROM jobs_joberror ORDER BY id DESC LIMIT 4"
        )
    return str(found)


class _Told(str):
    """A reason that is only looked up when it is said."""

    def __new__(cls, look: Callable[[], str]) -> "_Told":
        made = super().__new__(cls)
        made.look = look  # type: ignore[attr-defined]
        return made

    def __format__(self, _spec: str) -> str:
        return self.look()  # type: ignore[attr-defined,no-any-return]


def _open(instance: Instance) -> list[str]:
    return stuck(instance)


def _compare(operation: Operation, now: Content, before: Content, after: Content) -> str:
    """What became of the work, in words. What did not happen is done again, and must then be as if nothing had been."""
    outcome = operation.outcome()
    if outcome != DONE and "Traceback" in getattr(operation, "_problem", ""):
        raise Failed(f"it failed without saying why: {operation._problem}")  # type: ignore[attr-defined]
    if now == after and (outcome == DONE or now != before):
        return "as uninterrupted" if outcome == DONE else "as uninterrupted, though told that it broke off"
    if outcome == DONE:
        raise Failed(f"it is finished, but not as it should be: {differing(after, now)}")
    if now != before:
        raise Failed(f"it is neither done nor undone: {differing(before, now)}")
    operation.instance.wait(lambda: operation.instance.ready()[0] == 200, LIMIT, "not ready again")
    again = type(operation)(operation.place)
    _work(again)
    if wrong := differing(after, content(operation.instance)):
        raise Failed(f"done again, it is not as it should be: {wrong}")
    return "as before; done again it is as uninterrupted"


def _work(operation: Operation) -> None:
    """Does it to its end, with nothing breaking. Raises Failed."""
    operation.begin()
    operation.go_on()
    operation.instance.wait(operation.ended, 180, f"{operation.name} has not ended")
    operation.instance.wait(
        lambda: not _open(operation.instance), LIMIT, _Told(lambda: "; ".join(_open(operation.instance)))
    )
    if operation.outcome() != DONE:
        raise Failed(f"{operation.name} did not work: {getattr(operation, '_problem', '')}")


def _place(instance: Instance, expected: dict[str, Any], little: bool) -> Place:
    known = prepared(instance)
    client = Client(instance.address, token=known["token"], session=known["session"])
    return Place(instance, client, known, on_little_disk=little, expected=expected)


def in_a_folder(work: Callable[[Path], Any]) -> Any:
    """Calls it with a folder that PostgreSQL's own user may pass through, and clears it away."""
    with tempfile.TemporaryDirectory(prefix="rapport-faults-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        return work(Path(folder))
