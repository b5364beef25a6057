"""Reading a board: one query for the totals of all columns, one for the cards of all columns, both through the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Rule
from rapport.platform.identity.viewer import Viewer
from rapport.platform.replica.reading import reading
from rapport.platform.ui.templatetags.ui import in_text
from rapport.records.boards import planned
from rapport.records.boards.declare import Board, Column
from rapport.records.errors import InvalidFields
from rapport.records.fields import Choice, Field, Link, Money
from rapport.records.read import Query, Reader
from rapport.records.record import Record

FIRST, MOST = 15, 400
# With more cards than this they stand in the list's order: to rank them all by urgency would keep people waiting.
RANKED = 30_000
# For more than this it is quicker to look at all that anybody plans than to look for the plans of each.
MANY = 5_000


@dataclass
class Asked:
    """What is asked of a board: the field of its columns, its parent's id, and what the list is asked too.

    `ended` shows what is not alive any more as well.
    """

    by: str
    within: int | None = None
    filter: Any = None
    q: str = ""
    sort: str = ""
    ended: bool = False


@dataclass
class Totals:
    """Figures of one column. `total` and `weighted` are in the base currency; `unknown` have an amount without a rate."""

    count: int = 0
    total: Decimal = Decimal(0)
    weighted: Decimal = Decimal(0)
    unknown: int = 0


@dataclass
class Card:
    """One card: the record's values, how urgent it is and by which day, and for how many days nobody touched it."""

    id: int
    key: str
    version: int
    values: dict[str, Any]
    urgency: str
    day: Any = None
    rotting: int | None = None
    editable: bool = False


