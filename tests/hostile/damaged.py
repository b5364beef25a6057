"""The n-th damaged file of a seed: always the same bytes for the same two numbers."""

import random
from dataclasses import dataclass

from tests.hostile import delimited, packages, seeds, sheets

SHARE_OF_CSV = 0.6
SHARE_OF_RARE = 0.03
SHARE_OF_TWO = 0.25


@dataclass(frozen=True)
class Damaged:
    """`ways` names the mutations in their order; `entity` is what the rows are said to be."""

    number: int
    entity: str
    kind: str
    ways: tuple[str, ...]
    data: bytes

    @property
    def name(self) -> str:
        return f"damaged-{self.number}.{self.kind}"


def damaged(seed: int, number: int) -> Damaged:
    """One damaged file."""
    # A text as the seed of the chance: tuples are not allowed, and sums would repeat.
    chance = random.Random(f"{seed}:{number}")
    kind = "csv" if chance.random() < SHARE_OF_CSV else "xlsx"
    entity, data = seeds.pick(chance, kind)
    ways = []
    for _time in range(2 if chance.random() < SHARE_OF_TWO else 1):
        mutation = _mutation(kind, chance)
        try:
            changed = mutation(data, chance)
        except (OSError, EOFError, RuntimeError, ValueError, LookupError, ArithmeticError):
            continue  # What the first mutation left cannot be taken apart any more.
        except Exception as error:
            if type(error).__module__ not in ("zipfile", "zlib", "re"):
                raise
            continue
        if changed:
            data = changed
            ways.append(mutation.__name__)
    return Damaged(number, entity, kind, tuple(ways), data)


def _mutation(kind: str, chance: random.Random) -> delimited.Mutation:
    if chance.random() < (0.2 if kind == "csv" else 0.1):
        return chance.choice(delimited.OF_ANY)
    if chance.random() < SHARE_OF_RARE:
        return chance.choice(delimited.RARE if kind == "csv" else packages.RARE)
    if kind == "csv":
        return chance.choice(delimited.OF_TEXT)
    return chance.choice(packages.OF_PACKAGE if chance.random() < 0.35 else sheets.OF_SHEETS)
