"""Lists: every row once in every order, filters as an independent evaluation says, nothing told of what is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone

from rapport.kit import condition as conditions
from rapport.kit.matching import Context, evaluate
from rapport.platform.access.gate import OPEN, Rule
from rapport.records import fields as f
from rapport.records.access import OwnedBy
from rapport.records.fields.points import Points
from rapport.records.read import Query, Reader
from rapport.records.testing.base import Base

ROWS, PAGE = 24, 7


class ListsCase(Base):
    """Paging, sorting, filtering and the gate inside joins."""

    def _many(self, rows: int = ROWS) -> None:
        for i in range(rows):
            self.another_of_many(self.vary(i))

    def another_of_many(self, values: dict[str, Any]) -> None:
        from rapport.records import write

        write.create(self.record, values, viewer=self.cast.viewer(self.writer))

    def _slice(self, **query: Any) -> Any:
        return Reader(self.record, self.cast.viewer(self.writer)).slice(Query(**query))

    def _ids(self, **query: Any) -> list[int]:
        return [item["id"] for item in self._slice(limit=200, **query).items]

    # --- paging ----------------------------------------------------------------------------------------------------

    def _sorts(self) -> Iterator[tuple[str, f.Field]]:
        for name, one in self.record.fields_for().items():
            if one.sortable:
                yield name, one
            if isinstance(one, f.Link):
                for far in (one.target.title, "created_at"):
                    if one.target.field(far).sortable:
                        yield f"{name}.{far}", one.target.field(far)

    def _walk(self, sort: str, columns: list[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = ""
        for _page in range(ROWS + 20):
            page = self._slice(columns=columns, sort=sort, after=after, limit=PAGE)
            found += page.items
            if page.next is None:
                return found
            after = page.next
        raise AssertionError(f"{self.entity} by {sort}: the list does not end")

    def test_paging_visits_every_row_once_in_every_order(self):
        self._many()
        everything = sorted(self._ids())
        assert len(everything) >= ROWS
        for name, one in self._sorts():
            for sort in (name, f"-{name}"):
                walked = self._walk(sort, [name])
                ids = [item["id"] for item in walked]
                assert sorted(ids) == everything, (self.entity, sort)
                assert ids == self._ids(sort=sort), (self.entity, sort)
                if isinstance(one, f.Date | f.DateTime | f.Integer | f.Number):
                    values = [item[name] for item in walked]
                    full = [value for value in values if value is not None]
                    assert values[len(full) :] == [None] * (len(values) - len(full)), (self.entity, sort, "empty last")
                    assert full == sorted(full, reverse=sort.startswith("-")), (self.entity, sort)

    def test_paging_by_address_follows_next(self):
        self._many(PAGE + 3)
        ids: list[int] = []
        query: dict[str, Any] = {"limit": PAGE, "sort": f"-updated_at,{self.record.title}", "count": "exact"}
        while True:
            answer = self.call(self.writer, "GET", query=query)
            assert answer.status == 200 and answer.json["count"] > PAGE, answer
            ids += [item["id"] for item in answer.json["items"]]
            if answer.json["next"] is None:
                break
            query["after"] = answer.json["next"]
        assert len(ids) == len(set(ids)) == answer.json["count"]
        other = self.call(self.writer, "GET", query=query | {"sort": "created_at"})
        assert (other.status, other.blamed) == (422, {"after"}), other

    def test_without_the_seek_rows_would_be_missed(self, monkeypatch):
        """The control: paging that only knows the id."""
        self._many()
        everything = sorted(self._ids())
        monkeypatch.setattr(Reader, "_seek", lambda _self, _keys, values, **_: Rule("t.id > %s", (values[-1],)))
        sort = f"-{self.record.title}" if self.record.field(self.record.title).sortable else "-created_at"
        assert sorted(item["id"] for item in self._walk(sort, [])) != everything

    # --- filters ---------------------------------------------------------------------------------------------------

    def test_filters_choose_what_an_independent_evaluation_chooses(self):
        self._many()
        items = self._slice(columns=list(self.record.fields_for()), limit=200).items
        everything = {item["id"] for item in items}
        context = Context(today=timezone.localdate(), me=self.cast.users[self.writer].pk, team=self._team())
        wrong = []
        for name, one in self.record.fields_for().items():
            if isinstance(one, f.About | f.File):
                continue
            values = {item["id"]: plain(one, item[name]) for item in items}
            leaves = [
                {"field": name, "op": op} | ({} if value is None else {"value": value})
                for op, shape in one.operators().items()
                for value in operands(one.kind, shape, list(values.values()))
            ]
            if not leaves:
                continue
            answers = self._all_at_once([*leaves, *({"not": leaf} for leaf in leaves)])
            for i, leaf in enumerate(leaves):
                expected = {pk for pk, actual in values.items() if meets(one, leaf, actual, context)}
                if answers[i] != expected or answers[len(leaves) + i] != everything - expected:
                    wrong.append((leaf, sorted(str(values[pk]) for pk in answers[i] ^ expected)[:3]))
            # Asked as a list is asked, the answer is the same.
            assert set(self._ids(filter=leaves[-1])) == answers[len(leaves) - 1]
        assert not wrong, (self.entity, wrong)

    def _team(self) -> frozenset[int]:
        return frozenset(self.cast.viewer(self.writer).team_ids)

    def _all_at_once(self, asked: list[dict[str, Any]]) -> list[set[int]]:
        """The ids that meet each condition, compiled as a list compiles it, in one query."""
        reader = Reader(self.record, self.cast.viewer(self.writer))
        rules = [reader.condition(one) for one in asked]
        where = reader.within(Query())
        columns = ", ".join(f"coalesce(({rule.sql}), false)" for rule in rules)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t.id, {columns} FROM {self.record.table} t {' '.join(reader.built.joins.values())} "  # noqa: S608
                f"WHERE {where.sql}",
                [*(p for rule in rules for p in rule.params), *reader.built.join_params, *where.params],
            )
            rows = cursor.fetchall()
        return [{row[0] for row in rows if row[i]} for i in range(1, len(asked) + 1)]

    def test_conditions_combine(self):
        self._many(4)
        everything, title = set(self._ids()), self.record.title
        name = next(str(item[title]) for item in self._slice(columns=[title]).items)
        one = {"field": "created_at", "op": "is_filled"}
        two = {"field": "external_id", "op": "is", "value": "R-1"}
        chosen = set(self._ids(filter=two))
        assert len(chosen) == 1 and name
        assert set(self._ids(filter={"all": [one, two]})) == chosen
        assert set(self._ids(filter={"any": [one, two]})) == everything
        assert set(self._ids(filter={"all": []})) == everything
        assert set(self._ids(filter={"any": []})) == set()
        assert set(self._ids(filter={"not": {"any": [two, {"not": one}]}})) == everything - chosen

    # --- the gate inside joins -------------------------------------------------------------------------------------

    def _hidden_links(self) -> Iterator[tuple[str, f.Link, int, int]]:
        """Rows of Ana's that point to records of Cleo's: (field, link, row, linked row)."""
        if not self.is_owned:
            return
        for name, one in self.writable.items():
            if not isinstance(one, f.Link) or not isinstance(one.target.access, OwnedBy):
                continue
            far = self.another(one.to, "cleo")
            yield name, one, self.make("adam", owner=self.cast.ana.pk, **{name: far}), far

    def test_what_a_link_points_to_out_of_reach_has_no_name(self):
        for name, one, pk, far in self._hidden_links():
            title = one.target.title
            secret = self.cast.call("cleo", "GET", f"/{one.to}/{far}").json[title]
            seen = self.call("ana", "GET", f"/{pk}", query={"include": name}).json
            assert seen[name]["name"] is None and seen["included"][name] is None, (self.entity, name)
            dotted = f"{name}.{title}"
            assert self.call("ana", "GET", f"/{pk}", query={"fields": dotted}).json[dotted] is None

            def asked(who: str, op: str, value: Any = None, dotted: str = dotted, pk: int = pk) -> bool:
                leaf = {"field": dotted, "op": op} | ({} if value is None else {"value": value})
                return pk in self._asked(who, filter=orjson.dumps(leaf).decode())

            # An oracle would answer differently for the right guess and for a wrong one.
            for op in ("is", "is_not", "contains", "not_contains", "starts", "ends"):
                assert asked("ana", op, secret) == asked("ana", op, "zzqqxx"), (self.entity, dotted, op)
                assert asked("adam", op, secret) != asked("adam", op, "zzqqxx"), "the guess must tell Adam apart"
            assert asked("ana", "any_of", [secret]) == asked("ana", "any_of", ["zzqqxx"])
            assert asked("ana", "is_empty") and not asked("ana", "is_filled")
            # Sorted, it stands where those without a link stand: last, whatever its name.
            self.make("ana", **{name: self.linked(one.to)})
            for sort in (name, f"-{name}", dotted, f"-{dotted}"):
                answer = self.call("ana", "GET", query={"limit": 200, "sort": sort, "fields": name})
                shown = [bool(row[name] and row[name]["name"]) for row in answer.json["items"]]
                assert shown == sorted(shown, reverse=True) and not shown[-1], (self.entity, sort)
            assert pk not in self._asked("ana", q=secret)

    def _asked(self, who: str, **query: Any) -> list[int]:
        answer = self.call(who, "GET", query={"limit": 200} | query)
        assert answer.status == 200, answer
        return [item["id"] for item in answer.json["items"]]

    def test_without_the_gate_in_the_join_the_name_would_show(self, monkeypatch):
        """The control."""
        found = list(self._hidden_links())
        for name, one, pk, _far in found:
            with monkeypatch.context() as open_gate:
                open_gate.setattr(type(one.target), "rule", lambda *_args: OPEN)
                assert self.call("ana", "GET", f"/{pk}").json[name]["name"], (self.entity, name)


def plain(one: f.Field, value: Any) -> Any:
    """A value of an API item as kit.matching takes it."""
    if value is None:
        return None
    if isinstance(one, f.Link):
        return value["id"]
    if isinstance(one, f.Money):
        return Decimal(value["amount"])
    if isinstance(one, f.Tags):
        return [tag["name"] for tag in value]
    return value


def texts_of(one: Points, points: list[dict[str, Any]]) -> list[str]:
    """What a condition compares: each element of a list of contact points."""
    if isinstance(one, f.Phones):
        return ["".join(c for c in point["number"] if c.isdigit()) for point in points]
    if isinstance(one, f.Addresses):
        return [" ".join(point[part] for part in one.parts if point.get(part) is not None) for point in points]
    return [point[one.main] for point in points]


def meets(one: f.Field, leaf: dict[str, Any], actual: Any, context: Context) -> bool:
    """Whether a value meets a leaf, evaluated in Python. A list of contact points meets it if one element does."""
    if isinstance(one, Points) and leaf["op"] not in ("is_empty", "is_filled"):
        if positive := conditions.OPPOSITES.get(leaf["op"]):
            return not meets(one, leaf | {"op": positive}, actual, context)
        return any(meets(f.Text("x"), _digits(one, leaf), text, context) for text in texts_of(one, actual))
    return evaluate(conditions.parse(leaf), lambda _name: actual, context)


def _digits(one: f.Field, leaf: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(one, f.Phones):
        return leaf
    value = leaf["value"]
    many = value if isinstance(value, list) else [value]
    found = ["".join(c for c in str(v) if c.isdigit()) or v for v in many]
    return leaf | {"value": found if isinstance(value, list) else found[0]}


def operands(kind: str, shape: str, values: list[Any]) -> list[Any]:
    """Values to ask an operator with: some that rows have, some that none has."""
    if shape == conditions.NONE:
        return [None]
    if shape == conditions.PERIOD:
        return ["this_year", "last_30_days", "today", "over_1_days_ago", "in_over_2_weeks", "over_3_months_ago"]
    flat = [v for value in values for v in (value if isinstance(value, list) else [value])]
    known = sorted({_operand(v) for v in flat if v not in (None, "") and not isinstance(v, dict)}, key=str)
    points = [v for v in flat if isinstance(v, dict)]
    if points:
        known = sorted({str(p.get("address") or p.get("number") or p.get("city")) for p in points})
    some: list[Any] = known[:2] + known[-1:]
    if not some:
        return []
    if kind == "text":
        first = str(some[0])
        some = [some[0], some[-1], first.upper(), first[1:-1], "%", "zzqq", ""]
    if kind == "user":
        some = [*some, conditions.ME, conditions.MY_TEAM]
    if shape == conditions.PAIR:
        return [[some[0], some[-1]], [some[-1], some[0]]]
    if shape == conditions.MANY:
        return [[some[0]], some, []]
    return some


def _operand(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
