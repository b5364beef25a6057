"""The sample company itself."""

from rapport.platform.setup.company import company, forget
from rapport.platform.setup.models import Company

# Furniture, lighting and coffee for offices: sold to companies, through dealers, and to people who work at home.
COMPANY = {"name": "Aldermoor Workplace", "country": "NL", "currency": "EUR", "time_zone": "Europe/Amsterdam"}


def make_company() -> Company:
    """Writes the sample company's row unless the first run was done already; returns the row that is in force."""
    made, _created = Company.objects.get_or_create(pk=1, defaults=COMPANY)
    forget()
    return made


def base_currency() -> str:
    """The currency that amounts are compared in."""
    return company().currency
