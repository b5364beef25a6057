"""People, organisations and what ties them together, declared for the engine."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rapport.customers import models, options
from rapport.customers.names import split_given_name
from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.access import Shared, Via
from rapport.records.boards.declare import Board
from rapport.records.duplicates import SameEmail, SamePhone, SameValue, SimilarCompany, SimilarName
from rapport.records.errors import InvalidFields
from rapport.records.fields import (
    Addresses,
    Boolean,
    Choice,
    Country,
    Date,
    Domain,
    Emails,
    Generated,
    Image,
    Integer,
    Link,
    LongText,
    Money,
    Owner,
    Phones,
    Tags,
    Text,
)
from rapport.records.record import List, Page, Record


@registry.register
class People(Record):
    entity, model, icon, title, face = "people", models.Person, "users", "name", "round"
    picture = "photo"
    label, plural = _("Person"), _("People")
    explains_itself = _("Everybody your company knows: customers, prospects, contacts at partners and suppliers.")
    fields = [
        Generated("name", _("Name"), filled=True, aliases=("full name", "contact", "contact name", "person")),
        Text("first_name", _("First name"), longest=120, aliases=("given name", "forename"), personal=True),
        Text("last_name", _("Last name"), longest=120, aliases=("surname", "family name"), personal=True),
        Emails(aliases=("email", "e-mail", "email address", "mail"), label=_("E-mails"), personal=True),
        Phones(aliases=("phone", "telephone", "mobile", "cell", "phone number"), label=_("Phones"), personal=True),
        Link(
            "organisation",
            "organisations",
            _("Organisation"),
            create=True,
            aliases=("company", "account", "employer", "organization", "company name"),
            related=_("People"),
        ),
        Text(
            "job_title",
            _("Job title"),
            longest=150,
            suggest=True,
            aliases=("title", "position", "role", "contact title"),
        ),
        Addresses(aliases=("address",), label=_("Addresses"), personal=True),
        Generated("city", _("City")),
        Country("country", _("Country")),
        Date("birth_date", _("Birth date"), aliases=("birthday", "date of birth", "dob"), personal=True, past=True),
        Choice("gender", options.GENDERS, _("Gender"), aliases=("sex",), personal=True),
        Choice("language", options.languages, _("Language"), personal=True),
        Choice("education", options.EDUCATIONS, _("Education"), personal=True),
        Choice("marital_status", options.MARITAL_STATUSES, _("Marital status"), personal=True),
        Choice("income_band", options.INCOME_BANDS, _("Income"), personal=True),
        Link("tier", "tiers", _("Tier"), create=True, aliases=("customer tier", "level")),
        Tags("tags", label=_("Tags"), aliases=("labels", "categories")),
        Image("photo", _("Photo"), personal=True),
        LongText("description", _("Description"), aliases=("about", "background", "comments", "notes")),
        Owner("owner", _("Owner"), aliases=("account manager", "sales agent", "responsible")),
    ]
    lists = List(columns="name emails phones organisation job_title country tier owner", sort="name")
    board = Board(by="tier", card="organisation job_title tags", also="owner", sort="name")
    page = Page(
        groups=[
            (_("Contact"), "emails phones addresses language"),
            (_("Work"), "organisation job_title"),
            (_("Customer"), "owner tier tags description"),
            (
                _("Personal"),
                "photo first_name last_name birth_date gender marital_status education income_band external_id",
            ),
        ],
        subtitle="job_title organisation",
    )
    import_keys = ("external_id", "emails", "name")
    duplicates = (SameEmail(), SamePhone(), SimilarName(within="organisation"))
    rolls_up_to = ("organisation",)
    navigation = ("records", 10, "g p")

    def fill(self, values: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        """A name given as one is split; somebody without any name is called by their address.

        Raises InvalidFields for somebody whom nothing is known of.
        """
        made = split_given_name(values)
        if not any(made.get(name) for name in ("first_name", "last_name", "emails", "phones", "external_id")):
            raise InvalidFields({"name": gettext("A name, an e-mail address or a phone number is needed.")})
        return made


@registry.register
class Organisations(Record):
    entity, model, icon, title, face = "organisations", models.Organisation, "building-2", "name", "square"
    label, plural = _("Organisation"), _("Organisations")
    explains_itself = _("Companies, schools, authorities and clubs: your customers, prospects, suppliers and partners.")
    fields = [
        Text(
            "name",
            _("Name"),
            required=True,
            aliases=("company", "account", "organisation", "organization", "company name", "account name"),
        ),
        Domain("domain", _("Domain"), longest=253, aliases=("website", "web", "url", "homepage")),
        Text("industry", _("Industry"), longest=120, suggest=True, aliases=("sector", "branch")),
        Integer("size", _("Employees"), least=0, aliases=("employees", "number of employees", "headcount", "staff")),
        Money("revenue", _("Annual revenue"), aliases=("revenue", "turnover", "sales")),
        Integer(
            "founded",
            _("Founded"),
            least=1000,
            most=2999,
            grouped=False,
            aliases=("year established", "founded in", "established"),
        ),
        Link(
            "parent",
            "organisations",
            _("Parent"),
            create=True,
            aliases=("subsidiary of", "parent company", "parent account", "holding"),
            related=_("Subsidiaries"),
        ),
        Emails(aliases=("email", "e-mail"), label=_("E-mails")),
        Phones(aliases=("phone", "telephone"), label=_("Phones")),
        Addresses(aliases=("address", "location", "office location", "headquarters"), label=_("Addresses")),
        Generated("city", _("City")),
        Country("country", _("Country")),
        Link("tier", "tiers", _("Tier"), create=True, aliases=("customer tier", "level")),
        Tags("tags", label=_("Tags"), aliases=("labels", "categories")),
        LongText("description", _("Description"), aliases=("about", "comments", "notes")),
        Owner("owner", _("Owner"), aliases=("account manager", "sales agent", "responsible")),
    ]
    lists = List(columns="name domain industry size revenue country parent owner", sort="name")
    board = Board(by="tier", card="industry country tags", also="owner", sort="name")
    page = Page(
        groups=[
            (_("Contact"), "domain emails phones addresses"),
            (_("Company"), "industry size revenue founded parent"),
            (_("Customer"), "owner tier tags description"),
            (_("More"), "external_id"),
        ],
        subtitle="industry country",
    )
    import_keys = ("external_id", "name", "domain")
    duplicates = (SameEmail(), SamePhone(), SameValue("domain", _("Same domain")), SimilarCompany())
    constraints = {"organisation_parent_circle": ("parent", _("An organisation cannot lie above itself."))}
    rolls_up_to = ("parent",)
    navigation = ("records", 20, "g o")


@registry.register
class Employments(Record):
    entity, model, icon, title = "employments", models.Employment, "briefcase", "job_title"
    label, plural = _("Employment"), _("Employments")
    explains_itself = _("Who works or worked where, as what and since when. A person can have several.")
    fields = [
        Link("person", "people", _("Person"), required=True, related=_("Employments")),
        Link("organisation", "organisations", _("Organisation"), required=True, related=_("Staff")),
        Text("job_title", _("Job title"), longest=150, suggest=True, aliases=("role", "position")),
        Text("department", _("Department"), longest=120, suggest=True),
        Date("starts_on", _("From")),
        Date("ends_on", _("Until")),
        Boolean("is_primary", _("Primary"), readonly=True),
    ]
    lists = List(columns="person organisation job_title department starts_on ends_on", sort="-created_at")
    page = Page(
        groups=[(_("Employment"), "person organisation job_title department starts_on ends_on")], timeline=False
    )
    access = Via("person", "organisation")
    has_timeline = searchable = False
    constraints = {
        "employment_once": ("organisation", _("This person already has an open employment there.")),
        "employment_ends_after_start": ("ends_on", _("The end lies before the beginning.")),
    }


@registry.register
class Relationships(Record):
    entity, model, icon, title = "relationships", models.Relationship, "waypoints", "kind"
    label, plural = _("Relationship"), _("Relationships")
    explains_itself = _("How people and organisations stand to each other: who advises, supplies or reports to whom.")
    fields = [
        Link("person", "people", _("Person"), related=_("Relationships")),
        Link("organisation", "organisations", _("Organisation"), related=_("Relationships")),
        Choice("kind", options.RELATIONSHIP_KINDS, _("Is"), required=True),
        Link("other_person", "people", _("Other person"), related=_("Relationships from others")),
        Link("other_organisation", "organisations", _("Other organisation"), related=_("Relationships from others")),
        Date("starts_on", _("From")),
        Date("ends_on", _("Until")),
        Text("description", _("Description"), longest=300),
    ]
    lists = List(columns="person organisation kind other_person other_organisation starts_on", sort="-created_at")
    page = Page(
        groups=[
            (
                _("Relationship"),
                "person organisation kind other_person other_organisation starts_on ends_on description",
            )
        ],
        timeline=False,
    )
    access = Via("person", "organisation", "other_person", "other_organisation")
    has_timeline = searchable = False
    constraints = {
        "relationship_has_one_party": ("person", _("Name either a person or an organisation.")),
        "relationship_has_one_other_party": ("other_person", _("Name either another person or another organisation.")),
        "relationship_of_two_people": ("other_person", _("Nobody stands in a relationship to themselves.")),
        "relationship_of_two_organisations": (
            "other_organisation",
            _("An organisation does not stand in a relationship to itself."),
        ),
    }


@registry.register
class TagRecords(Record):
    entity, model, icon, title = "tags", models.Tag, "tag", "name"
    label, plural = _("Tag"), _("Tags")
    explains_itself = _(
        "Short words that people and organisations can carry, as many as you like, to find them again together."
    )
    also_called = _("labels, keywords, categories, segments")
    fields = [
        Text("name", _("Name"), required=True, longest=80),
        Choice("colour", options.COLOURS, _("Colour"), default="grey", colours={c: c for c, _label in options.COLOURS}),
    ]
    lists = List(columns="name colour created_at", sort="name")
    page = Page(groups=[(_("Tag"), "name colour")], timeline=False)
    access = Shared()
    navigation = ("settings:data", 20, "")
    has_timeline = searchable = False
    import_keys = ("name", "external_id")
    constraints = {"tag_once": ("name", _("There is a tag of this name already."))}


@registry.register
class TierRecords(Record):
    entity, model, icon, title = "tiers", models.Tier, "medal", "name"
    label, plural = _("Tier"), _("Tiers")
    explains_itself = _("How important a customer is, such as A, B and C. Each customer has at most one.")
    also_called = _("levels, ranks, classes, priority, A B C")
    fields = [
        Text("name", _("Name"), required=True, longest=80),
        Choice("colour", options.COLOURS, _("Colour"), default="grey", colours={c: c for c, _label in options.COLOURS}),
        Integer("position", _("Position"), default=0),
    ]
    lists = List(columns="name colour position", sort="position")
    page = Page(groups=[(_("Tier"), "name colour position")], timeline=False)
    access = Shared()
    navigation = ("settings:data", 22, "")
    has_timeline = searchable = False
    import_keys = ("name", "external_id")
    constraints = {"tier_once": ("name", _("There is a tier of this name already."))}
