"""One class that proves an entity: inherit from it in the room's tests/test_records.py."""

from rapport.records.testing.rights import RightsCase


class RecordCase(RightsCase):
    """All inherited tests."""


__all__ = ["RecordCase"]
