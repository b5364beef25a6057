"""Plays a company's history in batches: made in one thread, written by COPY in the other, in constant memory."""

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from rapport.catalogue.demo import make_products, make_rates
from rapport.config.simulate.batches import Cast, batches
from rapport.config.simulate.loading import copy_rows, last_id, use_ids, without_indexes, without_triggers
from rapport.conversations.demo.messages import MESSAGES
from rapport.customers.demo.groups import make_competitors, make_tags, tiers
from rapport.customers.demo.links import EMPLOYMENTS, RELATIONSHIPS
from rapport.customers.demo.organisations import ORGANISATIONS
from rapport.customers.demo.people import PEOPLE
from rapport.kit.simulation.clock import Clock
from rapport.kit.simulation.lines import Rows
from rapport.platform.identity.demo import make_staff
from rapport.platform.journal.acting import acting
from rapport.platform.journal.demo import JOURNAL, mark_created, open_actions
from rapport.platform.setup.demo import base_currency
from rapport.sales.demo.deals import Market
from rapport.sales.demo.lines import CONTACTS, DEALS, LINES, SPELLS
from rapport.sales.demo.pipelines import lost_reasons, make_roads
from rapport.work.demo.activities import CALLS, MEETINGS, NOTES, TASKS

TOUCHES = "records_touch"
# In the order in which foreign keys point.
LOADED = (
    ORGANISATIONS, PEOPLE, EMPLOYMENTS, RELATIONSHIPS, DEALS, SPELLS, CONTACTS, LINES,
    CALLS, MEETINGS, NOTES, TASKS, MESSAGES,
)  # fmt: skip
# Their ids are given out here, because other rows point to them; all others come from the sequences.
_NUMBERED = (ORGANISATIONS, PEOPLE, DEALS)
# What these triggers would write is written with its own time, dates and departments instead.
_SILENT = {
    **{table.name: ("journal_insert",) for table in LOADED if table is not SPELLS},
    PEOPLE.name: ("journal_insert", "customers_employer_insert"),
    DEALS.name: ("journal_insert", "sales_spell_insert"),
}
_BULK = 20_000


@dataclass
class Report:
    """What was written: rows by table, and how long it took in seconds."""

    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    steps: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    @property
    def entries(self) -> int:
        """Timeline entries."""
        return sum(self.rows[table.name] for table in (CALLS, MEETINGS, NOTES, TASKS, MESSAGES))


def simulate(*, people: int, years: float = 3, seed: int = 1, today: date | None = None) -> Report:
    """Adds a believable history of that many people, their organisations and deals to whatever is there already.

    The same numbers give the same rows in an empty database. All or nothing: one transaction.
    """
    begun = time.monotonic()
    clock = Clock(today or date.today(), years)
    report = Report()
    with acting(None, "simulate"), ExitStack() as stack:
        cast = _cast(clock, people, seed)
        before = {table.name: last_id(table.name) for table in LOADED}
        if people >= _BULK and people > _present(PEOPLE.name):
            stack.enter_context(without_indexes([*(table.name for table in LOADED), JOURNAL.name, TOUCHES]))
        stack.enter_context(without_triggers(_SILENT))
        report.steps["prepare"] = time.monotonic() - begun
        start = {table.name: before[table.name] + 1 for table in _NUMBERED}
        for rows in _ahead(batches(clock, cast, people=people, seed=seed, start=start)):
            for table, lines in rows.lines.items():
                report.rows[table.name] = report.rows.get(table.name, 0) + len(lines)
            copy_rows(rows)
        report.steps["rows"] = time.monotonic() - begun
        for table in _NUMBERED:
            use_ids(table.name, before[table.name] + report.rows.get(table.name, 0))
        report.rows.setdefault(JOURNAL.name, 0)
        for table in LOADED:
            report.rows.setdefault(table.name, 0)
            if table not in (SPELLS, DEALS):
                report.rows[JOURNAL.name] += mark_created(table.name, before[table.name], cast.actions)
        report.steps["journal"] = time.monotonic() - begun
        stack.close()
        report.steps["indexes"] = time.monotonic() - begun
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join([*(table.name for table in LOADED), JOURNAL.name, TOUCHES])}")
    report.seconds = time.monotonic() - begun
    return report


def _cast(clock: Clock, people: int, seed: int) -> Cast:
    base = base_currency()
    staff = make_staff(since=clock.time(0), members=3 + people // 25_000)
    tags = make_tags(clock)
    roads: dict[str, list] = {}
    for road in make_roads(clock):
        roads.setdefault(road.kind, []).append(road)
    market = Market(
        roads, make_products(clock, base), make_rates(clock, base), base,
        make_competitors(clock, tags["Competitor"]), lost_reasons(),
    )  # fmt: skip
    users = sorted({user for pool in staff.owners.values() for user in pool}, key=int)
    return Cast(staff, market, tags, tiers(), open_actions(users, "simulate"))


def _present(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 the name is one of ours
        return cursor.fetchone()[0]


def _ahead(source: Iterator[Rows]) -> Iterator[Rows]:
    """Makes the next batches in a thread of its own while PostgreSQL takes in the present one."""
    ready: queue.Queue[Rows | BaseException | None] = queue.Queue(maxsize=2)
    stop = threading.Event()

    def put(item: Rows | BaseException | None) -> None:
        while not stop.is_set():
            try:
                ready.put(item, timeout=0.5)
                return
            except queue.Full:
                continue

    def produce() -> None:
        try:
            for rows in source:
                put(rows)
                if stop.is_set():
                    return
            put(None)
        except BaseException as error:
            put(error)

    thread = threading.Thread(target=produce, name="simulate", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        thread.join()
