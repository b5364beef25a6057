"""Sums, counts and orders give nothing away: what one does not reach can go without moving anything that one is shown."""

import pytest
from django.db import transaction

from tests.permissions import unmoved
from tests.permissions.besides import besides
from tests.permissions.cells import all_cells
from tests.permissions.foreign_ids import tries

# What sums, counts and ranks; of the rest a share.
ALWAYS = ("GET / ", "GET /deals ", "GET /deals/board ", "GET /people/board ", "GET /organisations/<int:id> ", "GET /api/v1/deals/totals ",
          "GET /calendar ", "home: ", "group: GET /deals ")  # fmt: skip


@pytest.fixture(scope="module")
def shown(matrix):
    calls = [*tries(matrix.world), *besides(matrix.world)]
    return list(unmoved.pages(matrix, list(all_cells()), calls))


@pytest.mark.timeout(400)
def test_what_is_hidden_moves_nothing(matrix, shown, record_property):
    always = [one for one in shown if any(place in one.says for place in ALWAYS)]
    some = always + shown[:: len(shown) // 20]
    record_property("said", f"{len(some)} of {len(shown)} pages with and without what is hidden")
    wrong = unmoved.judge_all(matrix, some)
    assert not wrong, "\n".join(wrong)


def test_a_page_that_is_moved_is_found(matrix, shown):
    """The control: what is within reach is missed."""
    page = next(one for one in shown if one.person == "adam" and "GET /deals " in one.says)
    before = unmoved._answer(matrix, page)
    with transaction.atomic():
        unmoved.take_away(matrix, "ana")
        assert unmoved._answer(matrix, page) != before
        transaction.set_rollback(True)
