"""The matrix is worth something: take a check away, and it turns red. A dozen here; `bin/permission-mutants` does all."""

import pytest

from tests.permissions.checks import checks, without
from tests.permissions.mutants import questions, survivors
from tests.permissions.survivors import SURVIVORS

# Checks that much stands on, by file and function.
SOME = {
    "rapport/platform/access/pages.py": ("signed_in.wrapper", "needs.wrap.wrapper"),
    "rapport/records/pages/guard.py": ("page.wrapper", "must"),
    "rapport/records/access.py": ("OwnedBy.rule", "Shared.rule", "Via.rule"),
    "rapport/records/write.py": ("lock",),
    "rapport/records/api/operations.py": ("_must",),
    "rapport/records/fields/links.py": ("Link.existing",),
    "rapport/platform/identity/backends.py": ("EmailBackend.get_user",),
    "rapport/platform/identity/tokens.py": ("user_of_token",),
}
# What is asked of them: of every kind of access one entity, and what is one's own.
PLACES = (
    "GET /api/v1/deals/<int:id> ", "PATCH /api/v1/deals/<int:id> ", "PATCH /api/v1/deal-lines/<int:id> ",
    "DELETE /api/v1/products/<int:id> ", "GET /deals ", "GET /deals/bin ", "GET /settings/company ", "GET /menu ",
    "revoked token", "foreign link: POST /api/v1/deals ",
)  # fmt: skip


@pytest.mark.timeout(400)
def test_the_matrix_notices_each_check_that_is_gone(matrix, record_property):
    found = [one for one in checks() if one.function in SOME.get(one.file, ()) and one.how != "wrap"]
    found = [one for one in found if one.name not in SURVIVORS]
    assert {one.file for one in found} == set(SOME)
    asked = questions(matrix, share=1, places=PLACES)
    told: list[str] = []
    left = survivors(found, asked, told.append, most=5000)
    record_property("said", f"permission mutants: {len(found) - len(left)} of {len(found)} noticed")
    assert not left, "\n".join(map(str, left))


def test_every_check_that_is_known_to_change_nothing_is_there_and_has_its_reason():
    assert set(SURVIVORS) <= {one.name for one in checks()}
    assert all(len(why) > 20 for why in SURVIVORS.values())


def test_what_is_found_can_be_taken_away():
    unable = [one for one in checks()[::10] if one.how != "wrap" and without(one) is None]
    assert not unable, "\n".join(map(str, unable))
