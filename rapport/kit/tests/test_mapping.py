import time

import pytest

from rapport.kit.tables.mapping import THRESHOLD, Target, propose

ORGANISATION = [
    Target("name", "Name", ("account", "company", "organisation")),
    Target("external_id", "External ID", ("id", "account id", "company id", "customer id")),
    Target("industry", "Industry", ("sector",)),
    Target("founded", "Year founded", ("year established",), "number"),
    Target("revenue", "Annual revenue", (), "money"),
    Target("employees", "Employees", ("size", "staff"), "number"),
    Target("parent", "Parent organisation", ("subsidiary of", "parent"), "link"),
    Target("domain", "Website", ("domain", "homepage"), "url"),
    Target("phone", "Phone", ("main phone",), "phone"),
    Target("fax", "Fax", (), "phone"),
    Target("street", "Street", ("address", "address line 1"), "text"),
    Target("city", "City", (), "text"),
    Target("region", "Region", ("state",), "text"),
    Target("postal_code", "Postal code", ("zip",), "postal_code"),
    Target("country", "Country", ("office location",), "country"),
    Target("contact_name", "Contact person", ("contact name",)),
    Target("contact_title", "Contact's job title", ("contact title",)),
]
DEAL = [
    Target("name", "Name", ("deal name", "title")),
    Target("external_id", "External ID", ("id", "opportunity id", "deal id")),
    Target("organisation", "Organisation", ("account", "company"), "link"),
    Target("stage", "Stage", ("deal stage", "status"), "choice", ("Prospecting", "Engaging", "Won", "Lost")),
    Target("amount", "Value", ("close value", "amount"), "money"),
    Target("closes_on", "Expected close", ("close date",), "date"),
    Target("opened_on", "Opened on", ("engage date", "created"), "date"),
    Target("owner", "Owner", ("sales agent", "assigned to"), "user"),
    Target("product", "Product", (), "link"),
]
PERSON = [
    Target("first_name", "First name", (), "text"),
    Target("last_name", "Last name", (), "text"),
    Target("email", "E-mail", (), "email"),
    Target("phone", "Phone", ("home phone",), "phone"),
    Target("mobile", "Mobile", (), "phone"),
    Target("birth_date", "Birth date", (), "date"),
    Target("job_title", "Job title", ("title",)),
    Target("prefix", "Title of courtesy", ("salutation",)),
    Target("organisation", "Organisation", (), "link"),
    Target("country", "Country", (), "country"),
    Target("currency", "Currency", (), "currency"),
    Target("postal_code", "Postal code", (), "postal_code"),
]
PRODUCT = [
    Target("name", "Name", ("product", "product name")),
    Target("external_id", "External ID", ("id", "product id")),
    Target("category", "Category", ("series", "category name")),
    Target("unit", "Unit", ("quantity per unit",)),
    Target("price", "Price", ("sales price", "unit price"), "money"),
]


def chosen(columns: dict[str, list[str]], targets: list[Target]) -> dict[str, str | None]:
    return {p.column: p.target for p in propose(list(columns.items()), targets)}


def test_accounts() -> None:
    columns = {
        "account": ["Acme Corporation", "Betasoloin"],
        "sector": ["technolgy", "medical"],
        "year_established": ["1996", "1999"],
        "revenue": ["1100.04", "251.41"],
        "employees": ["2822", "495"],
        "office_location": ["United States", "Kenya", "Philipines"],
        "subsidiary_of": ["Acme Corporation"],
    }
    assert chosen(columns, ORGANISATION) == {
        "account": "name", "sector": "industry", "year_established": "founded", "revenue": "revenue",
        "employees": "employees", "office_location": "country", "subsidiary_of": "parent",
    }  # fmt: skip


def test_sales_pipeline() -> None:
    columns = {
        "opportunity_id": ["1C1I7A6R"],
        "sales_agent": ["Moses Frase"],
        "product": ["GTX Plus Basic", "GTXPro"],
        "account": ["Cancity"],
        "deal_stage": ["Won", "Engaging"],
        "engage_date": ["10/20/2016"],
        "close_date": ["3/1/2017"],
        "close_value": ["1054"],
    }
    assert chosen(columns, DEAL) == {
        "opportunity_id": "external_id", "sales_agent": "owner", "product": "product", "account": "organisation",
        "deal_stage": "stage", "engage_date": "opened_on", "close_date": "closes_on", "close_value": "amount",
    }  # fmt: skip


