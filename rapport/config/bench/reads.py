"""Lists, records and search, as a manager with the scope "team and below"."""

from itertools import cycle

import orjson
from django.db import connection
from django.test import Client

from rapport.config.bench.figures import p50, p95, show, timed
from rapport.platform.identity.models import User
from rapport.platform.identity.tokens import make_token
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry
from rapport.records.api.answers import to_json
from rapport.records.read import Query, Reader

LIST = "/api/v1/people?limit=50&sort=name&fields=name,emails,phones,organisation,job_title,country,tier,owner"
FILTER = '{"field":"country","op":"is","value":"DE"}'


def manager() -> User:
    """The manager with the most people in their team and below."""
    found = User.objects.filter(role__key="manager", is_active=True, team__isnull=False)
    return max(found, key=lambda user: len(viewer_for(user).team_ids))


def measure_reads(times: int) -> None:
    """Prints list.api, list.html, record.html and search."""
    user = manager()
    api = Client(headers={"authorization": f"Bearer {make_token(user, name='bench')}"})
    page = Client()
    page.force_login(user)
    _lists(user, api, page, times)
    _records(page, times)
    _search(api, times)


def _lists(user: User, api: Client, page: Client, times: int) -> None:
    record = registry.get("people")
    names = ["name", "emails", "phones", "organisation", "job_title", "country", "tier", "owner"]
    statements: list[tuple[str, list]] = []

    def spy(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(spy):
        items = Reader(record, viewer_for(user)).slice(Query(columns=names, sort="name", filter=FILTER)).items
    sql, params = statements[-1]

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()
        to_json(items)

    bare = p50(timed(floor, times=times))
    address = f"{LIST}&filter={FILTER}"
    show("list.api", p50(timed(lambda: api.get(address), times=times)), "ms", bare)
    cursor = ""
    for _ in range(200):
        answer = orjson.loads(api.get(f"{address}&after={cursor}" if cursor else address).content)
        if not answer["next"]:
            break
        cursor = answer["next"]
    show("list.api.deep", p50(timed(lambda: api.get(f"{address}&after={cursor}"), times=times)), "ms", bare)
    show("list.html", p50(timed(lambda: page.get("/people"), times=times)), "ms", bare)


def _records(page: Client, times: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT target_row FROM records_touch WHERE target = 'people' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"""
        )
        busiest = cursor.fetchone()[0]
    sql = "SELECT * FROM records_touch WHERE target = 'people' AND target_row = %s ORDER BY at DESC LIMIT 30"

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, [busiest])
            cursor.fetchall()

    pk = busiest
    show(
        "record.html", p50(timed(lambda: page.get(f"/people/{pk}"), times=times)), "ms", p50(timed(floor, times=times))
    )


def _search(api: Client, times: int) -> None:
    words = cycle(["schmi", "anna", "meyer", "gmbh", "4930", "garcia", "info@", "berlin", "lopez", "martin"])
    show("search", p95(timed(lambda: api.get(f"/api/v1/search?q={next(words)}"), times=max(times, 20))), "ms")
