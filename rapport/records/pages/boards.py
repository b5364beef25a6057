"""The board of an entity: its records as cards in columns by one field."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform.setup.company import company
from rapport.records import registry
from rapport.records.boards import planned
from rapport.records.boards.declare import Column
from rapport.records.boards.reading import FIRST, RANKED, Asked, BoardReader, Totals
from rapport.records.errors import InvalidFields
from rapport.records.fields.base import row_id
from rapport.records.pages.cards import Lane, fill
from rapport.records.pages.guard import asked_for, must, page
from rapport.records.pages.layouts import remembered
from rapport.records.pages.lists import filters_of
from rapport.records.record import Record

# What of an address belongs to one answer and not to the board.
PASSING = ("after", "column", "depth")


def asked_of(request: HttpRequest, record: Record) -> Asked:
    """What the address asks for; a field that makes no columns gives way to the usual one."""
    assert record.board is not None
    by = request.GET.get("group", "")
    return Asked(
        by=by if by in record.board.choices else record.board.by,
        within=row_id(request.GET.get("within", "")),
        filter=request.GET.get("filter", record.lists.filter) or None,
        q=request.GET.get("q", "")[:200],
        sort=request.GET.get("sort", ""),
    )


def address(request: HttpRequest, **changes: Any) -> str:
    """The present address with some parameters changed; None takes one away."""
    kept = {k: v for k, v in request.GET.items() if k not in (*PASSING, *changes)}
    return "?" + urlencode({**kept, **{k: v for k, v in changes.items() if v}})


def depth_of(request: HttpRequest) -> dict[str, int]:
    """How many cards of each column the page shows already: depth=12:40,13:60."""
    pairs = (part.split(":") for part in request.GET.get("depth", "")[:2000].split(",") if part.count(":") == 1)
    return {("" if key == "-" else key): int(n) for key, n in pairs if n.isascii() and n.isdecimal() and len(n) < 5}


def lanes_of(reader: BoardReader, request: HttpRequest) -> tuple[list[Lane], dict[str, Any]]:
    """The columns with their first cards, and what there is to say of the board as a whole."""
    totals = reader.totals()
    columns = reader.columns(totals)
    ended = "ended" in request.GET
    shown = [one for one in columns if ended or not one.end]
    ranked = reader.by_urgency(totals)
    lanes = [Lane(one, totals.get(one.key, Totals())) for one in shown]
    on = fill(lanes, reader.cards(shown, ranked=ranked, depth=depth_of(request)), reader)
    lead_on(lanes, on, request)
    count = sum(lane.totals.count for lane in lanes)
    unknown = sum(lane.totals.unknown for lane in lanes)
    said = {
        "count": count,
        "remarks": remarks(unknown, unranked=not ranked and not reader.asked.sort),
        "has_ends": any(one.end for one in columns),
        "ended": ended,
        "ended_url": address(request, ended=None if ended else "1"),
    }
    return lanes, said


def lead_on(lanes: list[Lane], on: dict[str, int], request: HttpRequest) -> None:
    """Says where the next cards of each column are; without scripts the whole board is fetched with a deeper column."""
    for lane in lanes:
        if after := on.get(lane.column.key):
            lane.more = address(request, column=lane.key, after=after)
            lane.deeper = address(request, depth=f"{lane.key}:{after + FIRST}")


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


def parents(record: Record, asked: Asked, request: HttpRequest) -> list[Column]:
    """The choices of the columns' parent, such as pipelines; makes `asked` name one of them."""
    parent = getattr(record.field(asked.by), "within", "")
    choices = record.field(parent).columns(request.viewer) if parent else []
    if choices and str(asked.within) not in {one.key for one in choices}:
        asked.within = int(choices[0].key)
    return choices


@page
@remembered("board")
def board_page(request: HttpRequest, record: Record) -> HttpResponse:
    """The board; asked by htmx for more of one column it answers with those cards."""
    if record.board is None:
        raise Http404
    must(record, request, "view")
    asked = asked_of(request, record)
    choices = parents(record, asked, request)
    problem = ""
    reader = BoardReader(record, request.viewer, asked)
    if request.GET.get("column"):
        return more_cards(request, reader)
    try:
        lanes, whole = lanes_of(reader, request)
    except InvalidFields as error:
        # A saved or shared address may name what is no longer there: the board is shown without it, and says so.
        problem = "; ".join(error.errors.values())
        reader = BoardReader(record, request.viewer, Asked(asked.by, asked.within))
        lanes, whole = lanes_of(reader, request)
    context = {
        "record": record,
        "by": reader.field,
        "lanes": lanes,
        **whole,
        **words(record, reader),
        "groups": [
            {"name": record.field(name).label, "url": address(request, group=name), "on": name == asked.by}
            for name in record.board.choices
        ],
        "parents": [
            {"name": one.name, "url": address(request, within=one.key), "on": one.key == str(asked.within)}
            for one in choices
        ],
        "money": bool(record.board.total),
        "q": asked.q,
        "kept": [(k, v) for k, v in request.GET.items() if k not in (*PASSING, "q")],
        "filters": filters_of(record, request),
        "problem": problem,
        "may_create": record.may(request.viewer, "create"),
        "narrowed": bool(asked.q or request.GET.get("filter")),
        "triggers": triggers(record),
    }
    return render(request, f"records/board.html{'#board' if asked_for(request, 'board') else ''}", context)


def more_cards(request: HttpRequest, reader: BoardReader) -> HttpResponse:
    """The next cards of one column."""
    totals = reader.totals()
    found = next((one for one in reader.columns(totals) if (one.key or "-") == request.GET["column"]), None)
    if found is None:
        raise Http404
    after = min(row_id(request.GET.get("after", "0")) or 0, 1_000_000)
    lane = Lane(found, totals.get(found.key, Totals()))
    cards = reader.cards([found], ranked=reader.by_urgency(totals), after=after)
    lead_on([lane], fill([lane], cards, reader, after), request)
    return render(
        request, "records/cards.html", {"record": reader.record, "lane": lane, **words(reader.record, reader)}
    )


def triggers(record: Record) -> str:
    """What lets an open board fetch itself anew: its records, and what is planned with them."""
    topics = {record.entity, *planned.entities()} if record.has_timeline or record.is_activity else {record.entity}
    known = sorted(topic for topic in topics if registry.find(topic))
    return ", ".join(["board-refresh", *(f"live-{topic} from:body" for topic in known)])


def words(record: Record, reader: BoardReader) -> dict[str, Any]:
    """Whole sentences that the page and its script say."""
    parent = getattr(reader.field, "within", "")
    return {
        "parent_label": record.field(parent).label if parent else "",
        "columns_label": _("Columns by"),
        "menu_label": _("Move and more"),
        "fixed_label": _("You may look at this card but not move it."),
        "help": _("Arrow keys go from card to card, Shift with left or right moves the card, Enter opens it."),
        "texts": {},
    }
