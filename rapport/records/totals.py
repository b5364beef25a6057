"""Figures of a list: count, sums and the like of its columns, for all that matches and for each group, in one query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from rapport.platform.access.gate import Rule
from rapport.platform.identity.viewer import Viewer
from rapport.platform.replica.reading import reading
from rapport.records.errors import Invalid, InvalidFields
from rapport.records.fields import Field, Money
from rapport.records.grouping import Grouping
from rapport.records.read import Query, Reader
from rapport.records.record import Record

MOST_GROUPS = 200
MOST_FIGURES = 12
AMOUNTS = ("sum", "avg", "min", "max")
COUNTS = ("filled", "empty")
_in_base: list[Callable[[str, str], str]] = []


def rates_by(made: Callable[[str, str], str]) -> None:
    """A higher room says how SQL turns (amount, currency) into the base currency; NULL is an amount without a rate."""
    _in_base[:] = [made]


@dataclass(frozen=True)
class Calculation:
    """What is worked out of a column: "amount", "sum"."""

    name: str
    how: str

    @property
    def key(self) -> str:
        return f"{self.name}:{self.how}"


@dataclass
class Figure:
    """A result: a number, a day, or None when there was nothing. Money is in the base currency, without the
    `without_rate` amounts that have no rate.
    """

    value: Any
    without_rate: int = 0


@dataclass
class Group:
    """The records of one group; `key` is "" for those without a value."""

    key: str
    label: str
    count: int
    figures: dict[str, Figure] = field(default_factory=dict)


@dataclass
class Totals:
    """The figures of all that matches, and of the groups; `more` when only the largest groups are here."""

    count: int
    figures: dict[str, Figure]
    groups: list[Group] = field(default_factory=list)
    more: bool = False


def kinds_of(one: Field) -> tuple[str, ...]:
    """What can be worked out of a column, the usual first."""
    if one.kind in ("number", "money"):
        return (*AMOUNTS, *COUNTS)
    if one.kind in ("date", "datetime"):
        return ("min", "max", *COUNTS)
    return COUNTS if one.filterable else ()


def calculations_of(reader: Reader, source: str) -> list[Calculation]:
    """Reads "amount:sum,closes_on:min". Raises InvalidFields naming the column."""
    made = []
    for part in source.replace(" ", "").split(",")[:MOST_FIGURES]:
        if not part:
            continue
        name, _colon, how = part.rpartition(":")
        one, _alias = reader.path(name or how)
        if how not in kinds_of(one):
            raise InvalidFields({name or how: _("“%(how)s” cannot be worked out of this field.") % {"how": how}})
        made.append(Calculation(name, how))
    return list(dict.fromkeys(made))


def totals(
    record: Record, viewer: Viewer, query: Query, calculations: str = "", group: str = "", *, backwards: bool = False
) -> Totals:
    """Works out the figures of what the query matches, within the viewer's reach. Raises InvalidFields.

    `group` is a field, of dates with a grain: "stage", "closes_on:quarter". Groups stand in the order of the field.
    """
    reader = Reader(record, viewer)
    wanted = calculations_of(reader, calculations)
    grouping = Grouping.of(reader, group) if group else None
    key = grouping.key() if grouping else Rule("NULL::text")
    parts = [(one, *_sources(reader, one.name)) for one in wanted]
    rule = reader.within(query)
    inner = [f"{key.sql} AS k"]
    outer = ["count(*)"]
    for no, (one, amount, lacking, empty) in enumerate(parts):
        if one.how in COUNTS:
            inner.append(f"({empty}) AS e{no}")
            outer.append(f"count(*) FILTER (WHERE {'NOT ' if one.how == 'filled' else ''}e{no})")
            outer.append("0")
        else:
            inner += [f"{amount} AS a{no}", f"({lacking}) AS l{no}"]
            outer += [f"{one.how}(a{no})", f"count(*) FILTER (WHERE l{no})"]
    sets = "GROUP BY GROUPING SETS ((k), ())" if grouping else ""
    head = "grouping(k), k" if grouping else "1, NULL"
    sql = (
        f"SELECT {head}, {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {record.table} t "  # noqa: S608
        f"{' '.join(reader.built.joins.values())} WHERE {rule.sql}) m {sets} ORDER BY 1 DESC, 3 DESC LIMIT {MOST_GROUPS + 2}"
    )
    with reading().cursor() as cursor:
        cursor.execute(sql, [*key.params, *reader.built.join_params, *rule.params])
        rows = cursor.fetchall()
    # The sum of no rows at all is there too, so the first row is always the whole.
    whole: Sequence[Any] = rows[0] if rows else (1, None, 0, *([None, 0] * len(wanted)))
    made = Totals(whole[2], _figures(wanted, whole), more=len(rows) > MOST_GROUPS + 1)
    if grouping:
        found = [row for row in rows[1:] if not row[0]][:MOST_GROUPS]
        labels = grouping.labels([row[1] for row in found], backwards=backwards)
        by_key = {grouping.text_of(row[1]): row for row in found}
        made.groups = [Group(k, label, by_key[k][2], _figures(wanted, by_key[k])) for k, label in labels.items()]
    return made


def _figures(wanted: Sequence[Calculation], row: Sequence[Any]) -> dict[str, Figure]:
    found = {}
    for no, one in enumerate(wanted):
        value = row[3 + 2 * no]
        if one.how == "avg" and isinstance(value, Decimal):
            value = round(value, 2)
        found[one.key] = Figure(value, row[4 + 2 * no])
    return found


def _sources(reader: Reader, name: str) -> tuple[str, str, str]:
    """SQL of a column's amount, of whether it has one that cannot be counted, and of whether it is empty."""
    one, alias = reader.path(name)
    column = f'{alias}."{one.column}"'
    try:
        empty = one.where(alias, "is_empty", None, reader.context).sql
    except Invalid:
        empty = f"{column} IS NULL"
    if not isinstance(one, Money):
        return column, "FALSE", empty
    if one.base:
        amount = f'{alias}."{one.base}"'
    elif _in_base:
        amount = _in_base[0](column, f'{alias}."{one.currency_column}"')
    else:
        amount = column
    return amount, f"{column} IS NOT NULL AND {amount} IS NULL", f"{column} IS NULL"


def plain(value: Any) -> Any:
    """A figure's value for JSON: exact numbers and days as texts."""
    if isinstance(value, Decimal | date):
        return value.isoformat() if isinstance(value, date) else format(value, "f")
    return value