class BoardReader:
    """Reads the board of one entity for one viewer."""

    def __init__(self, record: Record, viewer: Viewer, asked: Asked) -> None:
        assert record.board is not None
        self.record, self.viewer, self.asked = record, viewer, asked
        self.board: Board = record.board
        self.field = grouping(record, asked.by, viewer)
        self.now = timezone.now()
        self.today = planned.today_of(viewer, self.now)
        self.count = 0

    @property
    def names(self) -> list[str]:
        """The fields that a card needs, the title first; the field of the columns says itself."""
        owner = ["owner"] if self.record.has_owner else []
        stand_in = [self.record.stand_in] if self.record.stand_in else []
        return list(dict.fromkeys([self.record.title, *stand_in, *self.board.card_names, *owner]))

    def _within(self, reader: Reader) -> Rule:
        """Which records are on the board."""
        rules = [reader.within(Query(filter=self.asked.filter, q=self.asked.q))]
        if self.board.alive and not self.asked.ended:
            rules.append(reader.condition(self.board.alive))
        parent = getattr(self.field, "within", "")
        if parent and self.asked.within:
            rules.append(Rule(f't."{self.record.field(parent).column}" = %s', (self.asked.within,)))
        return Rule(" AND ".join(r.sql for r in rules), tuple(p for r in rules for p in r.params))

    # --- columns ---------------------------------------------------------------------------------------------------

    def columns(self, totals: dict[str, Totals]) -> list[Column]:
        """The columns in order: those of the field, and what else records stand in, so that none is out of sight."""
        made = self.field.columns(self.viewer, self.asked.within)
        if self.field.kind == "user":
            # Of people only those who have a card, and oneself.
            made = [one for one in made if one.key in totals or one.key == str(self.viewer.id)]
        known = {one.key for one in made}
        strays = [key for key in totals if key not in known]
        if "" in strays:
            empty = _("Without %(field)s") % {"field": in_text(self.field.label)}
            made.insert(0, Column("", empty, open=not self.field.required))
        return [*made, *self._gone([key for key in strays if key])]

    def _gone(self, keys: list[str]) -> list[Column]:
        """Columns for values that can no longer be chosen, such as a stage in the bin."""
        names: dict[str, str] = {}
        if keys and isinstance(self.field, Link):
            rule = self.field.target.rule(self.viewer, "view", "t")
            with reading().cursor() as cursor:
                cursor.execute(
                    f"SELECT t.id::text, t.{self.field.target.title_column} FROM {self.field.target.table} t "  # noqa: S608
                    f"WHERE t.id = ANY(%s) AND {rule.sql}",
                    [[int(key) for key in keys], *rule.params],
                )
                names = dict(cursor.fetchall())
        return [Column(key, names.get(key) or _("(no longer in use)"), open=False) for key in keys]

    # --- totals ----------------------------------------------------------------------------------------------------

    def totals(self) -> dict[str, Totals]:
        """The figures of each column that has cards, by its key."""
        reader = Reader(self.record, self.viewer)
        amount, unknown = self._amount()
        rule = self._within(reader)
        outer = Reader(self.record, self.viewer)
        kept, weight = "", "NULL"
        if self.board.weight:
            # Cards of one weight are added up first, so that only their sums are weighed.
            one, alias = outer.path(self.board.weight)
            kept, weight = f', t."{one.column}"', one.weight(alias) or "NULL"
        with reading().cursor() as cursor:
            cursor.execute(
                f"""SELECT t.key, sum(t.cards)::bigint, sum(t.total), sum(t.total * {weight} / 100), sum(t.unknown)::bigint
                    FROM (SELECT t."{self.field.column}" AS key{kept}, count(*) AS cards, sum({amount}) AS total,
                                 count(*) FILTER (WHERE {unknown}) AS unknown
                          FROM {self.record.table} t {" ".join(reader.built.joins.values())} WHERE {rule.sql} GROUP BY 1{kept}) t
                    {" ".join(outer.built.joins.values())} GROUP BY 1""",  # noqa: S608
                [*reader.built.join_params, *rule.params, *outer.built.join_params],
            )
            rows = cursor.fetchall()
        self.count = sum(row[1] for row in rows)
        return {
            "" if row[0] is None else str(row[0]): Totals(row[1], row[2] or Decimal(0), row[3] or Decimal(0), row[4])
            for row in rows
        }

    def _amount(self) -> tuple[str, str]:
        """SQL of what is summed, and of whether a record has an amount that cannot be."""
        if not self.board.total:
            return "NULL::numeric", "FALSE"
        one = self.record.field(self.board.total, self.viewer)
        if isinstance(one, Money) and one.base:
            return f't."{one.base}"', f't."{one.column}" IS NOT NULL AND t."{one.base}" IS NULL'
        return f't."{one.column}"', "FALSE"

    # --- cards -----------------------------------------------------------------------------------------------------

    def by_urgency(self, totals: dict[str, Totals]) -> bool:
        """Whether cards are ranked by urgency: when nobody asked for another order, and there are not too many."""
        return not self.asked.sort and sum(one.count for one in totals.values()) <= RANKED

    def cards(
        self, columns: Sequence[Column], *, ranked: bool, depth: dict[str, int] | None = None, after: int = 0
    ) -> list[Card]:
        """The first cards of each column in their order: `depth` of them, by key, else FIRST; `after` as many."""
        if not columns:
            return []
        shown = Reader(self.record, self.viewer)
        chosen = {name: shown.path(name) for name in self.names}
        parts = [sql for one, alias in chosen.values() for sql in one.select_for(alias, self.viewer)]
        picked = (self._ranked if ranked else self._picked)(columns, depth or {}, after)
        withs, day, joined = [("picked", picked)], Rule("p.day"), ""
        if not ranked:
            # Only plans for what is shown count.
            plans = planned.planned_sql(self.record, self.viewer, "SELECT id FROM picked")
            day = planned.own_day(self.record, self.viewer) or Rule("n.day")
            withs, joined = [*withs, ("planned", plans)], "LEFT JOIN planned n ON n.id = t.id"
        since = getattr(self.field, "since", "") or "created_at"
        edit = self.record.rule(self.viewer, "edit", "t")
        sql = f"""
            WITH {", ".join(f"{name} AS MATERIALIZED ({rule.sql})" for name, rule in withs)}
            SELECT t.id, t.version{"".join(f", {p}" for p in parts)}, p.key, {day.sql} = 'infinity',
                   nullif({day.sql}, 'infinity'), greatest(t."{since}", touched.at), {edit.sql}
            FROM picked p JOIN {self.record.table} t ON t.id = p.id {joined}
            LEFT JOIN LATERAL (
                SELECT max(w.at) AS at FROM records_touch w
                WHERE w.target = '{self.record.entity}' AND w.target_row = t.id AND w.at <= now()
            ) touched ON true
            {" ".join(shown.built.joins.values())} ORDER BY p.column_no, p.place"""  # noqa: S608
        params = [p for _name, rule in withs for p in rule.params]
        with reading().cursor() as cursor:
            cursor.execute(sql, [*params, *day.params, *day.params, *edit.params, *shown.built.join_params])
            rows = cursor.fetchall()
        limits = {one.key: one.rots_after for one in columns}
        items = shown.items(rows, chosen)
        return [self._card(row, item, limits) for row, item in zip(rows, items, strict=True)]

    def _ranked(self, columns: Sequence[Column], depth: dict[str, int], after: int) -> Rule:
        """The same as _picked with the day of the soonest plan, the most urgent first: every card is looked at, whatever
        its column.
        """
        reader = Reader(self.record, self.viewer)
        keys = self._keys(reader)
        sorts = "".join(f", {one.order(alias)} AS o{no}" for no, (one, alias, _down) in enumerate(keys))
        order = [f"o{no} {'DESC NULLS LAST' if down else 'ASC'}" for no, (_one, _alias, down) in enumerate(keys)]
        rule = self._within(reader)
        # Numbers are quicker to sort than what they are as text.
        key = f't."{self.field.column}"' if isinstance(self.field, Link) else f"coalesce(t.\"{self.field.column}\", '')"
        own = planned.own_day(self.record, self.viewer)
        here = f"""SELECT t.id, {key} AS key {f", {own.sql} AS own" if own else ""} {sorts}
                   FROM {self.record.table} t {" ".join(reader.built.joins.values())} WHERE {rule.sql}"""  # noqa: S608
        params = (*(own.params if own else ()), *reader.built.join_params, *rule.params)
        soonest = Rule("here h")
        if own is None:
            plans = planned.planned_sql(self.record, self.viewer, "SELECT id FROM here", many=self.count > MANY)
            soonest = Rule(f"here h LEFT JOIN ({plans.sql}) n ON n.id = h.id", plans.params)
        day = "h.own" if own else "n.day"
        urgent = planned.rank(day, self.today)
        last = "h.id DESC" if keys and keys[-1][2] else "h.id"
        mosts = [self._most(one.key, depth) for one in columns]
        return Rule(
            f"""WITH here AS ({here})
                SELECT c.column_no, c.key, x.place - {int(after)} AS place, x.id, x.day FROM (
                    SELECT h.id, h.key, {day} AS day, row_number() OVER (
                        PARTITION BY h.key ORDER BY {", ".join([urgent.sql, day, *order, last])}) AS place
                    FROM {soonest.sql}) x
                JOIN unnest(%s::int[], %s::text[], %s::int[]) c(column_no, key, most) ON c.key = coalesce(x.key::text, '')
                WHERE x.place > {int(after)} AND x.place <= {int(after) + max(mosts)} AND x.place <= {int(after)} + c.most""",  # noqa: S608
            (*params, *urgent.params, *soonest.params, list(range(len(columns))), [one.key for one in columns], mosts),
        )

    @staticmethod
    def _most(key: str, depth: dict[str, int]) -> int:
        return min(MOST, max(FIRST, depth.get(key, FIRST)))

    def _picked(self, columns: Sequence[Column], depth: dict[str, int], after: int) -> Rule:
        """SELECT (column_no, key, place, id): which cards stand where, before anything is joined that only shows."""
        reader = Reader(self.record, self.viewer)
        sorts = self._keys(reader)
        parts = [f"{one.order(alias)} {'DESC NULLS LAST' if down else 'ASC'}" for one, alias, down in sorts]
        order = ", ".join([*parts, "t.id DESC" if sorts and sorts[-1][2] else "t.id"])
        rule = self._within(reader)
        is_link = isinstance(self.field, Link)
        column = f't."{self.field.column}"'
        filled = [(no, one) for no, one in enumerate(columns) if one.key or not is_link]
        branches, params = [], []
        for keys, here in (
            (filled, f"{column} = c.key{'::bigint' if is_link else ''}"),
            ([(no, one) for no, one in enumerate(columns) if is_link and not one.key], f"{column} IS NULL"),
        ):
            if not keys:
                continue
            branches.append(f"""
                SELECT c.column_no, c.key, x.place, x.id
                FROM unnest(%s::int[], %s::text[], %s::int[]) c(column_no, key, most) CROSS JOIN LATERAL (
                    SELECT y.id, row_number() OVER () AS place FROM (
                        SELECT t.id FROM {self.record.table} t {" ".join(reader.built.joins.values())}
                        WHERE {rule.sql} AND {here} ORDER BY {order} LIMIT c.most OFFSET {int(after)}) y) x""")  # noqa: S608
            mosts = [self._most(one.key, depth) for _no, one in keys]
            params += [[no for no, _one in keys], [one.key for _no, one in keys], mosts]
            params += [*reader.built.join_params, *rule.params]
        return Rule(" UNION ALL ".join(branches), tuple(params))

    def _keys(self, reader: Reader) -> list[tuple[Field, str, bool]]:
        """What the cards are sorted by, as (field, alias, descending)."""
        return reader.sorting(self.asked.sort or self.board.sort or self.record.lists.sort)

    def _card(self, row: Sequence[Any], item: dict[str, Any], limits: dict[str, int | None]) -> Card:
        key, is_some_day, day, touched, editable = row[-5:]
        urgency = planned.urgency(day, planned=bool(is_some_day or day), today=self.today)
        rotting = rotting_days(touched, limits.get(key), urgency=urgency, now=self.now)
        return Card(item["id"], key, item["version"], item, urgency, day, rotting, editable)


def rotting_days(touched: datetime | None, limit: int | None, *, urgency: str, now: datetime) -> int | None:
    """For how many whole days nobody touched a record that may rest for `limit`, or None if it is not rotting.

    What has a task or a meeting today or later is alive, however long ago the last touch was.
    """
    if touched is None or limit is None or urgency in (planned.TODAY, planned.LATER):
        return None
    days = (now - touched).days
    return days if days >= limit else None


def grouping(record: Record, name: str, viewer: Viewer) -> Field:
    """The field of a board's columns. Raises InvalidFields for one that makes none."""
    one = record.fields_for(viewer).get(name)
    if one is None or not isinstance(one, Choice | Link) or record.board is None or name not in record.board.choices:
        raise InvalidFields({"group": _("A board cannot have columns by “%(field)s”.") % {"field": name}})
    return one
