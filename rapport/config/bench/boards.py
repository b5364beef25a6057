"""The board of deals with 10,000 open ones, as a manager with the scope "team and below"."""

from django.db import connection, transaction
from django.test import Client

from rapport.config.bench.figures import p50, show, timed
from rapport.config.bench.floors import bare_reads
from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for

OPEN = 10_000
_DEALS = """
INSERT INTO sales_deal (name, pipeline_id, stage_id, organisation_id, person_id, amount, amount_currency, closes_on,
                        owner_id, created_at)
SELECT 'Deal ' || i, s.pipeline_id, s.id, o.id, p.id, (i * 37) %% 90000, 'EUR', current_date + i %% 200 - 40,
       (%(owners)s::bigint[])[1 + i %% %(count)s], now() - make_interval(mins => i)
FROM generate_series(1, %(lacking)s) i
JOIN LATERAL (SELECT id, pipeline_id FROM sales_stage WHERE kind = 'open' AND deleted_at IS NULL AND pipeline_id = %(pipeline)s
              ORDER BY position OFFSET i %% %(stages)s LIMIT 1) s ON true
LEFT JOIN (SELECT id, row_number() OVER (ORDER BY id) AS no FROM customers_organisation) o ON o.no = i
LEFT JOIN (SELECT id, row_number() OVER (ORDER BY id) AS no FROM customers_person LIMIT 20000) p ON p.no = i
"""
# Two of three have a task, of last week to three weeks ahead.
_TASKS = """
INSERT INTO work_task (title, about, due_on, owner_id, at)
SELECT 'Ring them', jsonb_build_array(jsonb_build_object('entity', 'deals', 'id', d.id)),
       current_date + (d.id %% 28)::int - 7, d.owner_id, NULL
FROM sales_deal d WHERE d.name LIKE 'Deal %%' AND d.id %% 3 > 0
"""


def measure_board(times: int) -> None:
    """Prints board.html: its first screen, over the page's own statements alone. What it adds is taken back."""
    user = _manager()
    page = Client()
    page.force_login(user)
    with transaction.atomic():
        _fill(viewer_for(user).team_ids)
        bare = p50(timed(bare_reads(lambda: page.get("/deals/board")), times=times))
        show("board.html", p50(timed(lambda: page.get("/deals/board"), times=times)), "ms", bare)
        transaction.set_rollback(True)


def _manager() -> User:
    """The manager whose team has nearest to OPEN open deals in the first pipeline."""
    found: list[tuple[int, User]] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM sales_pipeline WHERE deleted_at IS NULL ORDER BY position, id LIMIT 1")
        pipeline = cursor.fetchone()[0]
        for user in User.objects.filter(role__key="manager", is_active=True, team__isnull=False):
            cursor.execute(
                "SELECT count(*) FROM sales_deal WHERE pipeline_id = %s AND status = 'open' AND owner_id = ANY(%s)",
                [pipeline, viewer_for(user).team_ids],
            )
            found.append((abs(cursor.fetchone()[0] - OPEN), user))
    return min(found, key=lambda one: one[0])[1]


def _fill(owners: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM sales_pipeline WHERE deleted_at IS NULL ORDER BY position, id LIMIT 1")
        pipeline = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM sales_deal WHERE pipeline_id = %s AND status = 'open' AND owner_id = ANY(%s)",
            [pipeline, owners],
        )
        lacking = max(0, OPEN - cursor.fetchone()[0])
        cursor.execute(
            "SELECT count(*) FROM sales_stage WHERE pipeline_id = %s AND kind = 'open' AND deleted_at IS NULL",
            [pipeline],
        )
        values = {"pipeline": pipeline, "stages": cursor.fetchone()[0], "lacking": lacking, "owners": owners}
        cursor.execute(_DEALS, {**values, "count": len(owners)})
        cursor.execute(_TASKS, {})
        cursor.execute("ANALYZE sales_deal, work_task, records_touch")
