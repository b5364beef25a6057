"""The sample company that a new instance can start with."""

from datetime import date

from rapport.config.simulate.conductor import Report, simulate
from rapport.customers.models import Organisation, Person
from rapport.platform.identity.models import User
from rapport.platform.identity.tokens import make_link
from rapport.platform.setup.demo import make_company

PEOPLE, YEARS, SEED = 1_200, 3, 1


def has_customers() -> bool:
    """Whether there is any person or organisation, be it in the bin."""
    return Person.objects.exists() or Organisation.objects.exists()


def load_demo(*, today: date | None = None) -> tuple[Report, str]:
    """Writes the sample company; returns the report, and the path of a sign-in link if nobody could sign in before."""
    alone = not User.objects.exists()
    make_company()
    report = simulate(people=PEOPLE, years=YEARS, seed=SEED, today=today)
    if not alone:
        return report, ""
    return report, make_link(User.objects.filter(role__key="administrator").order_by("pk")[0])
