"""The board of an entity: its records as cards in columns by one field."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from rapport.platform.replica.reading import from_replica
from rapport.platform.setup.company import company
from rapport.records import registry
from rapport.records.boards import planned
from rapport.records.boards.declare import Column
from rapport.records.boards.reading import FIRST, RANKED, Asked, BoardReader, Totals
from rapport.records.fields.base import row_id
from rapport.records.pages.asked import Look, asked
from rapport.records.pages.cards import Lane, fill
from rapport.records.pages.chips import chips_of
from rapport.records.pages.guard import asked_for, must, page
from rapport.records.pages.layouts import remembered
from rapport.records.record import Record

# What of the address is the board's own, beside what it has in common with the list.
OWN = ("within", "ended")


def asked_of(look: Look, request: HttpRequest) -> Asked:
    """What the look means for a board; a field that makes no columns gives way to the usual one."""
    board = look.record.board
    assert board is not None
    chosen = "sort" in look.given or bool(look.view and look.view.sort)
    return Asked(
        by=look.group if look.group in board.choices else board.by,
        within=row_id(request.GET.get("within", "")),
        filter=look.filter or None,
        q=look.q,
        sort=look.sort if chosen else "",
        # Who filters by what ends a record, such as its status, wants to see what ended.
        ended="ended" in request.GET or bool(board.alive and set(fields_in(board.alive)) & set(fields_in(look.filter))),
    )


def fields_in(condition: str) -> list[str]:
    """The names of the fields that a condition's JSON asks about."""
    return re.findall(r'"field"\s*:\s*"([^"]+)"', condition)


def own(request: HttpRequest, **changes: Any) -> dict[str, Any]:
    """The board's own parameters, some of them changed; None takes one away."""
    return {**{name: request.GET[name] for name in OWN if name in request.GET}, **changes}


def depth_of(request: HttpRequest) -> dict[str, int]:
    """How many cards of each column the page shows already: depth=12:40,13:60."""
    pairs = (part.split(":") for part in request.GET.get("depth", "")[:2000].split(",") if part.count(":") == 1)
    return {("" if key == "-" else key): int(n) for key, n in pairs if n.isascii() and n.isdecimal() and len(n) < 5}


def lanes_of(reader: BoardReader, look: Look, request: HttpRequest) -> tuple[list[Lane], dict[str, Any]]:
    """The columns with their first cards, and what there is to say of the board as a whole."""
    totals = reader.totals()
    columns = reader.columns(totals)
    ended = reader.asked.ended
    shown = [one for one in columns if ended or not one.end]
    ranked = reader.by_urgency(totals)
    folded = set(look.tab.folded)
    lanes = [
        Lane(one, totals.get(one.key, Totals()), folded=f"{reader.field.name}:{one.key}" in folded) for one in shown
    ]
    on = fill(lanes, reader.cards(shown, ranked=ranked, depth=depth_of(request)), reader)
    lead_on(lanes, on, look, request)
    count = sum(lane.totals.count for lane in lanes)
    unknown = sum(lane.totals.unknown for lane in lanes)
    said = {
        "count": count,
        "remarks": remarks(unknown, unranked=not ranked and not reader.asked.sort),
        "has_ends": bool(reader.board.alive),
        "ended": ended,
        "ended_url": look.address(**own(request, ended=None if ended else "1")),
    }
    return lanes, said


def lead_on(lanes: list[Lane], on: dict[str, int], look: Look, request: HttpRequest) -> None:
    """Says where the next cards of each column are; without scripts the whole board is fetched with a deeper column."""
    for lane in lanes:
        if after := on.get(lane.column.key):
            lane.more = look.address(**own(request, column=lane.key, after=after))
            lane.deeper = look.address(**own(request, depth=f"{lane.key}:{after + FIRST}"))


def remarks(unknown: int, *, unranked: bool) -> list[str]:
    """What people must know to read the figures and the order right."""
    found = []
    if unknown:
        found.append(
            ngettext(
                "%(n)s amount has no exchange rate to %(currency)s and is in no sum.",
                "%(n)s amounts have no exchange rate to %(currency)s and are in no sum.",
                unknown,
            )
            % {"n": unknown, "currency": company().currency}
        )
    if unranked:
        found.append(_("More than %(n)s cards: they are not ranked by urgency.") % {"n": RANKED})
    return found


