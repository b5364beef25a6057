"""Sums of deals by stage, filtered by their organisation's country."""

import json
from urllib.parse import urlencode

from django.db import connection
from django.test import Client

from rapport.config.bench.figures import p50, show, timed
from rapport.config.bench.floors import bare_reads
from rapport.config.bench.reads import manager
from rapport.platform.identity.tokens import make_token

QUESTION = {
    "group": "stage",
    "calc": "amount:sum,amount:avg",
    "filter": json.dumps({"all": [{"field": "organisation.country", "op": "any_of", "value": ["DE", "FR", "GB"]}]}),
}


def measure_groups(times: int) -> None:
    """Prints groupby, and how many deals there are."""
    api = Client(headers={"authorization": f"Bearer {make_token(manager(), name='bench groups')}"})
    address = f"/api/v1/deals/totals?{urlencode(QUESTION)}"
    answer = api.get(address)
    if answer.status_code != 200 or not answer.json()["groups"]:
        raise RuntimeError(f"The deals cannot be grouped: {answer.content[:300]!r}")

    def ask() -> None:
        api.get(address)

    bare = p50(timed(bare_reads(ask), times=max(times // 5, 5)))
    show("groupby", p50(timed(ask, times=max(times // 5, 5))), "ms", bare)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sales_deal WHERE deleted_at IS NULL")
        show("groupby.deals", cursor.fetchone()[0], "rows")
