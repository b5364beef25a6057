"""Tags and tiers that simulated customers carry, and the few organisations that everybody has to do with."""

from django.db.models.functions import Lower

from rapport.customers.models import Organisation, Tag, Tier
from rapport.kit.simulation.clock import Clock

TAGS = {
    "Key account": "yellow", "Prospect": "blue", "Newsletter": "teal", "Trade fair": "purple", "Architect project": "orange",
    "VIP": "red", "Home office": "green", "Competitor": "grey", "Dealer": "pink",
}  # fmt: skip
COMPETITORS = (
    ("Stuhlwerk Nord GmbH", "stuhlwerk-nord.example", "DE", "Bremen"), ("Bureau Clair SAS", "bureau-clair.example", "FR", "Lyon"),
    ("Deskline plc", "deskline.example", "GB", "Leeds"), ("Ofitec Muebles S.A.", "ofitec.example", "ES", "Valencia"),
    ("Workform Inc.", "workform.example", "US", "Chicago"),
)  # fmt: skip


def make_tags(clock: Clock) -> dict[str, str]:
    """Makes the tags that are not there yet; returns ids as text by name."""
    known = dict(Tag.objects.filter(deleted_at=None).values_list(Lower("name"), "pk"))
    since = {"created_at": clock.time(0), "updated_at": clock.time(0)}
    new = [Tag(name=name, colour=colour, **since) for name, colour in TAGS.items() if name.lower() not in known]
    known |= {tag.name.lower(): tag.pk for tag in Tag.objects.bulk_create(new)}
    return {name: str(known[name.lower()]) for name in TAGS}


def tiers() -> list[str]:
    """Ids of the tiers as text, the best first."""
    return [
        str(pk) for pk in Tier.objects.filter(deleted_at=None).order_by("position", "pk").values_list("pk", flat=True)
    ]


def make_competitors(clock: Clock, tag: str) -> list[str]:
    """Makes the competitors that are not there yet; returns their ids as text."""
    names = [name for name, *_ in COMPETITORS]
    known = dict(Organisation.objects.filter(deleted_at=None, name__in=names).values_list("name", "pk"))
    new = [
        Organisation(
            name=name, domain=domain, industry="Office furniture", size=180 + 90 * n, tags=[int(tag)],
            addresses=[{"street": "", "postal_code": "", "city": city, "region": "", "country": country, "type": "work", "verified": False}],
            created_at=clock.time(0), updated_at=clock.time(0),
        )
        for n, (name, domain, country, city) in enumerate(COMPETITORS)
        if name not in known
    ]  # fmt: skip
    known |= {one.name: one.pk for one in Organisation.objects.bulk_create(new)}
    return [str(known[name]) for name in names]
