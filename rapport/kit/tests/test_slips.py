"""Slips between two words."""

import pytest

from rapport.kit.slips import slips


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("sundkvist", "sundqvist", 1),
        ("halverson", "halvorsen", 2),
        ("meier", "meire", 1),
        ("", "ab", 2),
        ("same", "same", 0),
        ("kitten", "sitting", 3),
        ("brown", "bromwell", 3),
    ],
)
def test_slips_are_counted_up_to_the_most(one, other, expected):
    assert slips(one, other, 2) == expected == slips(other, one, 2)
