"""Products and what they are counted in, declared for the engine."""

from django.utils.translation import gettext_lazy as _

from rapport.catalogue import models
from rapport.records import registry
from rapport.records.access import Shared
from rapport.records.fields import Boolean, Currency, Date, Integer, Link, LongText, Money, Number, Text
from rapport.records.record import List, Page, Record


@registry.register
class Products(Record):
    entity, model, icon, title = "products", models.Product, "package", "name"
    label, plural = _("Product"), _("Products")
    explains_itself = _("Everything you sell, with its unit and price. Deals and quotes take their lines from here.")
    fields = [
        Text("name", _("Name"), required=True, aliases=("product", "product name", "item")),
        Text("code", _("Code"), longest=60, aliases=("sku", "article", "product code", "part number")),
        Link(
            "category",
            "product-categories",
            _("Category"),
            create=True,
            aliases=("series", "category name", "group", "product line"),
            related=_("Products"),
        ),
        Text("unit", _("Unit"), longest=60, suggest=True, aliases=("quantity per unit", "uom")),
        Money("price", _("Price"), aliases=("sales price", "unit price", "list price")),
        Integer("stock", _("In stock"), aliases=("units in stock", "stock", "inventory")),
        Boolean("discontinued", _("Discontinued"), default=False),
        LongText("description", _("Description")),
    ]
    lists = List(columns="name code category unit price stock discontinued", sort="name")
    page = Page(
        groups=[(_("Product"), "name code category unit price stock discontinued description external_id")],
        timeline=False,
    )
    access = Shared()
    has_timeline = False
    import_keys = ("external_id", "code", "name")
    navigation = ("records", 40, "g r")
    constraints = {"product_code_once": ("code", _("There is a product with this code already."))}


@registry.register
class ProductCategories(Record):
    entity, model, icon, title = "product-categories", models.ProductCategory, "folder-tree", "name"
    label, plural = _("Product category"), _("Product categories")
    explains_itself = _("The groups and subgroups in which your products stand.")
    also_called = _("product groups, catalogue, taxonomy, types")
    fields = [
        Text("name", _("Name"), required=True, longest=120),
        Link("parent", "product-categories", _("Parent"), related=_("Subcategories")),
    ]
    lists = List(columns="name parent", sort="name")
    page = Page(groups=[(_("Category"), "name parent external_id")], timeline=False)
    access = Shared()
    navigation = ("settings:data", 30, "")
    has_timeline = searchable = False
    import_keys = ("name", "external_id")
    constraints = {
        "category_once": ("name", _("There is a category of this name already.")),
        "category_parent_circle": ("parent", _("A category cannot lie above itself.")),
    }


@registry.register
class Rates(Record):
    entity, model, icon, title = "rates", models.ExchangeRate, "coins", "currency"
    label, plural = _("Exchange rate"), _("Exchange rates")
    explains_itself = _("What one unit of another currency is worth in your base currency, from which day on.")
    also_called = _("currencies, currency, money, conversion, euro, dollar, ISO 4217")
    fields = [
        Currency("currency", _("Currency"), required=True),
        Date("starts_on", _("From"), required=True),
        Number("rate", _("Worth in base currency"), required=True, places=8, least=0),
    ]
    lists = List(columns="currency starts_on rate", sort="-starts_on")
    page = Page(groups=[(_("Rate"), "currency starts_on rate")], timeline=False)
    access = Shared()
    navigation = ("settings:data", 40, "")
    has_timeline = searchable = False
    constraints = {
        "rate_once": ("starts_on", _("There is a rate for this currency and day already.")),
        "rate_is_positive": ("rate", _("The rate must be above zero.")),
    }
