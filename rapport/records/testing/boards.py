"""The board of an entity: every record in one column, figures within reach, as many queries for 2 cards as for 50."""

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.records import registry, write
from rapport.records.testing.base import Base


class BoardsCase(Base):
    """Entities without a board are asked for one in vain, and have no other test of it."""

    def board(self, who: str, query: str = "") -> Any:
        """What that person's browser gets."""
        client = Client()
        client.force_login(self.cast.users[who])
        return client.get(f"{self.path}/board{query}")

    def cards(self, who: str, query: str = "") -> set[int]:
        """The ids of the cards that the person sees."""
        page = self.board(who, query)
        assert page.status_code == 200, (self.entity, who, page.status_code)
        return {int(pk) for pk in re.findall(r'data-card="(\d+)"', page.content.decode())}

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        record = registry.find(cls.entity)
        if record is not None and record.board is None:
            for name in ("in_one_column", "within_reach", "queries", "address"):
                setattr(cls, f"test_board_{name}", None)

    def test_without_a_declaration_there_is_no_board(self):
        expected = 200 if self.record.board else 404
        assert self.board(self.writer).status_code == expected

    def test_board_in_one_column(self):
        """Every card stands in exactly one column, by each field."""
        made = {self.make(), self.make()}
        assert self.record.board is not None
        for name in self.record.board.choices:
            page = self.board("ana", f"?group={name}&ended=1&filter={{}}").content.decode()
            shown = [int(pk) for pk in re.findall(r'data-card="(\d+)"', page)]
            assert made <= set(shown), name
            assert len(shown) == len(set(shown)), name
            assert "&lt;" not in page, f"{name}: markup is shown as text"

    def test_board_within_reach(self):
        """Cards and counts are within the viewer's reach."""
        mine = self.make()
        assert mine in self.cards("ana")
        assert mine in self.cards("mia")
        assert mine not in self.cards("cleo")
        counts = re.findall(r'<span class="count" title=[^>]*>(\d+)<', self.board("cleo").content.decode())
        assert not any(int(count) for count in counts)

    def test_board_queries(self):
        """The board takes as many queries for many cards as for two."""
        self.make()
        self.make()
        self.board(self.writer)
        with CaptureQueriesContext(connection) as few:
            self.board(self.writer)
        for i in range(200, 248):
            write.create(self.record, self.vary(i), viewer=self.cast.viewer(self.writer))
        with CaptureQueriesContext(connection) as many:
            self.board(self.writer)
        asked = [
            [q["sql"] for q in caught.captured_queries if "setup_company" not in q["sql"]] for caught in (few, many)
        ]
        assert len(asked[1]) <= len(asked[0]) + 1, asked[1]

    def test_board_address(self):
        """What no longer exists in the address is said, and the board is shown."""
        self.make()
        for query in (
            "?group=nonsense",
            "?within=999999999",
            '?filter={"field":"nonsense","op":"is","value":1}',
            "?sort=nope",
        ):
            assert self.board("ana", query).status_code == 200, query
        assert self.board("ana", "?column=nonsense").status_code == 404
