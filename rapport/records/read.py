"""Reading records: one compiled SELECT for a list, with only the joins that its columns need.

Every read goes through the gate, also each joined record: what the viewer may not see has no name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from rapport.kit import condition as conditions
from rapport.kit import cursor as cursors
from rapport.kit.phones import search_digits
from rapport.kit.problem import Problem
from rapport.platform.access.gate import Rule
from rapport.platform.identity.viewer import Viewer
from rapport.platform.prepared import prepared
from rapport.platform.replica.reading import reading
from rapport.records.ahead import ahead
from rapport.records.errors import Invalid, InvalidFields, NotFound
from rapport.records.fields import Field, Link
from rapport.records.record import Record

MOST_ROWS = 200
COUNT_CAP = 10_000
# A list that nothing narrows is not counted to the cap if the planner takes it for this many times as long.
SURELY = 5
# Where the values of one field stand in a row.
Place = slice


@cache
def cursor_key() -> bytes:
    """What makes cursors this installation's own: nobody else can make one that the database would stumble over."""
    return hashlib.sha256(b"cursor" + settings.SECRET_KEY.encode()).digest()


@dataclass
class Slice:
    """One page of a list. `next` is the cursor of the page after it, or None at the end."""

    items: list[dict[str, Any]]
    next: str | None
    count: int | None = None


@dataclass
class Query:
    """What is asked of a list. `filter` is condition JSON, `sort` is names with "-" for descending."""

    columns: Sequence[str] = ()
    filter: Any = None
    q: str = ""
    sort: str = ""
    after: str = ""
    limit: int = 50
    binned: bool = False
    ids: Sequence[int] = ()
    # One group of a grouped list: ("closes_on:month", "2026-11-01"); the key is "" for rows without a value.
    group: tuple[str, str] | None = None


def _may_lack(one: Field, alias: str) -> bool:
    """Whether rows may have no value to sort by: the column is empty, or the linked record is none or out of reach."""
    return one.nullable or alias != "t"


def _places(chosen: dict[str, tuple[Field, str]]) -> dict[str, Place]:
    """Where the values of each of the fields stand in a row that begins with id and version."""
    ends = accumulate((len(one.select(alias)) for one, alias in chosen.values()), initial=2)
    return {name: Place(*place) for name, place in zip(chosen, pairwise(ends), strict=True)}


@dataclass
class _Built:
    """A SELECT under construction."""

    joins: dict[str, str] = field(default_factory=dict)
    join_params: list[Any] = field(default_factory=list)


