"""Batches of rows that are asked for ahead of their use."""

import threading

import pytest

from rapport.records.ahead import ahead


def test_all_batches_come_in_their_order_until_one_is_not_full() -> None:
    batches = iter([[1, 2], [3, 4], [5], [6, 7]])
    assert list(ahead(lambda: next(batches), 2)) == [[1, 2], [3, 4], [5]]
    batches = iter([[1, 2], []])
    assert list(ahead(lambda: next(batches), 2)) == [[1, 2], []]


def test_the_next_batch_is_asked_for_while_this_one_is_used() -> None:
    asked = threading.Semaphore(0)

    def fetch() -> list[int]:
        asked.release()
        return [1]

    batches = ahead(fetch, 1)
    next(batches)
    assert asked.acquire(timeout=10) and asked.acquire(timeout=10)
    batches.close()


def test_who_stops_early_leaves_nothing_under_way() -> None:
    going, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def fetch() -> list[int]:
        if going.is_set():
            assert may_end.wait(10)
            ended.set()
        going.set()
        return [1]

    batches = ahead(fetch, 1)
    next(batches)
    threading.Timer(0.05, may_end.set).start()
    batches.close()
    assert ended.is_set()


def test_what_goes_wrong_is_raised_where_the_rows_are_used() -> None:
    given = iter([[1]])
    batches = ahead(lambda: next(given), 1)
    assert next(batches) == [1]
    with pytest.raises(RuntimeError):
        next(batches)
