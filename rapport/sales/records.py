"""Deals and their pipelines, declared for the engine."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.access import Shared, Via
from rapport.records.boards.declare import Board, Zone
from rapport.records.fields import (
    Choice,
    Choices,
    Date,
    DateTime,
    Integer,
    Link,
    LongText,
    Money,
    Number,
    Owner,
    Tags,
    Text,
)
from rapport.records.record import List, Page, Record, filled
from rapport.records.verbs import Verb
from rapport.sales import models
from rapport.sales.actions.complete_deals import complete_deals, completed
from rapport.sales.actions.lose_deal import lose_deal
from rapport.sales.actions.move_deal import move_deal
from rapport.sales.actions.reopen_deal import reopen_deal
from rapport.sales.actions.win_deal import win_deal
from rapport.sales.fields import StageLink
from rapport.sales.queries import guide, stage_bar

STATUSES = [("open", _("Open")), ("won", _("Won")), ("lost", _("Lost"))]
STATUS_COLOURS = {"won": "green", "lost": "red", "open": "blue"}
CONTACT_ROLES = [
    ("decides", _("Decides")),
    ("influences", _("Influences")),
    ("uses", _("Uses")),
    ("pays", _("Pays")),
    ("champions", _("Champions")),
    ("blocks", _("Blocks")),
    ("contact", _("Contact")),
]


def needed_fields() -> list[tuple[str, Any]]:
    """The fields of deals that a stage may require."""
    return [(name, one.label) for name, one in registry.get("deals").fields_for().items() if not one.readonly]


def _open(values: dict[str, Any]) -> bool:
    return values["status"] == "open"


@registry.register
class Deals(Record):
    entity, model, icon, title = "deals", models.Deal, "target", "name"
    label, plural = _("Deal"), _("Deals")
    explains_itself = _("Every chance to sell, from the first talk to won or lost.")
    fields = [
        Text(
            "name",
            _("Name"),
            required=True,
            longest=250,
            aliases=("deal", "opportunity", "deal name", "opportunity name", "title"),
        ),
        Link(
            "organisation",
            "organisations",
            _("Organisation"),
            create=True,
            aliases=("account", "company", "customer", "client"),
            related=_("Deals"),
        ),
        Link(
            "person", "people", _("Contact"), aliases=("contact", "contact person", "contact name"), related=_("Deals")
        ),
        Money("amount", _("Value"), base="amount_base", aliases=("close value", "value", "amount", "revenue", "price")),
        Link("pipeline", "pipelines", _("Pipeline"), create=True, related=_("Deals")),
        StageLink(
            "stage",
            "stages",
            _("Stage"),
            create=True,
            within="pipeline",
            aliases=("deal stage", "status", "phase", "step"),
        ),
        Choice("status", STATUSES, _("Status"), readonly=True, colours=STATUS_COLOURS),
        Date("closes_on", _("Expected close"), aliases=("expected close date", "closing date")),
        Date("opened_on", _("Opened on"), aliases=("engage date", "open date", "start date", "created on")),
        Date("closed_on", _("Closed on"), aliases=("close date", "closed date", "won date")),
        Link("product", "products", _("Product"), aliases=("product", "item"), related=_("Deals")),
        Link("competitor", "organisations", _("Competitor"), related=_("Deals as competitor")),
        Link("lost_reason", "lost-reasons", _("Lost because"), create=True, aliases=("loss reason", "reason")),
        DateTime("stage_since", _("In stage since"), readonly=True, relative=True),
        Tags("tags", label=_("Tags"), aliases=("labels", "categories")),
        LongText("description", _("Description"), aliases=("notes", "comments")),
        Owner("owner", _("Owner"), aliases=("sales agent", "sales rep", "account manager", "salesperson")),
    ]
    lists = List(columns="name organisation stage amount closes_on person owner", sort="-created_at")
    board = Board(
        by="stage",
        card="organisation person amount closes_on tags",
        total="amount",
        weight="stage",
        also="owner product",
        sort="closes_on",
        alive='{"field":"status","op":"is","value":"open"}',
        zones=(Zone("win"), Zone("lose", asks=True)),
        drops={"stage": lambda viewer, pk, key: move_deal(viewer, pk, stage_id=int(key))},
    )
    page = Page(
        groups=[
            (_("Deal"), "amount pipeline stage closes_on opened_on closed_on"),
            (_("Customer"), "organisation person product"),
            (_("More"), "owner tags competitor lost_reason description external_id"),
        ],
        subtitle="organisation person",
    )
    verbs = [
        Verb(
            "win",
            _("Won"),
            win_deal,
            icon="trophy",
            tone="success",
            when=_open,
            fields=[Date("closed_on", _("Closed on"), default=timezone.localdate)],
            done=_("%(name)s is won."),
            told=_("won"),
        ),
        Verb(
            "lose",
            _("Lost"),
            lose_deal,
            icon="circle-x",
            when=_open,
            fields=[
                Link("lost_reason", "lost-reasons", _("Because")),
                Link("competitor", "organisations", _("Lost to")),
                Date("closed_on", _("Closed on"), default=timezone.localdate),
            ],
            done=_("%(name)s is lost."),
            told=_("lost"),
        ),
        Verb(
            "reopen",
            _("Reopen"),
            reopen_deal,
            icon="rotate-ccw",
            when=lambda v: not _open(v),
            done=_("%(name)s is open again."),
            told=_("reopened"),
        ),
    ]
    rolls_up_to = ("organisation", "person")
    import_keys = ("external_id", "name")
    navigation = ("records", 30, "g d")

    def fill(self, values: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        """A new deal begins at the first open stage of its pipeline."""
        return completed(values)

    def after_write(self, ids: Sequence[int], viewer: Viewer | None) -> None:
        complete_deals(ids)

    def extra_context(self, item: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        stages = stage_bar(item["id"], viewer)
        return {"stages": stages, "guide": guide(stages, item, viewer)}


@registry.register
class DealLines(Record):
    entity, model, icon, title = "deal-lines", models.DealLine, "list", "description"
    label, plural = _("Deal line"), _("Deal lines")
    explains_itself = _("What a deal is about: product, quantity, price and discount. Add lines on the deal's page.")
    fields = [
        Link("deal", "deals", _("Deal"), required=True, related=_("Products")),
        Link("product", "products", _("Product")),
        Text("description", _("Description"), longest=300),
        Number("quantity", _("Quantity"), places=3, default=1),
        Money("price", _("Price"), required=True),
        Number("discount", _("Discount"), places=2, least=0, most=100, suffix=" %", default=0),
        Integer("position", _("Position"), help=_("Without one it comes last.")),
    ]
    lists = List(columns="product description quantity price discount", sort="position")
    page = Page(groups=[(_("Line"), "deal product description quantity price discount position")], timeline=False)
    access = Via("deal")
    has_timeline = searchable = False
    constraints = {"line_discount": ("discount", _("The discount lies between 0 and 100 per cent."))}

    def fill(self, values: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        """Without a price a line takes the product's, in the deal's currency. Raises InvalidFields without a rate."""
        from rapport.catalogue.door import price_of
        from rapport.sales.queries import currency_of

        made = filled({"quantity": 1, "discount": 0}, values)
        if made.get("price") in ("", None):
            made.pop("price", None)
        if "price" not in made and made.get("product"):
            made["price"] = price_of(made["product"], currency_of(made.get("deal")))
        return made


@registry.register
class DealContacts(Record):
    entity, model, icon, title = "deal-contacts", models.DealContact, "users", "role"
    label, plural = _("Deal contact"), _("Deal contacts")
    explains_itself = _("The people who have a part in a deal: who decides, who pays, who speaks for it.")
    fields = [
        Link("deal", "deals", _("Deal"), required=True, related=_("Contacts")),
        Link("person", "people", _("Person"), required=True, related=_("Part in deals")),
        Choice("role", CONTACT_ROLES, _("Role")),
    ]
    lists = List(columns="deal person role", sort="-created_at")
    page = Page(groups=[(_("Contact"), "deal person role")], timeline=False)
    access = Via("deal", "person")
    has_timeline = searchable = False
    constraints = {"deal_contact_once": ("person", _("This person has a part in the deal already."))}


@registry.register
class Pipelines(Record):
    entity, model, icon, title = "pipelines", models.Pipeline, "kanban", "name"
    label, plural = _("Pipeline"), _("Pipelines")
    explains_itself = _("The ways in which you sell. Each has stages of its own, and a board.")
    also_called = _("funnel, sales process, workflow, board")
    fields = [Text("name", _("Name"), required=True, longest=120), Integer("position", _("Position"), default=0)]
    lists = List(columns="name position", sort="position")
    page = Page(groups=[(_("Pipeline"), "name position")], timeline=False)
    access = Shared()
    navigation = ("settings:data", 10, "")
    has_timeline = searchable = False
    import_keys = ("name", "external_id")
    constraints = {"pipeline_once": ("name", _("There is a pipeline of this name already."))}

    def after_write(self, ids: Sequence[int], viewer: Viewer | None) -> None:
        from rapport.sales.actions.close_pipelines import close_pipelines

        close_pipelines(ids)


@registry.register
class Stages(Record):
    entity, model, icon, title = "stages", models.Stage, "milestone", "name"
    label, plural = _("Stage"), _("Stages")
    explains_itself = _("The steps of a pipeline, with their probability, what a deal needs there, and guidance.")
    also_called = _("steps, phases, status, probability, columns, rotting")
    fields = [
        Link("pipeline", "pipelines", _("Pipeline"), required=True, related=_("Stages")),
        Text("name", _("Name"), required=True, longest=120),
        Choice("kind", models.Stage.KINDS, _("Kind"), default="open"),
        Integer("position", _("Position"), help=_("Without one it comes last.")),
        Number("probability", _("Probability"), least=0, most=100, suffix=" %", default=0),
        Integer("rotting_days", _("Rots after days"), least=1, most=3650),
        Choices(
            "required_fields",
            needed_fields,
            _("Required fields"),
            help=_("What a deal must have to stand in this stage."),
        ),
        LongText("guidance", _("Guidance")),
    ]
    lists = List(columns="name pipeline kind position probability rotting_days", sort="pipeline position")
    page = Page(
        groups=[(_("Stage"), "pipeline name kind position probability rotting_days required_fields guidance")],
        timeline=False,
    )
    access = Shared()
    navigation = ("settings:data", 12, "")
    has_timeline = searchable = False
    constraints = {
        "stage_once": ("name", _("The pipeline has a stage of this name already.")),
        "stage_probability": ("probability", _("A probability lies between 0 and 100 per cent.")),
    }

    def fill(self, values: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        return filled({"kind": "open", "probability": 0}, values)

    def after_write(self, ids: Sequence[int], viewer: Viewer | None) -> None:
        from rapport.sales.actions.make_room import make_room

        make_room(ids)


@registry.register
class LostReasons(Record):
    entity, model, icon, title = "lost-reasons", models.LostReason, "circle-x", "name"
    label, plural = _("Lost reason"), _("Lost reasons")
    explains_itself = _("Why deals are lost: whoever loses one chooses from these, so that you can count them.")
    also_called = _("loss, closed, rejected, why")
    fields = [Text("name", _("Name"), required=True, longest=120)]
    lists = List(columns="name", sort="name")
    page = Page(groups=[(_("Reason"), "name")], timeline=False)
    access = Shared()
    navigation = ("settings:data", 16, "")
    has_timeline = searchable = False
    import_keys = ("name", "external_id")
    constraints = {"lost_reason_once": ("name", _("There is a reason of this name already."))}
