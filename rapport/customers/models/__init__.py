from rapport.customers.models.groups import Tag, Tier
from rapport.customers.models.links import Employment, Relationship
from rapport.customers.models.organisation import Organisation
from rapport.customers.models.person import Person

__all__ = ["Employment", "Organisation", "Person", "Relationship", "Tag", "Tier"]
