"""No other site can let somebody's browser do anything: every method that writes asks for the token of our own pages."""

import pytest
from django.middleware.csrf import _get_new_csrf_string

from tests.permissions.cells import all_cells
from tests.permissions.routes import API

SAFE = ("GET", "HEAD")


@pytest.fixture(scope="module")
def unsafe():
    """Of each method that writes one cell that is allowed, or else one that comes as far as anybody."""
    found = {}
    for cell in all_cells():
        if cell.declared and not cell.htmx and cell.method.split()[0] not in SAFE:
            kept = found.get((cell.route.name, cell.method))
            if kept is None or (kept.expected, kept.person.name != "adam") > (
                cell.expected,
                cell.person.name != "adam",
            ):
                found[cell.route.name, cell.method] = cell
    return list(found.values())


def test_without_our_token_nothing_is_done(matrix, unsafe, record_property):
    """Below /api as well, where a session is good enough to be let in."""
    wrong = []
    for cell in unsafe:
        made = matrix.ask(cell, csrf="", by_session=True)
        # Ninja's root of the API has no operation, and so nothing to protect.
        if made.status != 403 and not (made.status == 404 and cell.route.name == API):
            wrong.append(f"{cell}: {made.status} {made.crash}")
        elif made.changed:
            wrong.append(f"{cell}: refused, and yet {sorted(made.changed)} changed")
    record_property("said", f"{len(unsafe)} methods refused without our token")
    assert len(unsafe) > 75
    assert not wrong, "\n".join(wrong)


def test_with_our_token_the_same_is_done(matrix, unsafe):
    """The control, of every fifth: it is the token that was missing, and nothing else."""
    token = _get_new_csrf_string()
    allowed = [cell for cell in unsafe if cell.expected == 200][::5]
    wrong = [
        f"{cell}: {made.status} {made.crash}"
        for cell in allowed
        if (made := matrix.ask(cell, csrf=token, by_session=True)).kind >= 400
        and not (cell.rule.open and made.kind in (422, 429))
    ]
    assert len(allowed) > 15
    assert not wrong, "\n".join(wrong)
