"""Small files as people have them, from which the damaged ones are made."""

import io
import random
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path

import xlsxwriter

DATA = Path(__file__).resolve().parent.parent / "data"
ROWS = 24

PEOPLE = (
    "Reference;First name;Last name;Email;Phone;Street;Zip;City;Country;Company;Birth date;Tags\r\n"
    'p1;Ana María;Ruiz;ana@example.com;+34 915 550 100;Calle Mayor 1;01234;Madrid;Spain;Acme;1980-02-13;"vip, new"\r\n'
    'p2;Ben;Okafor;"Ben@Example.com; ben2@example.com";030 1234567;"Hauptstraße 5\r\nHinterhof";04103;Leipzig;'
    "Germany;Acme;;\r\n"
    'p3;"Zoë ""Z""";Ångström;zoe@example.com;;;;Göteborg;Sweden;;12.11.1975;new\r\n'
    'p4;\'=cmd;山田;;;;;Ōsaka;Japan;"Foo; Bar";1990-01-31;\r\n'
)
TASKS = (
    "title,due,status,owner,description\n"
    '"Call, then write",2026-11-30 09:30,open,,"many\nlines"\n'
    "Send offer,2026-12-01,done,,\n"
    "Visit,31/12/2026,open,,x\n"
)
DEALS = (
    "name\torganisation\tamount\tcurrency\tstage\tcloses on\n"
    "Looms\tAcme\t1.234,50\tEUR\tQualified\t28.02.2027\n"
    "Sails\t\t$ 99\t\t\t\n"
    "Ropes\tFoo\t-12,00\tEUR\t\t01.03.2027\n"
)


def _head(name: str, lines: int = ROWS) -> bytes:
    return b"".join((DATA / name).read_bytes().splitlines(keepends=True)[:lines])


@cache
def texts() -> list[tuple[str, bytes]]:
    """(entity, CSV in UTF-8) of each kind of delimited seed."""
    return [
        ("people", PEOPLE.encode()),
        ("tasks", TASKS.encode()),
        ("deals", DEALS.encode()),
        ("organisations", _head("northwind_customers.csv")),
        ("organisations", _head("northwind_suppliers.csv", 12)),
        ("organisations", _head("accounts.csv")),
        ("products", _head("northwind_products.csv")),
        ("deals", _head("sales_pipeline.csv")),
        ("users", _head("sales_teams.csv", 10)),
    ]


@cache
def workbooks() -> list[tuple[str, bytes]]:
    """(entity, XLSX) of each kind of workbook seed."""
    return [("people", _workbook(_people)), ("products", _workbook(_products)), ("organisations", _workbook(_plain))]


def _workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    target = io.BytesIO()
    # A fixed day of making, so that the same seed gives the same bytes for ever.
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})
        fill(book)
    return target.getvalue()


def _people(book: xlsxwriter.Workbook) -> None:
    book.add_worksheet("Read me").write(0, 0, "Nothing to see")
    sheet = book.add_worksheet("Contacts")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, ["First name", "Last name", "Email", "Birth date", "Zip", "Company"])
    for i in range(1, 12):
        sheet.write_row(i, 0, [f"Given{i}", "Ruiz", f"p{i}@example.com"])
        sheet.write_datetime(i, 3, datetime(1980, 2, i), day)
        sheet.write_row(i, 4, [f"0123{i % 10}", "Acme"])
    sheet.merge_range(14, 0, 15, 3, "the end")


def _products(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Artikel")
    sheet.write_row(0, 0, ["name", "code", "price", "active", "since"])
    for i in range(1, 16):
        sheet.write_row(i, 0, [f"Thing {i}", f"X{i}"])
        sheet.write_number(i, 2, i * 1.25)
        sheet.write_boolean(i, 3, i % 2 == 0)
        sheet.write_formula(i, 4, f"=TODAY()+{i}", value=46000 + i)


def _plain(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["name", "domain", "city", "country", "founded"])
    for i in range(1, 9):
        sheet.write_row(i, 0, [f"Firm {i}", f"firm{i}.example", "Leeds", "GB", 1990 + i])
    sheet.write_url(9, 1, "https://example.com/")
    sheet.write_comment(2, 2, "a remark")
    sheet.write_datetime(10, 4, date(1999, 1, 1), book.add_format({"num_format": 14}))


def pick(chance: random.Random, kind: str) -> tuple[str, bytes]:
    """One seed of the kind, "csv" or "xlsx"."""
    return chance.choice(texts() if kind == "csv" else workbooks())
