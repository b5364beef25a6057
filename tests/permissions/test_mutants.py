"""The matrix is worth something: take a check away, and it turns red. Every so many here; `bin/permission-mutants` does all."""

import pytest

from tests.permissions import remembered
from tests.permissions.checks import checks, without
from tests.permissions.mutants import verified
from tests.permissions.questions import questions
from tests.permissions.survivors import SURVIVORS
from tests.permissions.taking import live_functions

# Checks that much stands on, by file and function: always. Of the others every so many.
SOME = {
    "rapport/platform/access/pages.py": ("signed_in.wrapper", "needs.wrap.wrapper"),
    "rapport/records/pages/guard.py": ("page.wrapper", "must"),
    "rapport/records/access.py": ("OwnedBy.rule", "Shared.rule", "Via.rule"),
    "rapport/records/write.py": ("lock",),
    "rapport/records/api/operations.py": ("_must",),
    "rapport/records/fields/links.py": ("Link.existing",),
    "rapport/platform/identity/signed_in.py": ("_let_in",),
    "rapport/platform/identity/tokens.py": ("user_of_token",),
}
EVERY = 12


@pytest.mark.timeout(400)
def test_the_matrix_notices_each_check_that_is_gone(matrix, record_property):
    memory, every = remembered.noticed(), checks()
    known = [one for one in every if one.name in memory]
    found = [one for one in known if one.function in SOME.get(one.file, ())]
    assert known
    found += [one for one in known[::EVERY] if one not in found]
    asked = {one.name: one for one in questions(matrix)}
    living, by_check = live_functions(), {one.name: one for one in every}
    left = [
        one for one in found
        if memory[one.name] not in asked or not verified(one, asked[memory[one.name]], living, by_check)
    ]  # fmt: skip
    record_property("said", f"permission mutants: {len(found) - len(left)} of {len(found)} noticed")
    assert not left, "\n".join(f"{one}, which was noticed by {memory[one.name]}" for one in left)


def test_every_check_that_changes_nothing_is_there_and_has_its_reason():
    names = {one.name for one in checks()}
    assert set(SURVIVORS) <= names
    assert all(len(one.why) > 20 and set(one.walls) <= names for one in SURVIVORS.values())


def test_every_check_is_noticed_or_has_its_reason():
    """A new one is found, and what notices it written down, by `bin/permission-mutants`: commit noticed.json with it."""
    unknown = {one.name for one in checks()} - set(SURVIVORS) - set(remembered.noticed())
    assert not unknown, "run bin/permission-mutants; nothing is known to notice\n" + "\n".join(sorted(unknown))


def test_what_is_found_can_be_taken_away():
    unable = [one for one in checks()[::10] if one.how != "wrap" and without(one) is None]
    assert not unable, "\n".join(map(str, unable))
