"""Chance, clock and texts of simulated histories."""

from datetime import date

from rapport.kit.simulation.chance import Deck, around, pick, rolls, weighted
from rapport.kit.simulation.clock import DAY, Clock
from rapport.kit.simulation.lines import Rows, Table, escaped
from rapport.kit.simulation.phrases import Phrases


def test_a_deck_deals_every_number_once():
    for size in (1, 2, 7, 360, 1000):
        deck = Deck(rolls("deck", size), size)
        assert sorted(deck.deal() for _ in range(size)) == [(n, 0) for n in range(size)]
        assert deck.deal()[1] == 1


def test_the_same_seed_rolls_the_same():
    one, same, other = rolls(1, "a"), rolls(1, "a"), rolls(1, "b")
    assert [one() for _ in range(5)] == [same() for _ in range(5)] != [other() for _ in range(5)]


def test_around_has_the_mean_that_was_asked_for():
    roll = rolls("around")
    drawn = [around(roll, 4.5) for _ in range(20_000)]
    assert min(drawn) == 0
    assert 4.2 < sum(drawn) / len(drawn) < 4.8


def test_weights_are_shares():
    pool = weighted((("often", 3), ("seldom", 1)))
    assert pool.count("often") == 3
    assert pick(lambda: 0.99, pool) == "seldom"


def test_the_clock_ends_today_and_knows_working_hours():
    clock = Clock(date(2026, 5, 17), 2)  # a Sunday
    assert clock.day(clock.today) == "2026-05-17"
    assert clock.text(clock.now) == "2026-05-17 09:00:00+00"
    assert clock.time(clock.now).isoformat() == "2026-05-17T09:00:00+00:00"
    assert clock.day(-1) < clock.day(0)
    roll = rolls("clock")
    for day in range(clock.today - 30, clock.today):
        moment = clock.at_work(roll, day)
        assert date.fromisoformat(clock.day(moment // DAY)).weekday() < 5
        assert moment // DAY <= day
    assert clock.at_work(roll, clock.today) <= clock.now


def test_phrases_fill_parts_choices_and_words():
    phrases = Phrases("test", ("[Hello|Dear] %(first)s,\n{what}.",), {"what": ("one", "two")}, 40)
    said = {phrases.say(rolls(n), {"first": "Ana"}) for n in range(40)}
    assert said == {f"{hello} Ana,\\n{what}." for hello in ("Hello", "Dear") for what in ("one", "two")}


def test_rows_are_packed_as_copy_reads_them():
    rows, table = Rows(), Table("x", "a b")
    rows.of(table).append(f"1\t{escaped('tab' + chr(9) + 'back' + chr(92) + chr(10))}")
    assert rows.packed() == [(table, b"1\ttab\\tback\\\\\\n\n")]
    assert Rows().packed() == []
