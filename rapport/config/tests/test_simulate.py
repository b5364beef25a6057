# ruff: noqa: S608 the names in the queries are those of tables
"""A simulated history is what the triggers and actions would have made of the same life."""

import hashlib
from datetime import date

import pytest
from django.db import connection, transaction

from rapport.config.simulate import conductor, simulate
from rapport.config.simulate.loading import last_id

TODAY = date(2026, 5, 13)
PEOPLE = 600
# Ids and times of the journal depend on what else happened; users of an instance bring their own.
DIGESTED = [
    *(table.name for table in conductor.LOADED),
    "identity_user identity_team customers_tag catalogue_product catalogue_productcategory catalogue_exchangerate "
    "sales_pipeline sales_stage",
]


def sql(query: str, *params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, params or None)
        return cursor.fetchall()


def one(query: str, *params: object) -> object:
    return sql(query, *params)[0][0]


@pytest.fixture(scope="module")
def report(django_db_setup, django_db_blocker):
    """One history for all tests that only look at it; taken back at the end."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield simulate(people=PEOPLE, years=2, seed=5, today=TODAY)
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture
def looks(report, django_db_blocker):
    """The history, with whatever the test does to it taken back."""
    with django_db_blocker.unblock():
        point = transaction.savepoint()
        yield report
        transaction.savepoint_rollback(point)


def test_has_the_promised_size(looks):
    assert one("SELECT count(*) FROM customers_person") == PEOPLE
    assert one("SELECT count(*) FROM customers_organisation WHERE industry <> 'Office furniture'") == PEOPLE // 10
    assert one("SELECT count(*) FROM sales_deal") == PEOPLE // 5
    assert 1.4 * PEOPLE < looks.entries < 3 * PEOPLE
    for table, count in looks.rows.items():
        if table in (t.name for t in conductor.LOADED if t is not conductor.ORGANISATIONS):
            assert one(f"SELECT count(*) FROM {table}") == count, table


def test_primary_employments_are_those_of_the_trigger(looks):
    wanted = sql(
        "SELECT id, organisation_id, job_title FROM customers_person WHERE organisation_id IS NOT NULL ORDER BY 1"
    )
    found = sql("SELECT person_id, organisation_id, job_title FROM customers_employment WHERE is_primary ORDER BY 1")
    assert found == wanted
    assert one("SELECT count(*) FROM customers_employment WHERE is_primary AND ends_on IS NOT NULL") == 0
    assert one("SELECT count(*) FROM customers_employment WHERE NOT is_primary AND ends_on IS NOT NULL") > 0
    assert one("SELECT count(*) FROM customers_employment WHERE NOT is_primary AND ends_on IS NULL") > 0


def test_spells_are_contiguous_and_end_in_the_present_stage(looks):
    gaps = """SELECT count(*) FROM (
        SELECT left_at, lead(entered_at) OVER w AS next, lead(id) OVER w AS later FROM sales_stagespell
        WINDOW w AS (PARTITION BY deal_id ORDER BY entered_at, id)) s
        WHERE (later IS NULL) <> (left_at IS NULL) OR left_at IS DISTINCT FROM next"""
    assert one(gaps) == 0
    ends = """SELECT count(*) FROM sales_deal d JOIN sales_stagespell s ON s.deal_id = d.id AND s.left_at IS NULL
        AND s.stage_id = d.stage_id AND s.entered_at = d.stage_since"""
    assert one(ends) == PEOPLE // 5
    assert one("SELECT count(*) FROM sales_stagespell WHERE left_at <= entered_at") == 0
    assert one("SELECT count(*) FROM sales_stagespell WHERE entered_at > %s", looks_until()) == 0


def looks_until() -> str:
    return f"{TODAY} 09:00:00+00"


def test_deals_are_what_the_trigger_derives(looks):
    columns = "id, pipeline_id, status, closed_on, amount_currency, amount_base, stage_since"
    derived = sql(f"SELECT {columns} FROM sales_deal ORDER BY 1")
    sql_update = "UPDATE sales_deal SET description = description || '.' RETURNING 1"
    assert len(sql(sql_update)) == PEOPLE // 5
    again = sql(f"SELECT {columns} FROM sales_deal ORDER BY 1")
    assert again == derived
    assert one("SELECT count(*) FROM sales_deal WHERE amount_base IS NULL") == 0
    assert one("SELECT count(*) FROM sales_deal WHERE (status = 'open') <> (closed_on IS NULL)") == 0
    assert one("SELECT count(*) FROM sales_deal WHERE status <> 'lost' AND lost_reason_id IS NOT NULL") == 0
    assert one("SELECT count(DISTINCT status) FROM sales_deal") == 3


def test_amounts_are_the_sums_of_their_lines(looks):
    differing = """SELECT count(*) FROM sales_deal d JOIN (
        SELECT deal_id, sum(quantity * price * (100 - discount) / 100) AS total FROM sales_dealline GROUP BY 1) l
        ON l.deal_id = d.id WHERE round(l.total, 2) <> d.amount"""
    assert one(differing) == 0
    assert one("SELECT count(*) FROM sales_dealline") > 0


def test_every_row_has_its_marker_at_its_own_time(looks):
    for table in (t.name for t in conductor.LOADED if t is not conductor.SPELLS):
        rows = sql(f"SELECT id, 1, created_at FROM {table} ORDER BY 1")
        marks = sql("SELECT row, version, at FROM journal_entry WHERE \"table\" = %s AND op = 'I' ORDER BY 1", table)
        if table == conductor.ORGANISATIONS.name:
            # The competitors were written the usual way, so their markers say when that was.
            rows, marks = [r[:2] for r in rows], [m[:2] for m in marks]
        assert marks == rows, table


def test_the_journal_tells_each_move(looks):
    told = sql(
        """SELECT row, version, at, (diff -> 'stage_id' ->> 0)::bigint, (diff -> 'stage_id' ->> 1)::bigint
           FROM journal_entry WHERE "table" = 'sales_deal' AND op = 'U' AND diff ? 'stage_id' ORDER BY 1, 2"""
    )
    moved = sql(
        """SELECT deal_id, row_number() OVER w, entered_at, lag(stage_id) OVER w, stage_id FROM sales_stagespell
           WINDOW w AS (PARTITION BY deal_id ORDER BY entered_at) ORDER BY 1, 2"""
    )
    assert told == [move for move in moved if move[3] is not None]
    versions = """SELECT count(*) FROM sales_deal d WHERE version <> (
        SELECT max(e.version) FROM journal_entry e WHERE e."table" = 'sales_deal' AND e.row = d.id)"""
    assert one(versions) == 0


def test_touches_are_those_of_the_trigger(looks):
    columns = "target, target_row, at, source, source_row, ahead, due_on, owner_id"
    ahead = {"work_call": "t.at > now()", "work_meeting": "t.at > now()", "work_task": "t.done_at IS NULL"}
    for table, entity in (
        ("work_call", "calls"), ("work_task", "tasks"), ("work_note", "notes"), ("work_meeting", "meetings"),
        ("conversations_message", "messages"),
    ):  # fmt: skip
        planned = ahead.get(table, "false")
        day = f"CASE WHEN {planned} THEN t.due_on END" if table == "work_task" else "NULL::date"
        wanted = sql(
            f"""SELECT a ->> 'entity', (a ->> 'id')::bigint, t.at, %s, t.id, {planned}, {day},
                       CASE WHEN {planned} THEN t.owner_id END
                FROM {table} t CROSS JOIN LATERAL jsonb_array_elements(t.about) a ORDER BY 5, 1, 2""",
            entity,
        )
        assert sql(f"SELECT {columns} FROM records_touch WHERE source = %s ORDER BY 5, 1, 2", entity) == wanted
        assert wanted


def test_nothing_points_into_the_void(looks):
    """The rows came in while some checks were off: ask for every foreign key by hand."""
    keys = sql(
        """SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text FROM pg_constraint c
           JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
           WHERE c.contype = 'f' AND c.conrelid::regclass::text = ANY(%s)""",
        [t.name for t in conductor.LOADED],
    )
    assert len(keys) > 30
    for table, column, target in keys:
        held = f"SELECT 1 FROM {target} o WHERE o.id = t.{column}"
        lost = f"SELECT count(*) FROM {table} t WHERE {column} IS NOT NULL AND NOT EXISTS ({held})"
        assert one(lost) == 0, (table, column)


def test_triggers_and_sequences_are_back(looks):
    assert one("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'") == 0
    for table in conductor.LOADED:
        assert last_id(table.name) == one(f"SELECT max(id) FROM {table.name}"), table
    sql("INSERT INTO customers_person (first_name) VALUES ('Next') RETURNING 1")


def test_there_is_something_to_do_today(looks):
    open_tasks = "SELECT count(*) FROM work_task WHERE done_at IS NULL AND due_on "
    assert one(open_tasks + "< %s", TODAY) > 0
    assert one(open_tasks + "= %s", TODAY) > 0
    assert one(open_tasks + "> %s", TODAY) > 0
    assert one("SELECT count(*) FROM records_touch WHERE at::date = %s", TODAY) > 0
    assert (
        one(
            "SELECT count(*) FROM sales_deal WHERE status = 'open' AND closes_on BETWEEN %s AND %s",
            TODAY,
            date(2026, 6, 13),
        )
        > 0
    )


def test_history_lies_in_the_past(looks):
    for table in ("work_call", "work_note", "conversations_message"):
        assert one(f"SELECT count(*) FROM {table} WHERE at > %s OR created_at > %s", looks_until(), looks_until()) == 0
    assert one("SELECT count(*) FROM work_task WHERE done_at > %s", looks_until()) == 0
    early = """SELECT count(*) FROM records_touch t JOIN customers_person p
        ON t.target = 'people' AND t.target_row = p.id WHERE t.at < p.created_at"""
    assert one(early) == 0


def digest() -> str:
    total = hashlib.sha256()
    for table in " ".join(DIGESTED).split():
        # A team gets its manager after it was made, so a trigger gives it the real time.
        row = "t::text" if table != "identity_team" else "(to_jsonb(t) - 'updated_at')::text"
        rows = one(f"SELECT coalesce(md5(string_agg({row}, '|' ORDER BY id)), '') FROM {table} t")
        total.update(f"{table} {rows}\n".encode())
    return total.hexdigest()


def restart_ids() -> None:
    """Ids are given out once even if a transaction is taken back; this takes the giving back too."""
    for (sequence,) in sql("SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'"):
        owner = sequence.replace("_id_seq", "")
        last = one(f"SELECT coalesce(max(id), 0) + 1 FROM {owner}") if _has_id(owner) else 1
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SEQUENCE {sequence} RESTART WITH {last}")


def _has_id(table: str) -> bool:
    return bool(sql("SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = 'id'", table))


@pytest.mark.django_db
def test_same_seed_same_data():
    made = []
    for seed in (3, 3, 4):
        point = transaction.savepoint()
        restart_ids()
        simulate(people=60, years=1, seed=seed, today=TODAY)
        made.append(digest())
        transaction.savepoint_rollback(point)
    assert made[0] == made[1] != made[2]


@pytest.mark.django_db
def test_a_second_history_fits_on_top_of_the_first():
    simulate(people=60, years=1, seed=1, today=TODAY)
    simulate(people=60, years=1, seed=1, today=TODAY)
    simulate(people=60, years=2, seed=2, today=TODAY)
    assert one("SELECT count(*) FROM customers_person") == 180
    assert one("SELECT count(DISTINCT lower(code)) = count(*) FROM catalogue_product") is True


@pytest.mark.django_db
def test_bulk_loading_gives_the_same_rows_and_leaves_every_index(monkeypatch):
    def shape() -> list[tuple]:
        return sql(
            """SELECT i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid)
               FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
               WHERE c.relnamespace = 'public'::regnamespace
               UNION ALL SELECT conrelid::regclass::text, conname || pg_get_constraintdef(oid) FROM pg_constraint
               WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"""
        )

    before, made = shape(), []
    for limit in (10_000, 1):
        monkeypatch.setattr(conductor, "_BULK", limit)
        point = transaction.savepoint()
        restart_ids()
        simulate(people=60, years=1, seed=3, today=TODAY)
        made.append(digest())
        assert shape() == before
        transaction.savepoint_rollback(point)
    assert made[0] == made[1]


@pytest.mark.django_db
def test_a_failure_leaves_nothing(monkeypatch):
    before = digest()
    calls = []

    def fails(rows) -> None:
        calls.append(rows)
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(conductor, "copy_rows", fails)
    with pytest.raises(RuntimeError, match="the disk is full"):
        simulate(people=60, years=1, seed=3, today=TODAY)
    assert calls
    assert digest() == before
    assert one("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'") == 0
