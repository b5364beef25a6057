"""Seeded chance, quick enough for millions of draws. `roll` is a function that returns a float in [0, 1)."""

from collections.abc import Callable, Iterable, Sequence
from math import gcd
from random import Random
from typing import TypeVar

T = TypeVar("T")
Roll = Callable[[], float]


def rolls(*seed: object) -> Roll:
    """A source of chance of its own: the same seed gives the same rolls on every machine."""
    return Random(":".join(map(str, seed))).random  # noqa: S311 no secret is made of it


def pick(roll: Roll, pool: Sequence[T]) -> T:
    """One element of the pool."""
    return pool[int(roll() * len(pool))]


def weighted(pairs: Iterable[tuple[T, int]]) -> tuple[T, ...]:
    """A pool in which each value stands as often as its weight says, for `pick`."""
    return tuple(value for value, weight in pairs for _ in range(weight))


def around(roll: Roll, mean: float) -> int:
    """A whole number of at least 0 around `mean`, with a long tail (geometric)."""
    count, stop = 0, 1 / (mean + 1)
    while roll() > stop and count < 40 * mean + 10:
        count += 1
    return count


class Deck:
    """The numbers 0 to size - 1 in a seeded order without repeats, and without keeping them."""

    def __init__(self, roll: Roll, size: int) -> None:
        self.size, self._shift, self._dealt = size, int(roll() * size), 0
        step = int(size * (0.3 + 0.4 * roll())) | 1
        while gcd(step, size) != 1:
            step += 2
        self._step = step

    def deal(self) -> tuple[int, int]:
        """The next number, and how often the whole deck was dealt before."""
        number, self._dealt = self._dealt, self._dealt + 1
        return (number % self.size * self._step + self._shift) % self.size, number // self.size
