"""What a column of a file can fill: the fields of an entity, and parts of those that have parts."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.kit.places import find_country
from rapport.kit.tables import mapping
from rapport.platform.identity.viewer import Viewer
from rapport.records.fields import (
    Addresses,
    Boolean,
    Choice,
    Date,
    DateTime,
    Domain,
    Email,
    Emails,
    Field,
    Generated,
    Integer,
    Link,
    Money,
    Number,
    Phones,
    Reference,
    Tags,
    Text,
)  # fmt: skip
from rapport.records.fields.points import Points
from rapport.records.record import Record

# The names by which files know the parts of an address.
_PART_NAMES = {
    "street": ("address", "street address", "address line 1", "street", "addresses"),
    "postal_code": ("postal code", "zip", "postcode", "zip code"),
    "city": ("city", "town"),
    "region": ("region", "state", "province", "county"),
    "country": ("country", "country code", "location"),
}
_KINDS: list[tuple[type[Field], str]] = [
    (Emails, "email"), (Email, "email"), (Phones, "phone"), (Date, "date"), (DateTime, "datetime"), (Money, "money"),
    (Integer, "number"), (Number, "number"), (Boolean, "bool"), (Choice, "choice"), (Tags, "tags"), (Link, "link"),
    (Domain, "url"),
]  # fmt: skip


@dataclass(frozen=True)
class Target:
    """`key` as in a mapping: "name", "addresses.city", "phones.fax", "emails.2", "amount_currency", "id".

    `field` is None for the id, which finds records but is never written. `part`: of an address, a type, or "currency";
    `place` in the list, from 1.
    """

    key: str
    label: str
    field: Field | None
    part: str = ""
    place: int = 0

    @property
    def is_link(self) -> bool:
        return isinstance(self.field, Link)

    @property
    def can_be_key(self) -> bool:
        """Whether values of the field find records."""
        return self.field is None or isinstance(self.field, (Text | Emails, Reference))


def is_open(one: Field) -> bool:
    """Whether an import may fill the field. A title made of other fields is filled through them."""
    return (one.importable and not one.readonly) or (isinstance(one, Generated) and one.name == one.record.title)


def target_of(record: Record, key: str, viewer: Viewer | None = None) -> Target | None:
    """The target of that key, or None."""
    if key == "id":
        return Target("id", _("Id in Rapport"), None)
    known = record.fields_for(viewer)
    if key.endswith("_currency") and isinstance(one := known.get(key.removesuffix("_currency")), Money):
        return Target(key, f"{one.label}: {_('Currency')}", one, "currency")
    name, _dot, rest = key.partition(".")
    one = known.get(name)
    if one is None or not is_open(one):
        return None
    if not rest:
        return Target(key, str(one.label), one, "street" if isinstance(one, Addresses) else "", 1)
    if isinstance(one, Addresses) and rest in one.parts:
        return Target(key, f"{one.label}: {_part_label(rest)}", one, rest, 1)
    if isinstance(one, Points) and not isinstance(one, Addresses):
        if len(rest) == 1 and rest in "123456789":
            return Target(key, f"{one.label} {rest}", one, "", int(rest))
        if label := dict(one.kinds).get(rest):
            return Target(key, f"{one.label}: {label}", one, rest, 0)
    return None


def _part_label(part: str) -> str:
    return {
        "street": _("Street"), "postal_code": _("Postal code"), "city": _("City"), "region": _("Region"),
        "country": _("Country"),
    }[part]  # fmt: skip


def targets(record: Record, viewer: Viewer | None = None) -> list[Target]:
    """Everything that a column may fill, in the order in which it is offered."""
    keys: list[str] = []
    for name, one in record.fields_for(viewer).items():
        if not is_open(one):
            continue
        if isinstance(one, Addresses):
            keys += [f"{name}.{part}" for part in one.parts]
        elif isinstance(one, Phones):
            keys += [name, f"{name}.mobile", f"{name}.home", f"{name}.fax", f"{name}.2"]
        elif isinstance(one, Emails):
            keys += [name, f"{name}.home", f"{name}.2"]
        elif isinstance(one, Money):
            keys += [name, f"{name}_currency"]
        else:
            keys.append(name)
    return [found for key in [*keys, "id"] if (found := target_of(record, key, viewer))]


def for_proposal(record: Record, viewer: Viewer | None = None) -> list[mapping.Target]:
    """The targets as the kit's proposer wants them."""
    return [_described(one) for one in targets(record, viewer) if one.field is not None]


def _described(target: Target) -> mapping.Target:
    one = target.field
    assert one is not None
    if isinstance(one, Addresses):
        is_country = target.part == "country"
        return mapping.Target(
            target.key,
            target.part.replace("_", " "),
            (*_PART_NAMES[target.part], *(one.aliases if is_country else ())),
            "country" if is_country else "text",
            looks_like=(lambda text: find_country(text) is None) if target.part in ("street", "city") else None,
        )
    if target.part == "currency":
        return mapping.Target(target.key, f"{one.label} currency", (f"{one.name} currency", "currency"), "currency")
    if isinstance(one, Points) and target.key != one.name:
        words = {
            "mobile": ("mobile", "mobile phone", "cell"),
            "home": (f"home {one.label}", "private"),
            "fax": ("fax",),
        }
        other = {"mobile": "mobile phone", "home": f"home {one.name[:-1]}", "fax": "fax number"}
        name = other.get(target.part) or f"{one.name[:-1]} {target.place}"
        kind = "email" if isinstance(one, Emails) else "phone"
        return mapping.Target(target.key, name, words.get(target.part, (f"other {one.name[:-1]}",)), kind)
    aliases = one.aliases
    if isinstance(one, Phones):
        aliases = tuple(a for a in aliases if a not in ("mobile", "cell"))
    kind = next((kind for cls, kind in _KINDS if isinstance(one, cls)), "text")
    choices: tuple[str, ...] = ()
    if isinstance(one, Choice) and len(one.options) <= 60:
        choices = tuple(text for key, label in one.options for text in (key, str(label)))
    return mapping.Target(target.key, str(one.label), (one.name, *aliases), kind, choices)
