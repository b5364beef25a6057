"""Mappings that ship with Rapport; a room may add its own folder of JSON files."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from rapport.records.importing.headers import digest

# The titles of the files, for people; what else stands in them is for programs.
TITLES = {
    "crm-accounts": _("Accounts of the CRM sales opportunities data set"),
    "crm-pipeline": _("Opportunities of the CRM sales opportunities data set"),
    "crm-products": _("Products of the CRM sales opportunities data set"),
    "crm-sales-teams": _("Sales teams of the CRM sales opportunities data set"),
    "northwind-customers": _("Customers of Northwind, with their contact persons"),
    "northwind-products": _("Products of Northwind"),
    "northwind-suppliers": _("Suppliers of Northwind, with their contact persons"),
}


@lru_cache(maxsize=1)
def examples() -> list[dict[str, Any]]:
    """Every shipped mapping: {"name", "title", "entity", "header", "settings": {"passes": ...}}; titles are lazy."""
    found = [orjson.loads(path.read_bytes()) for path in sorted(Path(__file__).parent.glob("*.json"))]
    return [{**one, "title": TITLES.get(one["name"], one["title"]), "digest": digest(one["header"])} for one in found]


def example_for(header: list[str]) -> dict[str, Any] | None:
    """The shipped mapping for files with this header, or None."""
    return next((one for one in examples() if one["digest"] == digest(header)), None)


def example_named(name: str) -> dict[str, Any] | None:
    """The shipped mapping of that name, or None."""
    return next((one for one in examples() if one["name"] == name), None)
