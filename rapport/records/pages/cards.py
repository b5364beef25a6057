"""Cards and columns of a board as people read them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform.setup.company import company
from rapport.platform.ui.markup import joined, markup
from rapport.platform.ui.templatetags.ui import face, icon, money, number, when
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
    cards: list[SafeString] = field(default_factory=list)
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


# A card as HTML. It is not a template, because a board has a hundred of them and a template takes ten times as long.
_CARD = """<li class="r-card{rotting}" id="card-{id}" data-card="{id}" data-key="{key}" data-name="{title}" data-peek="{url}"{fixed} \
tabindex="-1" aria-describedby="board-help"><div class="head"><a href="{url}" draggable="false" data-open>{title}</a>{menu}</div>\
{lines}{chips}{rot}<div class="foot">{value}{day}<span class="r-spread">{owner}</span>{next}</div></li>"""
_MENU = """<button type="button" class="menu" data-card-menu aria-haspopup="true" aria-expanded="false" aria-label="{label}" \
title="{label}">{icon}</button>"""
_NEXT = """<button type="button" class="r-urgency {urgency}" data-next="{url}/next" aria-haspopup="true" aria-expanded="false" \
title="{said}" aria-label="{said}">{icon}</button>"""


class CardWriter:
    """Writes the cards of one answer. What many cards share, such as a day or an owner, is written once."""

    def __init__(self, reader: BoardReader) -> None:
        self.reader, self.record = reader, reader.record
        self.fields = [(name, self.record.field(name, reader.viewer)) for name in reader.names]
        # What the title says, or the column, is not said twice.
        self.silent = {self.record.title, self.record.stand_in, reader.field.name}
        self.menu = markup(_MENU, label=_("Move and more"), icon=icon("ellipsis"))
        self.fixed = markup(
            '{}<span class="r-hidden">{}</span>', icon("lock", "small"), _("You may look at this card but not move it.")
        )
        self.said = {urgency: said(urgency) for urgency in SIGNS}
        self.day = cache(self._day)
        self.owner = cache(self._owner)

    def html(self, card: Card, *, ended: bool = False) -> SafeString:
        """One card: its title and menu, up to three lines, chips, and at the foot value, day, owner and urgency.

        To one that has `ended` nothing is late any more.
        """
        lines: list[SafeString] = []
        chips: list[SafeString] = []
        value = day = owner = SafeString("")
        for name, one in self.fields:
            held = card.values[name]
            if name in self.silent or one.empty(held):
                continue
            if name == "owner":
                owner = self.owner(held["name"]) if held["name"] else owner
            elif isinstance(one, Tags | Choice):
                chips.append(_chip(one, held))
            elif isinstance(one, Money | Number):
                value = markup('<span class="value">{}</span>', one.text(held))
            elif isinstance(one, Date):
                day = self.day(held, ended)
            else:
                lines.append(markup('<div class="line">{}</div>', _line(one, held)))
        url = f"/{self.record.entity}/{card.id}"
        return markup(
            _CARD,
            id=card.id,
            key=card.key,
            url=url,
            title=self.record.called(card.values),
            rotting="" if card.rotting is None else " rotting",
            fixed=SafeString("" if card.editable else " data-fixed"),
            menu=self.menu if card.editable else self.fixed,
            lines=_joined(lines[:3]),
            chips=markup('<div class="chips">{}</div>', _joined(chips)) if chips else "",
            rot="" if card.rotting is None else _rot(card.rotting),
            value=value,
            day=day,
            owner=owner,
            next=markup(
                _NEXT, urgency=card.urgency, url=url, said=self.said[card.urgency], icon=icon(SIGNS[card.urgency])
            ),
        )

    def _day(self, day: date, ended: bool) -> SafeString:
        late = day < self.reader.today and not ended
        return markup('<span class="day{}">{}</span>', " bad" if late else "", when(day))

    def _owner(self, name: str) -> SafeString:
        return markup(
            '<span class="who" title="{}">{}<span class="r-hidden">{}</span></span>',
            name,
            face(name, "round", "xs"),
            name,
        )


def _joined(parts: list[SafeString]) -> SafeString:
    return joined("", "{}", ((part,) for part in parts))


def _rot(days: int) -> SafeString:
    return markup('<div class="rot">{}{}</div>', icon("timer", "small"), rotten(days))


def _chip(one: Field, held: Any) -> SafeString:
    return one.cell(held) if isinstance(one, Tags) else markup('<span class="chip">{}</span>', one.text(held))


def _line(one: Field, held: Any) -> SafeString:
    text = one.text(held)
    shape = one.target.face if isinstance(one, Link) and held["name"] else ""
    if isinstance(one, About):
        text = next((name for about in held if (name := about.get("name"))), "")
    return markup('{}<span class="cut">{}</span>', face(text, shape, "xs"), text)


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
    writer = CardWriter(reader)
    by_key = {lane.column.key: lane for lane in lanes}
    for card in cards:
        lane = by_key[card.key]
        lane.cards.append(writer.html(card, ended=bool(lane.column.end)))
    return {
        lane.column.key: after + len(lane.cards)
        for lane in lanes
        if lane.cards and after + len(lane.cards) < lane.totals.count
    }
