"""One class that proves an entity: inherit from it in the room's tests/test_records.py."""

from rapport.records.testing.boards import BoardsCase
from rapport.records.testing.counts import CountsCase
from rapport.records.testing.inputs import InputsCase
from rapport.records.testing.lists import ListsCase
from rapport.records.testing.pages import PagesCase
from rapport.records.testing.rights import RightsCase
from rapport.records.testing.versions import VersionsCase


class RecordCase(RightsCase, VersionsCase, InputsCase, ListsCase, CountsCase, PagesCase, BoardsCase):
    """All inherited tests."""


__all__ = ["RecordCase"]
