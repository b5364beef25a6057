from rapport.records.fields.about import About
from rapport.records.fields.base import Context, Field
from rapport.records.fields.choices import Boolean, Choice, Choices
from rapport.records.fields.currency import Currency
from rapport.records.fields.dates import Date, DateTime, Time
from rapport.records.fields.durations import Duration
from rapport.records.fields.files import File, Image
from rapport.records.fields.links import Link, Owner, Tags
from rapport.records.fields.numbers import Integer, Money, Number
from rapport.records.fields.points import Addresses, Country, Emails, Phones
from rapport.records.fields.text import Domain, Email, Generated, LongText, Reference, Text

__all__ = [
    "About", "Addresses", "Boolean", "Choice", "Choices", "Context", "Country", "Currency", "Date", "DateTime", "Domain",
    "Duration", "Email", "Emails", "Field", "File", "Generated", "Image", "Integer", "Link", "LongText", "Money", "Number",
    "Owner", "Phones", "Reference", "Tags", "Text", "Time",
]  # fmt: skip
