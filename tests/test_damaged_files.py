"""Files that were damaged on their way, or on purpose: each is read or refused in words, quickly and in little memory.

bin/damaged-files does 20,000 of them.
"""

import pytest

from tests.hostile.bringing_in import MEGABYTE
from tests.hostile.damaged import damaged
from tests.hostile.files import Bringer, run, told_before, wrong_with

COUNT = 120
SEED = 5

pytestmark = pytest.mark.slow


@pytest.fixture
def bringer(database_server, request):
    made = []

    def begin(how=""):
        name = f"rapport_damaged_{request.node.name[:20]}_{len(made)}".lower().replace("[", "_")
        made.append((name, Bringer(database_server.copy(name), SEED, how)))
        return made[-1][1]

    yield begin
    for name, one in made:
        one.end()
        database_server.drop(name)


@pytest.mark.timeout(240)
def test_damaged_files_are_read_or_refused_in_words(bringer):
    tally = run(bringer(), range(COUNT), lambda: None)
    assert [(one["number"], one["ways"], one["wrong"], one["said"]) for one in tally.wrong] == []
    assert tally.outcomes["csv read"] > 20 and tally.outcomes["xlsx refused"] > 5
    assert len(tally.ways) > 40


def test_a_run_that_was_broken_off_goes_on(tmp_path):
    log = tmp_path / "log"
    log.write_text('{"seed": 1, "number": 0}\n{"seed": 2, "number": 1}\n{"seed": 1, "number": 4}\n{"seed": 1, "num')
    assert [one["number"] for one in told_before(log, 1)] == [0, 4]
    assert told_before(tmp_path / "none", 1) == []


def test_the_same_numbers_make_the_same_file():
    for number in range(40):
        assert damaged(SEED, number) == damaged(SEED, number)
    assert damaged(SEED, 1) != damaged(SEED + 1, 1)


@pytest.mark.parametrize(
    ("how", "wrong"),
    [("crash", "unhandled"), ("eat", "unhandled"), ("vanish", "died"), ("hang", "hung"), ("silent", "without a word")],
)
def test_the_judge_notices_what_must_not_be(bringer, how, wrong):
    """Controls: an importer that crashes, one that takes too much memory, one that dies, one that hangs, a mute one."""
    answer = bringer(f"tests.hostile.controls:{how}").ask(1, patience=3)
    assert wrong in wrong_with(answer), answer


def test_the_judge_notices_what_is_slow_or_large():
    fine = {"outcome": "read", "seconds": 0.1, "work": 0.1, "memory": 90 * MEGABYTE, "child": 0}
    assert wrong_with(fine) == ""
    assert wrong_with(fine | {"seconds": 9.9, "work": 1.9}) == "", "another program had the processor"
    assert wrong_with(fine | {"seconds": 2.1, "work": 2.2}) == "2.2 s"
    assert wrong_with(fine | {"child": 201 * MEGABYTE}) == "201 MB"
