"""Groups of a list: by the value of a field, of dates by day, week, month, quarter or year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from babel.dates import format_date
from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.platform.access.gate import Rule
from rapport.platform.replica.reading import reading
from rapport.platform.ui.templatetags.ui import locale
from rapport.records.errors import InvalidFields
from rapport.records.fields import Field, Link
from rapport.records.fields.base import row_id
from rapport.records.read import Reader

GRAINS = {
    "day": gettext_lazy("Day"),
    "week": gettext_lazy("Week"),
    "month": gettext_lazy("Month"),
    "quarter": gettext_lazy("Quarter"),
    "year": gettext_lazy("Year"),
}
_STEPS = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}
KINDS = ("choice", "country", "link", "user", "bool", "text", "date", "datetime")


def groupable(one: Field) -> bool:
    """Whether a list can be grouped by the field."""
    return one.kind in KINDS and one.sortable and one.filterable


@dataclass(frozen=True)
class Grouping:
    """A field by which a list is grouped, with the alias of its table and, of dates, the grain."""

    reader: Reader
    one: Field
    alias: str
    grain: str = ""

    @classmethod
    def of(cls, reader: Reader, spec: str) -> Grouping:
        """Reads "stage" or "closes_on:month". Raises InvalidFields."""
        name, _colon, grain = spec.partition(":")
        one, alias = reader.path(name)
        if not groupable(one):
            raise InvalidFields({name: _("The list cannot be grouped by this field.")})
        dated = one.kind in ("date", "datetime")
        if (dated and (grain or "month") not in GRAINS) or (grain and not dated):
            raise InvalidFields({spec: _("One of day, week, month, quarter and year is needed, for dates alone.")})
        return cls(reader, one, alias, (grain or "month") if dated else "")

    @property
    def column(self) -> str:
        return f'{self.alias}."{self.one.column}"'

    def key(self) -> Rule:
        """SQL of what makes the group; NULL is none."""
        if self.grain and self.one.kind == "datetime":
            zone = self.reader.viewer.zone_name
            return Rule(f"date_trunc('{self.grain}', {self.column} AT TIME ZONE %s)::date", (zone,))
        if self.grain:
            return Rule(f"date_trunc('{self.grain}', {self.column})::date")
        if self.one.kind in ("text", "choice", "country"):
            return Rule(f"nullif({self.column}, '')")
        return Rule(self.column)

    def where(self, key: str) -> Rule:
        """Which rows belong to the group of that key. Raises InvalidFields."""
        if key == "":
            return Rule(f"{self.key().sql} IS NULL", self.key().params)
        if self.grain:
            return self._within(key)
        if isinstance(self.one, Link):
            found = row_id(key)
            if found is None:
                raise InvalidFields({self.one.name: _("There is no such group.")})
            return Rule(f"{self.column} = %s", (found,))
        if self.one.kind == "bool":
            return Rule(f"{self.column} = %s", (key == "true",))
        return Rule(f"{self.column} = %s", (key,))

    def _within(self, key: str) -> Rule:
        try:
            first: Any = date.fromisoformat(key)
            last: Any = first + _STEPS[self.grain]
        except (ValueError, OverflowError):
            raise InvalidFields({self.one.name: _("There is no such group.")}) from None
        if self.one.kind == "datetime":
            zone = self.reader.viewer.zone
            first, last = datetime.combine(first, time(), zone), datetime.combine(last, time(), zone)
        return Rule(f"({self.column} >= %s AND {self.column} < %s)", (first, last))

    def text_of(self, value: Any) -> str:
        """The key of a group, as addresses carry it."""
        if value is None:
            return ""
        return str(value).lower() if isinstance(value, bool) else str(value)

    def labels(self, values: Sequence[Any], *, backwards: bool = False) -> dict[str, str]:
        """{key: label} in the order of the field; those without a value stand last."""
        filled = [value for value in values if value is not None]
        if isinstance(self.one, Link):
            made = self._names(filled)
        elif self.grain:
            made = {self.text_of(v): self._period(v) for v in sorted(filled)}
        elif self.one.kind == "bool":
            made = {self.text_of(v): self.one.text(v) for v in sorted(filled, reverse=True)}
        else:
            order = {k: no for no, (k, _label) in enumerate(getattr(self.one, "options", ()))}
            ranked = sorted(filled, key=lambda v: (order.get(v, len(order)), self.one.text(v).casefold()))
            made = {str(v): self.one.text(v) for v in ranked}
        if backwards:
            made = dict(reversed(made.items()))
        if len(filled) < len(values):
            made[""] = _("None")
        return made

    def _names(self, ids: Sequence[int]) -> dict[str, str]:
        assert isinstance(self.one, Link)
        alias, target = self.one.join_alias("t"), self.one.target
        rule = target.rule(self.reader.viewer, "view", alias)
        join, parent, first, params = self._parent(alias)
        with reading().cursor() as cursor:
            cursor.execute(
                f"SELECT {alias}.id, {alias}.{target.title_column}, {parent} FROM {target.table} {alias} {join} "  # noqa: S608
                f"WHERE {alias}.id = ANY(%s) AND {rule.sql} ORDER BY {first}{self.one.order('t')}, {alias}.id",
                [*params, list(ids), *rule.params],
            )
            rows = cursor.fetchall()
        # Stages of several pipelines have the same names, so that each says whose it is.
        several = len({of for _pk, _name, of in rows}) > 1
        made = {}
        for pk, name, of in rows:
            own = name or _("(without a name)")
            made[str(pk)] = _("%(parent)s: %(name)s") % {"parent": of, "name": own} if several and of else own
        return made | {str(pk): _("(not shared with you)") for pk in ids if str(pk) not in made}

    def _parent(self, alias: str) -> tuple[str, str, str, list[Any]]:
        """SQL of what the link's targets stand within, such as a stage's pipeline: its join, name and place first."""
        assert isinstance(self.one, Link)
        up = self.one.target.fields_for().get(self.one.within) if self.one.within else None
        if not isinstance(up, Link):
            return "", "NULL", "", []
        rule = up.target.rule(self.reader.viewer, "view", "up")
        name = f"up.{up.target.title_column}"
        place = 'up."position", ' if "position" in up.target.fields_for() else ""
        join = f'LEFT JOIN {up.target.table} up ON up.id = {alias}."{up.column}" AND {rule.sql}'
        return join, name, f"{place}{name}, ", list(rule.params)

    def _period(self, first: date) -> str:
        if self.grain == "day":
            return str(format_date(first, "full", locale=locale()))
        if self.grain == "week":
            return _("Week of %(day)s") % {"day": format_date(first, "medium", locale=locale())}
        if self.grain == "year":
            return str(first.year)
        return str(format_date(first, "LLLL y" if self.grain == "month" else "QQQ y", locale=locale()))
