"""Simulated deals as rows: the deal, its contacts, lines and stage spells, and the journal of its moves."""

from rapport.kit.simulation.chance import Roll, pick
from rapport.kit.simulation.clock import DAY, Clock
from rapport.kit.simulation.lines import NULL, Rows, Table
from rapport.kit.simulation.phrases import Phrases
from rapport.platform.journal.demo import JOURNAL
from rapport.sales.demo.deals import Deal

DEALS = Table(
    "sales_deal",
    "id created_at created_by_id updated_at version owner_id name organisation_id person_id pipeline_id stage_id "
    "stage_since amount amount_currency opened_on closes_on closed_on product_id competitor_id lost_reason_id tags "
    "description",
)
SPELLS = Table("sales_stagespell", "deal_id stage_id entered_at left_at")
CONTACTS = Table("sales_dealcontact", "created_at created_by_id updated_at deal_id person_id role")
LINES = Table(
    "sales_dealline",
    "created_at created_by_id updated_at deal_id product_id description quantity price price_currency discount position",
)
_NEEDS = Phrases(
    "needs",
    ("{need}", "{need} {budget}", "{need} {timing}", "{budget} {timing}", "{need} {timing} {other}"),
    {
        "need": (
            "They move in [spring|summer|autumn|the new year] and want to keep [half|a third|none] of the old furniture.",
            "The team in %(city)s has grown faster than the space.", "[Noise|Light|Ergonomics] came out worst in their staff survey.",
            "Replacement after [eight|ten|twelve] years; the works council is involved.",
            "Wants one supplier for [furniture and assembly|desks and chairs|everything on the floor].",
        ),
        "budget": ("Budget is [approved|not approved yet|part of next year's plan].", "Wants [leasing|a fixed price|payment in three parts]."),
        "timing": ("Decision [by the end of the quarter|after the board meeting|before the holidays].", "Delivery in [six|eight|ten] weeks at the latest."),
        "other": ("%(first)s decides together with finance.", "A competitor's offer is on the table.", "A sample chair is on site."),
    },
    400,
)  # fmt: skip


def write_deal(
    roll: Roll, clock: Clock, rows: Rows, deal: Deal, *, tags: dict[str, str], actions: dict[str, str]
) -> None:
    """Adds a deal's lines to all of its tables."""
    id_, owner, created = str(deal.id), deal.owner, clock.text(deal.since)
    last, stage = deal.moves[-1]
    changed = clock.text(last)
    closed = clock.day(last // DAY) if deal.status != "open" else NULL
    description = ""
    if roll() < 0.45:
        description = _NEEDS.say(roll, {"city": deal.person.city.name, "first": deal.person.first[0]})
    words = [tags[pick(roll, ("Architect project", "Trade fair", "VIP"))]] if roll() < 0.15 else []
    rows.of(DEALS).append(
        "\t".join((
            id_, created, owner, changed, str(len(deal.moves)), owner, deal.name, str(deal.organisation.id) if deal.organisation else NULL,
            str(deal.person.id), deal.road.id, stage, changed, f"{deal.cents // 100}.{deal.cents % 100:02}", deal.currency,
            clock.day(deal.since // DAY), clock.day(deal.closes), closed, deal.lines[0].article.id if deal.lines else NULL,
            deal.competitor, deal.reason, "{" + ",".join(words) + "}", description,
        ))
    )  # fmt: skip
    _write_moves(clock, rows, deal, id_, actions[owner], closed)
    head = f"{created}\t{owner}\t{created}\t{id_}\t"
    contacts = rows.of(CONTACTS)
    for person, part in deal.contacts:
        contacts.append(f"{head}{person.id}\t{part}")
    lines = rows.of(LINES)
    for n, line in enumerate(deal.lines):
        lines.append(
            f"{head}{line.article.id}\t{line.article.name}\t{line.quantity}\t{line.price}\t{deal.currency}\t{line.discount}\t{n}"
        )


def _write_moves(clock: Clock, rows: Rows, deal: Deal, id_: str, action: str, closed: str) -> None:
    spells, journal = rows.of(SPELLS), rows.of(JOURNAL)
    journal.append(f"{action}\tsales_deal\t{id_}\tI\t{NULL}\t1\t{clock.text(deal.since)}")
    for n, (moment, stage) in enumerate(deal.moves):
        ending = n + 1 == len(deal.moves)
        at = clock.text(moment)
        spells.append(f"{id_}\t{stage}\t{at}\t{NULL if ending else clock.text(deal.moves[n + 1][0])}")
        if not n:
            continue
        more = ""
        if ending and closed != NULL:
            more = f', "closed_on": [null, "{closed}"]'
            if deal.reason != NULL:
                more += f', "lost_reason_id": [null, {deal.reason}]'
        diff = f'{{"stage_id": [{deal.moves[n - 1][1]}, {stage}]{more}}}'
        journal.append(f"{action}\tsales_deal\t{id_}\tU\t{diff}\t{n + 1}\t{at}")
