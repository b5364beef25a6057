from datetime import date, datetime, time, timedelta
from typing import Any

from babel.dates import format_date, format_time
from dateutil import parser as moments
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rapport.kit.periods import resolve, today_in
from rapport.kit.problem import Problem
from rapport.platform.access.gate import Rule
from rapport.platform.setup.company import company
from rapport.platform.ui.markup import markup
from rapport.platform.ui.templatetags.ui import ago, locale, moment
from rapport.records.errors import Invalid
from rapport.records.fields.base import Context, Field
from rapport.records.operators import compare, negated

_EARLIEST, _LATEST = date(1000, 1, 1), date(2999, 12, 31)


def day_of(value: Any) -> date:
    """Reads an ISO date. Raises Invalid, also for a day that no calendar has."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        found = value
    else:
        try:
            found = date.fromisoformat(str(value).strip())
        except ValueError:
            raise Invalid(_("“%(value)s” is not a date such as 2026-11-22.") % {"value": value}, value) from None
    if not _EARLIEST <= found <= _LATEST:
        raise Invalid(_("The year must lie between 1000 and 2999."), value)
    return found


def period_of(name: str, context: Context) -> tuple[date, date]:
    """First and last day of a relative period such as "last_30_days", seen from the viewer's time zone."""
    today = today_in(context.viewer.zone, timezone.now())
    try:
        period = resolve(str(name), today, fiscal_start=company().fiscal_year_starts)
    except Problem as problem:
        raise Invalid.of(problem, name) from None
    return period.start or _EARLIEST, period.end or _LATEST


class Date(Field):
    """A day without a time: the same day everywhere. With `past` it cannot lie ahead, as a birth date."""

    kind, widget = "date", "date"

    def __init__(self, name: str, label: Any = None, *, past: bool = False, **more: Any) -> None:
        super().__init__(name, label, **more)
        self.past = past

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if self.empty(value):
            return {self.column: None}
        found = day_of(value)
        if self.past and found > today_in(context.viewer.zone, timezone.now()):
            raise Invalid(_("This day lies ahead."), value)
        return {self.column: found}

    def where(self, alias: str, op: str, value: Any, context: Context) -> Rule:
        column = f'{alias}."{self.column}"'
        if op == "overdue":
            return Rule(f"{column} < %s", (today_in(context.viewer.zone, timezone.now()),))
        if op in ("within", "not_within"):
            rule = compare("date", column, "between", period_of(value, context), context)
            return rule if op == "within" else negated(rule)
        if op in ("is_empty", "is_filled"):
            return compare("date", column, op, None, context)
        days = [day_of(v) for v in value] if isinstance(value, list | tuple) else day_of(value)
        return compare("date", column, op, days, context)

    def text(self, value: Any) -> str:
        return "" if value is None else format_date(value, "medium", locale=locale())

    def export(self, value: Any) -> Any:
        return "" if value is None else value.isoformat()

    def cell(self, value: Any) -> SafeString:
        if value is None:
            return SafeString("")
        return markup('<time datetime="{}">{}</time>', value.isoformat(), self.text(value))

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "date"}


class DateTime(Field):
    """A moment. Given without a zone it is in the viewer's."""

    kind, widget = "datetime", "datetime"

    def __init__(self, name: str, label: Any = None, *, relative: bool = False, **more: Any) -> None:
        super().__init__(name, label, **more)
        self.relative = relative

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        return {self.column: None if self.empty(value) else self.moment(value, context)}

    def moment(self, value: Any, context: Context) -> datetime:
        """Reads an ISO moment. Raises Invalid."""
        if isinstance(value, datetime):
            found = value
        else:
            try:
                found = moments.isoparse(str(value).strip())
            except (ValueError, OverflowError):
                raise Invalid(
                    _("“%(value)s” is not a time such as 2026-11-22T14:30.") % {"value": value}, value
                ) from None
        if not _EARLIEST <= found.date() <= _LATEST:
            raise Invalid(_("The year must lie between 1000 and 2999."), value)
        return found if found.tzinfo else found.replace(tzinfo=context.viewer.zone)

    def where(self, alias: str, op: str, value: Any, context: Context) -> Rule:
        column = f'{alias}."{self.column}"'
        if op in ("is_empty", "is_filled"):
            return compare("datetime", column, op, None, context)
        if op == "overdue":
            today = today_in(context.viewer.zone, timezone.now())
            return Rule(f"{column} < %s", (datetime.combine(today, time(), context.viewer.zone),))
        if op in ("before", "after") and len(str(value)) > 10:
            return compare("datetime", column, op, self.moment(value, context), context)
        if op == "not_within":
            return negated(self.where(alias, "within", value, context))
        # Days are whole days in the viewer's zone.
        if op == "within":
            first, last = period_of(value, context)
        elif op == "between" and isinstance(value, list | tuple) and len(value) == 2:
            first, last = day_of(value[0]), day_of(value[1])
        elif op in ("on", "before", "after", "lte", "gte"):
            first = last = day_of(value)
        else:
            return compare("datetime", column, op, value, context)
        start = datetime.combine(first, time(), context.viewer.zone)
        end = datetime.combine(last + timedelta(days=1), time(), context.viewer.zone)
        if op in ("before", "gte"):
            return Rule(f"{column} {'<' if op == 'before' else '>='} %s", (start,))
        if op in ("after", "lte"):
            return Rule(f"{column} {'>=' if op == 'after' else '<'} %s", (end,))
        return Rule(f"{column} >= %s AND {column} < %s", (start, end))

    def text(self, value: Any) -> str:
        if value is None:
            return ""
        local = timezone.localtime(value)
        return f"{format_date(local.date(), 'medium', locale=locale())} {format_time(local, 'HH:mm', locale=locale())}"

    def export(self, value: Any) -> Any:
        return "" if value is None else timezone.localtime(value).isoformat(timespec="seconds")

    def cell(self, value: Any) -> SafeString:
        if value is None:
            return SafeString("")
        return SafeString(ago(value) if self.relative else moment(value))

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "date-time"}


class Time(Field):
    """A time of day."""

    kind, widget, filterable = "text", "time", False

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if self.empty(value):
            return {self.column: None}
        try:
            return {self.column: time.fromisoformat(str(value).strip())}
        except ValueError:
            raise Invalid(_("“%(value)s” is not a time such as 14:30.") % {"value": value}, value) from None

    def text(self, value: Any) -> str:
        return "" if value is None else value.strftime("%H:%M")

    def export(self, value: Any) -> Any:
        return self.text(value)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"]}