def test_northwind_customers() -> None:
    columns = {
        "customer_id": ["ALFKI"],
        "company_name": ["Alfreds Futterkiste"],
        "contact_name": ["Maria Anders"],
        "contact_title": ["Sales Representative"],
        "address": ["Obere Str. 57"],
        "city": ["Berlin"],
        "region": ["BC"],
        "postal_code": ["12209"],
        "country": ["Germany", "UK", "USA"],
        "phone": ["030-0074321", "(171) 555-7788"],
        "fax": ["030-0076545"],
    }
    assert chosen(columns, ORGANISATION) == {
        "customer_id": "external_id", "company_name": "name", "contact_name": "contact_name",
        "contact_title": "contact_title", "address": "street", "city": "city", "region": "region",
        "postal_code": "postal_code", "country": "country", "phone": "phone", "fax": "fax",
    }  # fmt: skip


def test_products_of_both_sources() -> None:
    assert chosen({"product": ["GTX Pro"], "series": ["GTX"], "sales_price": ["550"]}, PRODUCT) == {
        "product": "name",
        "series": "category",
        "sales_price": "price",
    }
    columns = {
        "product_id": ["1"],
        "product_name": ["Chai"],
        "category_name": ["Beverages"],
        "unit_price": ["18.0"],
        "quantity_per_unit": ["10 boxes x 20 bags"],
        "units_in_stock": ["39"],
        "discontinued": ["0"],
    }
    assert chosen(columns, PRODUCT) == {
        "product_id": "external_id", "product_name": "name", "category_name": "category", "unit_price": "price",
        "quantity_per_unit": "unit", "units_in_stock": None, "discontinued": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"Vorname": ["Ana"], "Nachname": ["Ruiz"], "E-Mail": ["a@x.yz"]}, ["first_name", "last_name", "email"]),
        ({"firstName": ["Ana"], "lastName": ["Ruiz"], "PLZ": ["01209"]}, ["first_name", "last_name", "postal_code"]),
        ({"Column 1": ["Ana"], "Column 2": ["ana@x.yz", "b@x.yz"]}, [None, "email"]),
        ({"Kontakt": ["+49 30 123456", "030-1234567"]}, ["phone"]),
        ({"X": ["Germany", "France", "UK"], "Y": ["EUR", "USD"]}, ["country", "currency"]),
        ({"Phone": ["+49 30 123456"], "Mobile": ["+49 171 123456"]}, ["phone", "mobile"]),
        ({"hire_date": ["1992-05-01"], "reports_to": ["2"], "extension": ["5467"]}, [None, None, None]),
    ],
)
def test_names_and_values(columns: dict[str, list[str]], expected: list[str | None]) -> None:
    assert list(chosen(columns, PERSON).values()) == expected


def test_values_that_do_not_fit_outweigh_the_name() -> None:
    (proposal,) = propose([("Email", ["Berlin", "Paris"])], PERSON)
    assert proposal.target is None


def test_a_target_is_used_once_and_reasons_are_given() -> None:
    proposals = propose([("E-mail", ["a@x.yz"]), ("Email", ["b@x.yz"]), ("Unheard of", ["?"])], PERSON)
    assert [p.target for p in proposals] == ["email", None, None]
    assert proposals[0].confidence >= THRESHOLD and "{name}" in proposals[0].reason


def test_own_tests_of_a_target_decide() -> None:
    target = Target("code", "Deal code", ("code",), "text", looks_like=lambda text: text.startswith("D-"))
    assert chosen({"code": ["D-1", "D-2"]}, [target]) == {"code": "code"}
    assert chosen({"code": ["x", "y"]}, [target]) == {"code": None}


def test_many_columns_answer_soon() -> None:
    columns = [(f"field number {i} of many", [str(i), "Berlin"]) for i in range(2000)]
    start = time.perf_counter()
    propose(columns, ORGANISATION)
    assert time.perf_counter() - start < 5
