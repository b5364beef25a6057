"""Cards and columns of a board as people read them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform.setup.company import company
from rapport.platform.ui.templatetags.ui import face, money, number
from rapport.records.boards.declare import Column
from rapport.records.boards.reading import BoardReader, Card, Totals
from rapport.records.fields import About, Choice, Date, Link, Money, Number, Tags
from rapport.records.fields.base import Field

# The urgency's sign differs in shape too, for those who do not tell the colours apart.
SIGNS = {"overdue": "circle-alert", "today": "clock", "later": "calendar", "none": "triangle-alert"}


@dataclass
class Lane:
    """A column with its figures and cards, ready for the template."""

    column: Column
    totals: Totals
    cards: list[Card] = field(default_factory=list)
    more: str = ""
    deeper: str = ""
    folded: bool = False

    @property
    def key(self) -> str:
        """The column's key as a part of an id or an address."""
        return self.column.key or "-"

    @property
    def count(self) -> str:
        return number(self.totals.count)

    @property
    def count_title(self) -> str:
        return ngettext("%(n)s card", "%(n)s cards", self.totals.count) % {"n": self.count}

    @property
    def add_label(self) -> str:
        return _("Add a card to %(column)s") % {"column": self.column.name}

    @property
    def fold_label(self) -> str:
        return _("Fold %(column)s") % {"column": self.column.name}

    @property
    def sum(self) -> str:
        return money(self.totals.total, company().currency, short=True)

    @property
    def sum_title(self) -> str:
        whole = {"amount": money(self.totals.total, company().currency)}
        if not self.totals.unknown:
            return _("%(amount)s in all") % whole
        return ngettext(
            "%(amount)s in all, without %(n)s amount that has no exchange rate",
            "%(amount)s in all, without %(n)s amounts that have no exchange rate",
            self.totals.unknown,
        ) % {**whole, "n": self.totals.unknown}

    @property
    def weighted(self) -> str:
        return "" if self.totals.weighted is None else money(self.totals.weighted, company().currency, short=True)

    @property
    def weighted_title(self) -> str:
        whole = {"amount": money(self.totals.weighted, company().currency)}
        if self.column.weight is None:
            return _("%(amount)s by probability") % whole
        return _("%(amount)s at a probability of %(percent)s %%") % {**whole, "percent": number(self.column.weight)}

    @property
    def teach(self) -> str:
        return _("Drag a card here, or add one with +.") if self.column.open else _("Nothing can be added here.")


def decorate(card: Card, reader: BoardReader) -> Card:
    """Adds what the template shows of a card: its title, lines, chips, value, day and owner."""
    record = reader.record
    lines: list[SafeString] = []
    chips: list[SafeString] = []
    value, day = "", None
    for name in reader.names:
        one, held = record.field(name, reader.viewer), card.values[name]
        if name in (record.title, record.stand_in, "owner", reader.field.name) or one.empty(held):
            continue
        if isinstance(one, Tags | Choice):
            chips.append(_chip(one, held))
        elif isinstance(one, Money | Number):
            value = one.text(held)
        elif isinstance(one, Date):
            day = held
        else:
            lines.append(_line(one, held))
    owner = card.values.get("owner")
    card.extra = {
        "title": record.called(card.values),
        "lines": lines[:3],
        "chips": chips,
        "value": value,
        "day": day,
        "late": bool(day and day < reader.today),
        "owner": owner["name"] if owner and owner["name"] and reader.field.kind != "user" else "",
        "sign": SIGNS[card.urgency],
        "said": said(card.urgency),
        "rotten": "" if card.rotting is None else rotten(card.rotting),
    }
    return card


def _chip(one: Field, held: Any) -> SafeString:
    return one.cell(held) if isinstance(one, Tags) else format_html('<span class="chip">{}</span>', one.text(held))


def _line(one: Field, held: Any) -> SafeString:
    text = one.text(held)
    shape = one.target.face if isinstance(one, Link) and held["name"] else ""
    if isinstance(one, About):
        text = ", ".join(name for about in held if (name := about.get("name")))
    return format_html('{}<span class="cut">{}</span>', face(text, shape, "xs"), text)


def said(urgency: str) -> str:
    """The urgency in words, for those who cannot see its colour or shape."""
    return {
        "overdue": _("The next step is overdue"),
        "today": _("The next step is due today"),
        "later": _("The next step is planned"),
        "none": _("Nothing is planned"),
    }[urgency]


def rotten(days: int) -> str:
    """For how long nobody touched a card."""
    return ngettext("%(n)s day without a touch", "%(n)s days without a touch", days) % {"n": days}


def fill(lanes: Sequence[Lane], cards: Sequence[Card], reader: BoardReader, after: int = 0) -> dict[str, int]:
    """Puts the cards into their lanes; returns, by key, after how many cards a lane goes on."""
    by_key = {lane.column.key: lane for lane in lanes}
    for card in cards:
        by_key[card.key].cards.append(decorate(card, reader))
    return {
        lane.column.key: after + len(lane.cards)
        for lane in lanes
        if lane.cards and after + len(lane.cards) < lane.totals.count
    }
