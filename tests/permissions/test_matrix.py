"""Who may do what: every route, method, person and relation, as declared in declared.py."""

import pytest

from tests.permissions import inside
from tests.permissions.besides import besides
from tests.permissions.cells import all_cells, some_cells, undeclared
from tests.permissions.foreign_ids import tries
from tests.permissions.trying import judge


def test_every_route_is_declared_and_every_declared_one_is_there():
    assert not undeclared(), "\n".join(undeclared())


@pytest.mark.timeout(400)
def test_the_matrix_holds(matrix, record_property):
    """A share of the cells; `bin/permissions` asks all of them."""
    cells = list(all_cells())
    chosen = some_cells(cells, picks=1)
    wrong = [said for cell in chosen if (said := matrix.judge(cell))]
    record_property("said", f"permission matrix: {len(chosen)} of {len(cells)} cells asked")
    assert not wrong, f"{len(wrong)} of {len(chosen)} cells:\n" + "\n".join(wrong[:60])


def test_work_that_goes_on_asks_again(matrix):
    """For somebody whose rights changed meanwhile, and in what people are told."""
    wrong = [said for one in inside.insides() if (said := inside.judge(matrix, one))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(400)
def test_a_foreign_id_gets_nobody_further(matrix, record_property):
    """In forms, bodies, filters, options and selections, beside the same with an id of one's own."""
    everything = list(tries(matrix.world))
    found = everything[::12] + list(besides(matrix.world))
    wrong = [said for one in found if (said := judge(matrix, one))]
    record_property("said", f"foreign ids: {len(found)} of {len(everything)} tries")
    assert not wrong, f"{len(wrong)} of {len(found)}:\n" + "\n".join(wrong[:60])
