"""The fit of how cost grows, and what is put into it."""

import pytest

from rapport.config.bench.growth import SIZES, cost, fit


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 2.0])
def test_a_power_is_found_again(exponent: float) -> None:
    assert fit([(n, 3.0 * n**exponent) for n in SIZES]) == pytest.approx(exponent)


def test_a_rate_that_falls_is_a_cost_that_grows() -> None:
    rates = [{"name": "export", "value": 1000 / (n / SIZES[0]), "unit": "rows/s"} for n in SIZES]
    assert fit([(n, cost(one, n)) for n, one in zip(SIZES, rates, strict=True)]) == pytest.approx(1)


def test_work_on_as_many_rows_as_there_are_is_counted_by_the_row() -> None:
    small, large = ({"name": "undo", "value": seconds, "unit": "s"} for seconds in (1.0, 10.0))
    assert cost(small, 10_000) == pytest.approx(cost(large, 100_000))
    assert cost(large, 1_000_000) == pytest.approx(1e-4)
