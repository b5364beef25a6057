"""Which single rows a live stream may tell somebody of: those that the gate lets them look at."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from django.db import connection

from rapport.platform.access.gate import Rule, scope
from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.models import ImportRun

Rows = Mapping[int, Collection[Viewer]]
# Rules asked of a row in one statement; each is a column of its answer.
MOST_RULES = 200


def rows_in_sight(name: str, rows: Rows) -> set[tuple[int, int]] | None:
    """Of the viewers who ask about each row those who may look at it; None for what is no entity.

    Viewers with the same reach share one rule, and all rules one statement. A row in the bin counts as it did before.
    """
    record = registry.find(name)
    if record is None:
        return None
    reach: dict[Rule, set[int]] = {}
    for viewer in {viewer.id: viewer for viewers in rows.values() for viewer in viewers}.values():
        reach.setdefault(record.rule(viewer, "view", "t"), set()).add(viewer.id)
    asks = {row: {viewer.id for viewer in viewers} for row, viewers in rows.items()}
    found: set[tuple[int, int]] = set()
    open_or_not = [rule for rule in reach if not rule.is_shut]
    for rules in _pieces(open_or_not):
        columns = ", ".join(f"({rule.sql}) IS TRUE" for rule in rules)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t.id, {columns} FROM {record.table} t WHERE t.id = ANY(%s)",  # noqa: S608 from the declaration
                [*(p for rule in rules for p in rule.params), list(rows)],
            )
            for row, *seen in cursor.fetchall():
                for rule, sees in zip(rules, seen, strict=True):
                    found |= {(row, user) for user in reach[rule] & asks[row]} if sees else set()
    return found


def imports_in_sight(name: str, rows: Rows) -> set[tuple[int, int]] | None:
    """The same for imports: one's own, and everybody's for who may look at all; None for any other name."""
    if name != "imports":
        return None
    whose = dict(ImportRun.objects.filter(pk__in=list(rows)).values_list("pk", "created_by_id"))
    return {
        (row, viewer.id)
        for row, viewers in rows.items()
        for viewer in viewers
        if row in whose and (whose[row] == viewer.id or scope(viewer, "imports", "view") == "all")
    }


def _pieces(rules: Sequence[Rule]) -> Iterator[Sequence[Rule]]:
    for place in range(0, len(rules), MOST_RULES):
        yield rules[place : place + MOST_RULES]
