"""Lists, records and search, as a manager with the scope "team and below"."""

from itertools import cycle

from django.db import connection
from django.test import Client

from rapport.config.bench.figures import p50, p95, show, timed
from rapport.kit.cursor import encode
from rapport.platform.identity.models import User
from rapport.platform.identity.tokens import make_token
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry
from rapport.records.api.answers import to_json
from rapport.records.read import Query, Reader, cursor_key

LIST = "/api/v1/people?limit=50&sort=name&fields=name,emails,phones,organisation,job_title,country,tier,owner"
# Half of a million people live there, so that there is a page 10,000.
FILTER = '{"field":"country","op":"any_of","value":["DE","US","GB","FR"]}'
DEEP = 10_000


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
    after = _cursor(sql, params)
    show("list.api.deep", p50(timed(lambda: api.get(f"{address}&after={after}"), times=times)), "ms", bare)
    show("list.html", p50(timed(lambda: page.get("/people"), times=times)), "ms", bare)


def _cursor(sql: str, params: list) -> str:
    """The cursor of page DEEP of the list that the statement reads, or of the middle of a shorter one."""
    select, _limit, _rows = sql.rpartition(" LIMIT ")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({select}) whole", params)  # noqa: S608 our own statement
        before = min((DEEP - 1) * 50, cursor.fetchone()[0] // 2) - 1
        cursor.execute(f"{select} LIMIT 1 OFFSET {before}", params)
        row = cursor.fetchone()
    return encode([row[-1], row[0]], "people:name", cursor_key())


def _records(page: Client, times: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT target_row FROM records_touch WHERE target = 'people' GROUP BY 1
               ORDER BY abs(count(*) - 200), target_row LIMIT 1"""
        )
        pk = cursor.fetchone()[0]
    sql = "SELECT * FROM records_touch WHERE target = 'people' AND target_row = %s ORDER BY at DESC LIMIT 30"

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, [pk])
            cursor.fetchall()

    show(
        "record.html", p50(timed(lambda: page.get(f"/people/{pk}"), times=times)), "ms", p50(timed(floor, times=times))
    )


def _search(api: Client, times: int) -> None:
    words = cycle(["schmi", "anna", "meyer", "gmbh", "4930", "garcia", "info@", "berlin", "lopez", "martin"])
    show("search", p95(timed(lambda: api.get(f"/api/v1/search?q={next(words)}"), times=max(times, 20))), "ms")
