"""Fixed lists of choices for people and organisations."""

from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

GENDERS = [("female", _("Female")), ("male", _("Male")), ("diverse", _("Diverse")), ("undisclosed", _("Undisclosed"))]
EDUCATIONS = [
    ("none", _("None")),
    ("primary", _("Primary school")),
    ("secondary", _("Secondary school")),
    ("vocational", _("Vocational training")),
    ("bachelor", _("Bachelor's degree")),
    ("master", _("Master's degree")),
    ("doctorate", _("Doctorate")),
]
MARITAL_STATUSES = [
    ("single", _("Single")),
    ("partnered", _("Partnered")),
    ("married", _("Married")),
    ("separated", _("Separated")),
    ("divorced", _("Divorced")),
    ("widowed", _("Widowed")),
]
# Per household and year, in the company's currency.
INCOME_BANDS = [
    ("below_20k", _("Below 20,000")),
    ("20k_40k", _("20,000 to 40,000")),
    ("40k_60k", _("40,000 to 60,000")),
    ("60k_100k", _("60,000 to 100,000")),
    ("100k_200k", _("100,000 to 200,000")),
    ("above_200k", _("Above 200,000")),
]
COLOURS = [
    ("grey", _("Grey")),
    ("red", _("Red")),
    ("orange", _("Orange")),
    ("yellow", _("Yellow")),
    ("green", _("Green")),
    ("teal", _("Teal")),
    ("blue", _("Blue")),
    ("purple", _("Purple")),
    ("pink", _("Pink")),
]
# kind -> (said from the one side, said from the other side)
RELATIONSHIPS = {
    "spouse": (_("Spouse of"), _("Spouse of")),
    "parent": (_("Parent of"), _("Child of")),
    "sibling": (_("Sibling of"), _("Sibling of")),
    "friend": (_("Friend of"), _("Friend of")),
    "colleague": (_("Colleague of"), _("Colleague of")),
    "assistant": (_("Assistant of"), _("Assisted by")),
    "reports_to": (_("Reports to"), _("Manager of")),
    "referred": (_("Referred"), _("Referred by")),
    "supplier": (_("Supplier of"), _("Customer of")),
    "dealer": (_("Dealer of"), _("Sells through")),
    "partner": (_("Partner of"), _("Partner of")),
    "competitor": (_("Competitor of"), _("Competitor of")),
    "investor": (_("Investor in"), _("Funded by")),
    "adviser": (_("Adviser of"), _("Advised by")),
    "member": (_("Member of"), _("Has as member")),
}
RELATIONSHIP_KINDS = [(kind, sides[0]) for kind, sides in RELATIONSHIPS.items()]


def languages() -> list[tuple[str, str]]:
    """Language codes with their names in the viewer's language."""
    return _languages(get_language() or "en")


@cache
def _languages(reader: str) -> list[tuple[str, str]]:
    from babel import Locale

    names = Locale.parse(reader, sep="-").languages
    return sorted(((code, name) for code, name in names.items() if len(code) == 2), key=lambda pair: pair[1])
