from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.cursor import decode, encode

VALUES = st.one_of(
    st.none(), st.booleans(), st.text(), st.integers(), st.floats(allow_nan=False), st.dates(),
    st.datetimes(timezones=st.just(UTC)), st.times(), st.decimals(allow_nan=False, allow_infinity=False), st.uuids(),
)  # fmt: skip


@given(st.lists(VALUES, max_size=5), st.text(max_size=20))
def test_comes_back_with_its_types(values: list[object], sort: str) -> None:
    if any(isinstance(v, str) and not v.isprintable() and any("\ud800" <= c <= "\udfff" for c in v) for v in values):
        return
    back = decode(encode(values, sort), sort)
    assert back == values
    assert [type(v) for v in back] == [type(v) for v in values]


ROW = ["Müller", Decimal("1.50"), date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), None, UUID(int=7), 42]


def test_is_refused_for_another_sort_or_key() -> None:
    cursor = encode(ROW, "-name,id")
    with pytest.raises(ValueError, match="not one of this list"):
        decode(cursor, "name,id")
    with pytest.raises(ValueError):
        decode(cursor, "-name,id", key=b"secret")


def test_every_single_change_is_refused() -> None:
    cursor = encode(ROW, "name")
    for i, char in enumerate(cursor[:-1]):
        changed = cursor[:i] + ("A" if char != "A" else "B") + cursor[i + 1 :]
        with pytest.raises(ValueError):
            decode(changed, "name")


@given(st.text(max_size=60))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        decode(text, "name")


def test_refuses_types_it_cannot_carry() -> None:
    with pytest.raises(TypeError):
        encode([object()], "name")  # type: ignore[list-item]
