"""Conditions in people's words: what an operator is called for a kind of field, and what a period is."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rapport.kit.periods import counted

_COMMON = {
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "any_of": gettext_lazy("is any of"),
    "none_of": gettext_lazy("is none of"),
    "is_empty": gettext_lazy("is empty"),
    "is_filled": gettext_lazy("is not empty"),
    "contains": gettext_lazy("contains"),
    "not_contains": gettext_lazy("does not contain"),
    "starts": gettext_lazy("starts with"),
    "ends": gettext_lazy("ends with"),
    "lt": gettext_lazy("is less than"),
    "lte": gettext_lazy("is at most"),
    "gt": gettext_lazy("is more than"),
    "gte": gettext_lazy("is at least"),
    "between": gettext_lazy("is between"),
    "has_any": gettext_lazy("has any of"),
    "has_all": gettext_lazy("has all of"),
    "has_none": gettext_lazy("has none of"),
    "within": gettext_lazy("is"),
    "not_within": gettext_lazy("is not"),
    "on": gettext_lazy("is on"),
    "before": gettext_lazy("is before"),
    "after": gettext_lazy("is after"),
    "overdue": gettext_lazy("is overdue"),
}
_DAYS = {"lte": gettext_lazy("is on or before"), "gte": gettext_lazy("is on or after")}
# In a menu, where no value stands beside it yet, an operator may need more words than on a chip.
_MENU = {
    "within": gettext_lazy("is relative to today"),
    "not_within": gettext_lazy("is not, relative to today"),
    "on": gettext_lazy("is on the day"),
}

PERIOD_WORDS: dict[str, str | Promise] = {
    "today": gettext_lazy("today"),
    "yesterday": gettext_lazy("yesterday"),
    "tomorrow": gettext_lazy("tomorrow"),
    "this_week": gettext_lazy("this week"),
    "last_week": gettext_lazy("last week"),
    "next_week": gettext_lazy("next week"),
    "this_month": gettext_lazy("this month"),
    "last_month": gettext_lazy("last month"),
    "next_month": gettext_lazy("next month"),
    "this_quarter": gettext_lazy("this quarter"),
    "last_quarter": gettext_lazy("last quarter"),
    "next_quarter": gettext_lazy("next quarter"),
    "this_year": gettext_lazy("this year"),
    "last_year": gettext_lazy("last year"),
    "next_year": gettext_lazy("next year"),
    "this_fiscal_quarter": gettext_lazy("this fiscal quarter"),
    "last_fiscal_quarter": gettext_lazy("last fiscal quarter"),
    "next_fiscal_quarter": gettext_lazy("next fiscal quarter"),
    "this_fiscal_year": gettext_lazy("this fiscal year"),
    "last_fiscal_year": gettext_lazy("last fiscal year"),
    "next_fiscal_year": gettext_lazy("next fiscal year"),
    "this_week_to_date": gettext_lazy("this week until today"),
    "this_month_to_date": gettext_lazy("this month until today"),
    "this_quarter_to_date": gettext_lazy("this quarter until today"),
    "this_year_to_date": gettext_lazy("this year until today"),
    "this_fiscal_quarter_to_date": gettext_lazy("this fiscal quarter until today"),
    "this_fiscal_year_to_date": gettext_lazy("this fiscal year until today"),
    "past": gettext_lazy("in the past"),
    "future": gettext_lazy("in the future"),
    "overdue": gettext_lazy("overdue"),
}
# The periods that have a number: what stands before it, and which units there are.
COUNTED = {
    "last": gettext_lazy("in the last …"),
    "next": gettext_lazy("in the next …"),
    "over": gettext_lazy("more than … ago"),
    "in_over": gettext_lazy("in more than …"),
}
UNITS = {"days": gettext_lazy("days"), "weeks": gettext_lazy("weeks"), "months": gettext_lazy("months")}


def operator_word(kind: str, op: str, *, menu: bool = False, values: int = 2) -> str:
    """ "lte" of a date is "is on or before"; `menu` is the wording of a choice without a value beside it.

    `values` is how many stand beside it: of a single one it "is" that and not "any of" it.
    """
    if values == 1:
        op = {"any_of": "is", "none_of": "is_not"}.get(op, op)
    days = kind in ("date", "datetime")
    words = {**_COMMON, **(_DAYS if days else {}), **(_MENU if menu and days else {})}
    return str(words.get(op, op))


def period_word(name: str) -> str:
    """ "last_30_days" is "in the last 30 days"."""
    if found := counted(name):
        which, number, unit = found
        return _counted(which, unit, number) % {"n": number}
    return str(PERIOD_WORDS.get(name, name))


def _counted(which: str, unit: str, n: int) -> str:
    # Whole phrases, because in other languages the number, the unit and the words around them depend on each other.
    phrases: dict[tuple[str, str], Any] = {
        ("last", "days"): lambda: ngettext("in the last %(n)s day", "in the last %(n)s days", n),
        ("last", "weeks"): lambda: ngettext("in the last %(n)s week", "in the last %(n)s weeks", n),
        ("last", "months"): lambda: ngettext("in the last %(n)s month", "in the last %(n)s months", n),
        ("next", "days"): lambda: ngettext("in the next %(n)s day", "in the next %(n)s days", n),
        ("next", "weeks"): lambda: ngettext("in the next %(n)s week", "in the next %(n)s weeks", n),
        ("next", "months"): lambda: ngettext("in the next %(n)s month", "in the next %(n)s months", n),
        ("over", "days"): lambda: ngettext("more than %(n)s day ago", "more than %(n)s days ago", n),
        ("over", "weeks"): lambda: ngettext("more than %(n)s week ago", "more than %(n)s weeks ago", n),
        ("over", "months"): lambda: ngettext("more than %(n)s month ago", "more than %(n)s months ago", n),
        ("in_over", "days"): lambda: ngettext("in more than %(n)s day", "in more than %(n)s days", n),
        ("in_over", "weeks"): lambda: ngettext("in more than %(n)s week", "in more than %(n)s weeks", n),
        ("in_over", "months"): lambda: ngettext("in more than %(n)s month", "in more than %(n)s months", n),
    }
    return phrases[which, unit]()


def range_word(low: str, high: str) -> str:
    """Two values as one: "5 and 10"."""
    return _("%(low)s and %(high)s") % {"low": low, "high": high}
