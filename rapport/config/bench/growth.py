"""How cost grows with the company: the same figures at several sizes, and a fit of cost against people."""

import json
import math
import statistics
import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise

SIZES = (10_000, 100_000, 1_000_000)
# They are about the whole program or the machine, not about how much is in the database.
APART = ("simulate.time", "memory", "start", "vacuum", "groupby.deals", "list.rps.postgres")
# They work on as many rows as there are people, and on this many at most.
MOST_ROWS = 100_000
PER_ROW = ("bulk_edit", "undo")


def measure_growth() -> None:
    """Runs bin/bench at each of SIZES and prints, per figure, the exponent e of the best fit of cost = c * people ** e.

    0 is a cost that does not grow, 1 one that grows with the people; `costs` are milliseconds, seconds per row, or
    seconds per piece, in the order of SIZES. `worst` is the greatest exponent between two neighbouring sizes.
    """
    runs = {people: _run(people) for people in SIZES}
    for name in runs[SIZES[0]]:
        if name in APART or any(name not in run for run in runs.values()):
            continue
        costs = [cost(runs[people][name], people) for people in SIZES]
        steps = [fit(pair) for pair in pairwise(zip(SIZES, costs, strict=True))]
        line = {
            "name": f"growth.{name}", "value": round(fit(zip(SIZES, costs, strict=True)), 3), "unit": "exponent",
            "worst": round(max(steps), 3), "costs": [float(f"{value:.4g}") for value in costs],
        }  # fmt: skip
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def _run(people: int) -> dict[str, dict]:
    """The figures at one size, by name; each is printed as it comes, with its size."""
    found: dict[str, dict] = {}
    command = [sys.executable, "-m", "rapport.config.bench", "--people", str(people)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            figure = json.loads(line)
            found[figure["name"]] = figure
            sys.stdout.write(json.dumps({**figure, "people": people}) + "\n")
            sys.stdout.flush()
    if run.returncode:
        raise RuntimeError(f"bin/bench --people {people} ended with {run.returncode}.")
    return found


def cost(figure: dict, people: int) -> float:
    """What one piece of work costs: a rate is turned round, and work on many rows is divided by them."""
    value = float(figure["value"])
    if str(figure["unit"]).endswith("/s"):
        return 1 / value
    return value / min(people, MOST_ROWS) if figure["name"] in PER_ROW else value


def fit(points: Iterable[tuple[float, float]]) -> float:
    """The slope of the least-squares line through (log n, log cost)."""
    found = [(math.log(n), math.log(max(value, 1e-9))) for n, value in points]
    return statistics.linear_regression([x for x, _y in found], [y for _x, y in found]).slope
