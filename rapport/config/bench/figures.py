"""Printing a figure: one JSON object per line."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence


def show(name: str, value: float, unit: str, floor: float | None = None) -> None:
    """Prints {"name", "value", "unit", "floor", "ratio"}; the ratio is value over floor for times and sizes, floor over
    value for rates, so that 1 is as good as the floor and more is worse.
    """
    ratio = None
    if floor:
        ratio = round(floor / value if unit.endswith("/s") else value / floor, 2)
    line = {"name": name, "value": round(value, 3), "unit": unit, "floor": floor and round(floor, 3), "ratio": ratio}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def timed(do: Callable[[], object], *, times: int, warm: int = 3) -> list[float]:
    """Runs it `warm` times uncounted and `times` times counted; returns the milliseconds of each, sorted."""
    for _ in range(warm):
        do()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        do()
        found.append((time.perf_counter() - start) * 1000)
    return sorted(found)


def p50(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]
