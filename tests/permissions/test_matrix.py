"""Who may do what: every route, method, person and relation, as declared in declared.py."""

import pytest

from tests.permissions.cells import all_cells, some_cells, undeclared


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
