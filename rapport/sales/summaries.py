"""What sales tells at the head of a customer's page and of a deal: what is open, what was won."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform.identity.viewer import Viewer
from rapport.platform.prepared import prepared
from rapport.platform.setup.company import company
from rapport.platform.ui.templatetags.ui import money, number, when
from rapport.records import registry, summaries
from rapport.records.record import Record
from rapport.records.summaries import Figure

CUSTOMERS = {"people": "person_id", "organisations": "organisation_id"}


def customer_figures(record: Record, pk: int, item: dict[str, Any], viewer: Viewer) -> list[Figure]:
    """Open and won deals of a person or an organisation within the viewer's reach, in the base currency. One query."""
    rule = registry.get("deals").rule(viewer, "view", "d")
    if rule.is_shut:
        return []
    with prepared() as cursor:
        cursor.execute(
            f"""SELECT count(*) FILTER (WHERE d.status = 'open'), sum(d.amount_base) FILTER (WHERE d.status = 'open'),
                       count(*) FILTER (WHERE d.status = 'won'), sum(d.amount_base) FILTER (WHERE d.status = 'won'),
                       count(*) FILTER (WHERE d.status = 'lost'), max(d.closed_on) FILTER (WHERE d.status = 'won')
                FROM sales_deal d WHERE d.{CUSTOMERS[record.entity]} = %s AND d.deleted_at IS NULL AND {rule.sql}""",  # noqa: S608
            [pk, *rule.params],
        )
        open_count, open_sum, won_count, won_sum, lost_count, last_won = cursor.fetchone()
    shown = []
    if open_count:
        shown.append(Figure(_("Open deals"), _amount(open_sum), _deals(open_count)))
    if won_count:
        shown.append(Figure(_("Won so far"), _amount(won_sum), _deals(won_count)))
    if won_count + lost_count:
        counts = {"won": number(won_count), "all": number(won_count + lost_count)}
        shown.append(Figure(_("Won of decided"), _("%(won)s of %(all)s") % counts))
    if last_won:
        shown.append(Figure(_("Last won"), when(last_won)))
    return shown


def deal_figures(record: Record, pk: int, item: dict[str, Any], viewer: Viewer) -> list[Figure]:
    """Value, likelihood and their product, and when the deal should close; no query."""
    amount = item.get("amount") or {}
    probability = (item.get("stage") or {}).get("probability")
    shown = []
    if amount.get("amount") is not None:
        value = Decimal(str(amount["amount"]))
        shown.append(Figure(_("Value"), money(value, amount["currency"])))
        if item.get("status") == "open" and probability is not None:
            share = Decimal(str(probability)) / 100
            shown.append(
                Figure(_("Likely"), money(value * share, amount["currency"], short=True), f"{number(probability)} %")
            )
    if item.get("closes_on") and item.get("status") == "open":
        shown.append(Figure(_("Expected close"), when(item["closes_on"])))
    if item.get("closed_on") and item.get("status") != "open":
        shown.append(Figure(_("Closed"), when(item["closed_on"])))
    return shown


def _deals(count: int) -> str:
    return ngettext("%(n)s deal", "%(n)s deals", count) % {"n": number(count)}


def _amount(value: Decimal | None) -> str:
    return money(value or 0, company().currency, short=True)


for _entity in CUSTOMERS:
    summaries.register(_entity, customer_figures)
summaries.register("deals", deal_figures)