def parents(record: Record, wanted: Asked, request: HttpRequest) -> list[Column]:
    """The choices of the columns' parent, such as pipelines; makes `wanted` name one of them."""
    parent = getattr(record.field(wanted.by), "within", "")
    choices = record.field(parent).columns(request.viewer) if parent else []
    if choices and str(wanted.within) not in {one.key for one in choices}:
        wanted.within = int(choices[0].key)
    return choices


@page
@require_safe
@from_replica
@remembered("board")
def board_page(request: HttpRequest, record: Record) -> HttpResponse:
    """The board; asked by htmx for more of one column it answers with those cards."""
    if record.board is None:
        raise Http404
    must(record, request, "view")
    look = asked(request, record)
    wanted = asked_of(look, request)
    choices = parents(record, wanted, request)
    reader = BoardReader(record, request.viewer, wanted)
    if request.GET.get("column"):
        return more_cards(request, reader, look)
    lanes, whole = lanes_of(reader, look, request)
    context = {
        "record": record,
        "by": reader.field,
        "lanes": lanes,
        **whole,
        **words(record, reader),
        "groups": [
            {"name": record.field(name).label, "url": look.address(**own(request, group=name)), "on": name == wanted.by}
            for name in record.board.choices
        ],
        "parents": [
            {"name": one.name, "url": look.address(**own(request, within=one.key)), "on": one.key == str(wanted.within)}
            for one in choices
        ],
        "money": bool(record.board.total),
        "look": look,
        "q": look.q,
        "kept": look.parameters(**own(request, q=None)),
        "chips": chips_of(look),
        "problem": "; ".join(look.remarks),
        "may_create": record.may(request.viewer, "create"),
        "narrowed": bool(look.q or (look.filter and (look.view or "filter" in look.given))),
        "triggers": triggers(record),
        "within": wanted.within or "",
        "zones": zones_of(record, request),
    }
    return render(request, f"records/board.html{'#board' if asked_for(request, 'board') else ''}", context)


def more_cards(request: HttpRequest, reader: BoardReader, look: Look) -> HttpResponse:
    """The next cards of one column."""
    totals = reader.totals()
    found = next((one for one in reader.columns(totals) if (one.key or "-") == request.GET["column"]), None)
    if found is None:
        raise Http404
    after = min(row_id(request.GET.get("after", "0")) or 0, 1_000_000)
    lane = Lane(found, totals.get(found.key, Totals()))
    cards = reader.cards([found], ranked=reader.by_urgency(totals), after=after)
    lead_on([lane], fill([lane], cards, reader, after), look, request)
    return render(
        request, "records/cards.html", {"record": reader.record, "lane": lane, **words(reader.record, reader)}
    )


def triggers(record: Record) -> str:
    """What lets an open board fetch itself anew: its records, and what is planned with them."""
    topics = {record.entity, *planned.entities()} if record.has_timeline or record.is_activity else {record.entity}
    known = sorted(topic for topic in topics if registry.find(topic))
    return ", ".join(["board-refresh", *(f"live-{topic} from:body" for topic in known)])


def zones_of(record: Record, request: HttpRequest) -> list[dict[str, Any]]:
    """What can be done with a card besides moving it: the board's verbs, and the bin."""
    assert record.board is not None
    made = []
    for zone in record.board.zones:
        verb = record.verb(zone.verb)
        if verb and record.may(request.viewer, verb.needs):
            made.append(
                {"verb": verb.name, "label": verb.label, "icon": verb.icon, "asks": zone.asks, "tone": zone.verb,
                 "url": f"/{record.entity}/0/do/{verb.name}"}
            )  # fmt: skip
    if record.may(request.viewer, "delete"):
        made.append(
            {"verb": "delete", "label": _("Delete"), "icon": "trash-2", "asks": False, "tone": "delete",
             "url": f"/{record.entity}/0/delete"}
        )  # fmt: skip
    return made


def words(record: Record, reader: BoardReader) -> dict[str, Any]:
    """Whole sentences that the page and its script say."""
    parent = getattr(reader.field, "within", "")
    return {
        "parent_label": record.field(parent).label if parent else "",
        "columns_label": _("Columns by"),
        "menu_label": _("Move and more"),
        "help": _("Arrow keys go from card to card, Shift with left or right moves the card, Enter opens it."),
        "quick_placeholder": _("Name, then Enter"),
        "texts": {
            "moving": _("{name} moves to {column}."),
            "stays": _("{name} stays in {column}."),
            "edge": _("There is no column on this side."),
            "fixed": _("You may look at {name} but not move it."),
            "failed": _("The move did not reach the server. {name} is back in {column}."),
        },
    }