class Reader:
    """Reads the records of one entity for one viewer."""

    def __init__(self, record: Record, viewer: Viewer, action: str = "view") -> None:
        self.record, self.viewer, self.action = record, viewer, action
        self.context = record.context(viewer)
        self.built = _Built()

    # --- paths -----------------------------------------------------------------------------------------------------

    def path(self, name: str) -> tuple[Field, str]:
        """Resolves "amount" or "organisation.name" to a field and the alias of its table. Raises InvalidFields."""
        first, _dot, rest = name.partition(".")
        one = self.record.fields_for(self.viewer).get(first)
        if one is None or (rest and not isinstance(one, Link)):
            raise InvalidFields({name: _("There is no such field.")})
        if not rest:
            if isinstance(one, Link):
                self.join(one)
            return one, "t"
        assert isinstance(one, Link)
        far = one.target.fields_for(self.viewer).get(rest)
        if far is None:
            raise InvalidFields({name: _("There is no such field.")})
        alias = self.join(one)
        if isinstance(far, Link):
            self.join(far, alias)
        return far, alias

    def join(self, link: Link, near: str = "t") -> str:
        """Joins the link's target, within the viewer's reach, and returns its alias."""
        alias = link.join_alias(near)
        if alias not in self.built.joins:
            rule = link.target.rule(self.viewer, "view", alias)
            self.built.joins[alias] = (
                f'LEFT JOIN {link.target.table} {alias} ON {alias}.id = {near}."{link.column}" AND {rule.sql}'
            )
            self.built.join_params += rule.params
        return alias

    # --- conditions ------------------------------------------------------------------------------------------------

    def condition(self, source: Any) -> Rule:
        """Compiles condition JSON. Raises InvalidFields naming the field or the place in the tree."""
        try:
            return self._node(conditions.parse(source))
        except conditions.ConditionError as problem:
            said = Invalid.of(problem).message
            raise InvalidFields({"filter": f"{problem.path}: {said}" if problem.path else said}) from None

    def _node(self, node: Any) -> Rule:
        if isinstance(node, conditions.Leaf):
            return self.leaf(node)
        if isinstance(node, conditions.Not):
            inner = self._node(node.child)
            return Rule(f"NOT coalesce(({inner.sql}), false)", inner.params)
        rules = [self._node(part) for part in node.children]
        if not rules:
            return Rule("TRUE" if isinstance(node, conditions.All) else "FALSE")
        word = " AND " if isinstance(node, conditions.All) else " OR "
        return Rule("(" + word.join(f"({r.sql})" for r in rules) + ")", tuple(p for r in rules for p in r.params))

    def leaf(self, leaf: conditions.Leaf) -> Rule:
        """Compiles one comparison. Raises InvalidFields naming the field."""
        one, alias = self.path(leaf.field)
        if not one.filterable:
            raise InvalidFields({leaf.field: _("This field cannot be filtered.")})
        value = list(leaf.value) if isinstance(leaf.value, tuple) else leaf.value
        try:
            return one.where(alias, leaf.op, value, self.context)
        except Invalid as problem:
            raise InvalidFields({leaf.field: problem.message}) from None

    def matching(self, q: str) -> Rule:
        """Compiles the search box: every word somewhere in the record; digits also as part of a phone number."""
        words = q.replace("\x00", "").split()[:8]
        if not words:
            return Rule("TRUE")
        text = "t.search_text" if self.record.has_search else f"rapport_fold(t.{self.record.title_column})"
        digits = search_digits(q)
        if self.record.has_search and len(digits) >= 4 and not any(c.isalpha() for c in q):
            return Rule("t.search_text LIKE %s", (f"%{digits}%",))
        escaped = [w.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for w in words]
        return Rule(" AND ".join(f"{text} LIKE '%%' || rapport_fold(%s) || '%%'" for _w in escaped), tuple(escaped))

    def reach(self) -> Rule:
        """The rows that the viewer may do the action with, and see: a role may take out or change more than it shows."""
        rule = self.record.rule(self.viewer, self.action, "t")
        if self.action == "view" or rule.is_shut:
            return rule
        see = self.record.rule(self.viewer, "view", "t")
        if rule.is_open or see.is_shut:
            return see
        return rule if see.is_open or see == rule else Rule(f"{rule.sql} AND {see.sql}", (*rule.params, *see.params))

    def within(self, query: Query) -> Rule:
        """Everything that decides which rows belong to the list, but not where the page begins."""
        rules = [
            self.reach(),
            Rule("t.deleted_at IS NOT NULL" if query.binned else "t.deleted_at IS NULL"),
        ]
        if query.filter not in (None, "", {}):
            rules.append(self.condition(query.filter))
        if query.q:
            rules.append(self.matching(query.q))
        if query.ids:
            rules.append(Rule("t.id = ANY(%s)", (list(query.ids),)))
        if query.group:
            from rapport.records.grouping import Grouping

            rules.append(Grouping.of(self, query.group[0]).where(query.group[1]))
        return Rule(" AND ".join(r.sql for r in rules), tuple(p for r in rules for p in r.params))

    # --- sorting ---------------------------------------------------------------------------------------------------

    def sorting(self, sort: str) -> list[tuple[Field, str, bool]]:
        """The sort as (field, alias, descending). Raises InvalidFields."""
        found = []
        for part in (sort or self.record.lists.sort).replace(",", " ").split()[:4]:
            one, alias = self.path(part.lstrip("-"))
            if not one.sortable:
                raise InvalidFields({part: _("The list cannot be sorted by this field.")})
            found.append((one, alias, part.startswith("-")))
        return found

    def _seek(self, keys: list[tuple[Field, str, bool]], values: list[Any], *, filled: bool = False) -> Rule:
        """Where the page after the cursor begins. Empty values stand last in both directions.

        `filled` asks only for rows that have the first key.
        """
        *sort_values, last_id = values
        falling = keys[-1][2] if keys else False
        tail = Rule(f"t.id {'<' if falling else '>'} %s", (last_id,))
        for place, ((one, alias, descending), value) in reversed(list(enumerate(zip(keys, sort_values, strict=True)))):
            column = one.order(alias)
            if value is None:
                tail = Rule(f"({column} IS NULL AND {tail.sql})", tail.params)
                continue
            sign = "<" if descending else ">"
            wrapped = f"({column} {sign} %s OR ({column} = %s AND {tail.sql}))"
            guard = f"{column} {sign}= %s AND {wrapped}"
            if _may_lack(one, alias) and not (filled and place == 0):
                guard = f"(({guard}) OR {column} IS NULL)"
            tail = Rule(guard, (value, value, value, *tail.params))
        return tail

    def _parts(self, keys: list[tuple[Field, str, bool]], values: list[Any] | None) -> list[tuple[Rule, bool]]:
        """The list from the cursor on, in parts that follow each other: (which rows, whether the first key is NULL).

        Rows that lack the first key stand last. Asked for at once, no index could give the order; asked for in turn, one
        on (key, id) gives each part from where the page begins, however deep in the list that is.
        """
        if not keys or not _may_lack(*keys[0][:2]):
            return [(self._seek(keys, values) if values is not None else Rule("TRUE"), False)]
        column = keys[0][0].order(keys[0][1])
        lacking = Rule(f"{column} IS NULL")
        if values is None:
            return [(Rule(f"{column} IS NOT NULL"), False), (lacking, True)]
        if values[0] is None:
            return [(self._seek(keys, values), True)]
        return [(self._seek(keys, values, filled=True), False), (lacking, True)]

    def _order(self, keys: list[tuple[Field, str, bool]], *, lacking: bool | None) -> str:
        """ORDER BY. `lacking` says of a part whether its rows lack the first key; None is the whole list."""
        made = []
        for place, (one, alias, descending) in enumerate(keys):
            if place == 0 and lacking:
                continue
            column = one.order(alias)
            # NULLS LAST is only said where there can be some, as an index of the column does not say it.
            some = _may_lack(one, alias) and not (place == 0 and lacking is False)
            made.append(f"{column} {'DESC NULLS LAST' if descending and some else 'DESC' if descending else 'ASC'}")
        return ", ".join([*made, "t.id DESC" if keys and keys[-1][2] else "t.id"])

    # --- running ---------------------------------------------------------------------------------------------------

    def slice(self, query: Query) -> Slice:
        """Reads one page of the list."""
        limit = max(1, min(int(query.limit), MOST_ROWS))
        chosen = {name: self.path(name) for name in query.columns}
        keys = self.sorting(query.sort)
        spec = f"{self.record.entity}:{query.sort or self.record.lists.sort}"
        rule = self.within(query)
        values = None
        if query.after:
            try:
                values = list(cursors.decode(query.after, spec, cursor_key()))
            except Problem as problem:
                raise InvalidFields({"after": Invalid.of(problem).message}) from None
            if len(values) != len(keys) + 1:
                raise InvalidFields({"after": _("The cursor is not one of this list and sort.")})
        parts = [sql for one, alias in chosen.values() for sql in one.select_for(alias, self.viewer)]
        begin = (
            f"SELECT t.id, t.version{''.join(', ' + p for p in parts)}{''.join(', ' + one.order(alias) for one, alias, _d in keys)} "  # noqa: S608
            f"FROM {self.record.table} t {' '.join(self.built.joins.values())} WHERE {rule.sql} AND "
        )
        rows: list[Sequence[Any]] = []
        for part, lacking in self._parts(keys, values):
            if len(rows) > limit:
                break
            order = self._order(keys, lacking=lacking)
            with reading().cursor() as cursor:
                cursor.execute(
                    f"{begin}{part.sql} ORDER BY {order} LIMIT {limit + 1 - len(rows)}",
                    [*self.built.join_params, *rule.params, *part.params],
                )
                rows += cursor.fetchall()
        items = [*map(self._loader(chosen), rows[:limit])]
        self._complete(items, chosen)
        after = None
        if len(rows) > limit:
            last = rows[limit - 1]
            after = cursors.encode([*last[len(last) - len(keys) :], last[0]], spec, cursor_key())
        return Slice(items, after)

    def items(self, rows: Sequence[Sequence[Any]], chosen: dict[str, tuple[Field, str]]) -> list[dict[str, Any]]:
        """The records of rows that begin with id, version and what the chosen fields select."""
        found = [*map(self._loader(chosen), rows)]
        self._complete(found, chosen)
        return found

    @staticmethod
    def _loader(chosen: dict[str, tuple[Field, str]]) -> Callable[[Sequence[Any]], dict[str, Any]]:
        """What makes a record of a row of id, version and what the chosen fields select."""
        plan = [(name, chosen[name][0].load, place) for name, place in _places(chosen).items()]

        def load(row: Sequence[Any]) -> dict[str, Any]:
            item: dict[str, Any] = {"id": row[0], "version": row[1]}
            for name, read, place in plan:
                item[name] = read(row[place])
            return item

        return load

    def _complete(self, items: list[dict[str, Any]], chosen: dict[str, tuple[Field, str]]) -> None:
        for name, (one, _alias) in chosen.items():
            one.complete(items, name, self.viewer)

    def get(self, pk: int, columns: Sequence[str] | None = None, *, binned: bool | None = False) -> dict[str, Any]:
        """Reads one record, by default with all its fields; `binned` None looks in the bin too. Raises NotFound."""
        names = columns if columns is not None else list(self.record.fields_for(self.viewer))
        chosen = {name: self.path(name) for name in names}
        rule = self.reach()
        bin_rule = "TRUE" if binned is None else f"t.deleted_at IS {'NOT ' if binned else ''}NULL"
        parts = [sql for one, alias in chosen.values() for sql in one.select_for(alias, self.viewer)]
        with prepared(reading()) as cursor:
            cursor.execute(
                f"SELECT t.id, t.version{''.join(', ' + p for p in parts)}, t.deleted_at FROM {self.record.table} t "  # noqa: S608
                f"{' '.join(self.built.joins.values())} WHERE t.id = %s AND {bin_rule} AND {rule.sql}",
                [*self.built.join_params, pk if abs(pk) < 2**62 else 0, *rule.params],
            )
            row = cursor.fetchone()
        if row is None:
            raise NotFound
        item = self._loader(chosen)(row)
        self._complete([item], chosen)
        if binned is not False:
            item["deleted_at"] = row[-1]
        return item

    def count(self, query: Query, *, how: str = "capped") -> int:
        """Counts the list: exactly, as the planner's estimate, or up to COUNT_CAP + 1."""
        if how == "capped" and self._surely_long(query):
            return COUNT_CAP + 1
        rule = self.within(query)
        source = f"FROM {self.record.table} t {' '.join(self.built.joins.values())} WHERE {rule.sql}"
        params = [*self.built.join_params, *rule.params]
        with reading().cursor() as cursor:
            if how == "estimate":
                cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT 1 {source}", params)
                return int(cursor.fetchone()[0][0]["Plan"]["Plan Rows"])
            limit = "" if how == "exact" else f" LIMIT {COUNT_CAP + 1}"
            cursor.execute(f"SELECT count(*) FROM (SELECT 1 {source}{limit}) counted", params)  # noqa: S608
            return int(cursor.fetchone()[0])

    def _surely_long(self, query: Query) -> bool:
        """Whether the list has more than COUNT_CAP rows without looking at them.

        Only asked of lists that reach alone narrows, whose length the planner knows from its statistics of owners.
        """
        if query.filter not in (None, "", {}) or query.q or query.ids or query.group or query.binned:
            return False
        return self.count(query, how="estimate") > SURELY * COUNT_CAP

    def stream(self, query: Query, *, batch: int = 2000) -> tuple[dict[str, Place], Iterator[Sequence[Any]]]:
        """The whole list through a server-side cursor, for exports: where each column's values stand in a row, which
        begins with id and version, and the rows. Call inside a transaction.
        """
        chosen = {name: self.path(name) for name in query.columns}
        keys = self.sorting(query.sort)
        rule = self.within(query)
        parts = [sql for one, alias in chosen.values() for sql in one.select_for(alias, self.viewer)]
        sql = (
            f"SELECT t.id, t.version{''.join(', ' + p for p in parts)} FROM {self.record.table} t "  # noqa: S608
            f"{' '.join(self.built.joins.values())} WHERE {rule.sql} ORDER BY {self._order(keys, lacking=None)}"
        )
        params = [*self.built.join_params, *rule.params]

        def rows() -> Iterator[Sequence[Any]]:
            with reading().chunked_cursor() as cursor:
                cursor.execute(sql, params)
                for some in ahead(lambda: cursor.fetchmany(batch), batch):
                    yield from some

        return _places(chosen), rows()
