"""Values for every type of field: good ones that differ and repeat, and bad ones that must be refused."""

from collections.abc import Callable
from typing import Any

from rapport.records import fields as f
from rapport.records.fields.role import RoleField

TEXTS = ["Alder", "birch", "Cedar Wood", "alder"]
# What no field but text may take, whatever its type.
NEVER: list[Any] = [["\x00"], {"nonsense": 1}]


def sample(one: f.Field, i: int, linked: Callable[[str], list[int]]) -> Any:
    """The i-th value of a field: four in turn, the first of them empty; texts repeat in another case."""
    turn = i % 4
    if turn == 0 and not one.required:
        return None
    if isinstance(one, RoleField):
        return ["member", "manager", "read_only", "administrator"][turn]
    if isinstance(one, f.Email):
        return f"{TEXTS[turn].replace(' ', '')}{i}@example.test"
    if isinstance(one, f.Domain):
        return f"{TEXTS[turn].replace(' ', '').lower()}.example"
    if isinstance(one, f.Reference):
        return f"R-{i}"
    if isinstance(one, f.Link):
        known = linked(one.to)
        return known[turn % len(known)]
    if isinstance(one, f.File):
        return None
    if isinstance(one, f.Choice):
        key = one.options[turn % len(one.options)][0]
        return [key] if isinstance(one, f.Choices) else key
    if isinstance(one, f.Number):
        return str(turn * 10 + 0.5)
    for kind, values in _BY_TYPE.items():
        if isinstance(one, kind):
            return values[turn]
    raise NotImplementedError(f"no sample for {one!r}")


_BY_TYPE: dict[type, list[Any]] = {
    f.Integer: [1999, 2001, 2002, 1999],
    f.Boolean: [False, True, False, True],
    f.Money: ["1.00", {"amount": "10.50", "currency": "EUR"}, {"amount": 20, "currency": "EUR"}, "10.50"],
    f.Date: ["2026-01-01", "2026-01-31", "2025-12-31", "2026-01-31"],
    f.DateTime: ["2026-01-01T08:00:00Z", "2026-01-31T23:30:00Z", "2026-02-01T00:30:00Z", "2026-01-01T08:00:00Z"],
    f.Time: ["08:00", "09:30", "17:00", "08:00"],
    f.Tags: [[], [], [], []],
    f.About: [[], [], [], []],
    f.Emails: [[], ["ana@alder.test"], ["ben@birch.test", "ana@alder.test"], ["cleo@cedar.test"]],
    f.Phones: [[], ["+44 20 7946 0001"], ["+49 30 901820", "+44 20 7946 0001"], ["+44 20 7946 0002"]],
    f.Addresses: [
        [],
        [{"city": "Leeds", "country": "GB"}],
        [{"city": "Berlin", "country": "DE"}, {"city": "Leeds", "country": "GB"}],
        [{"city": "Leeds", "country": "GB"}],
    ],
    f.Text: TEXTS,
    f.LongText: TEXTS,
}

_BAD: dict[type, list[Any]] = {
    f.File: ["nothing", 999_999_999, -1, 2**62, "9" * 5000, "²", [1], {"id": "x"}, {"x": 1}, True, 1.5, "\x00"],
    f.Integer: ["many", True, [1], {"x": 1}, 10**12, "9" * 5000, 1.5, "²"],
    f.Number: ["many", True, [1], {"x": 1}, 10**16, "1e400", "NaN", "9" * 5000],
    f.Money: ["many", True, [1], {"x": 1}, {"amount": 1, "currency": "XXQ"}, {"amount": {"x": 1}}, 10**16, "1e400"],
    f.Boolean: ["perhaps", 2, ["true"], {"x": 1}, 1.5],
    f.Date: ["2026-02-30", "yesterday-ish", "0000-00-00", "99999-01-01", True, ["2026-01-01"], {"x": 1}, "²"],
    f.DateTime: [
        "2026-02-30T10:00", "25:00", "2026-01-01T99:00", "2026-01-01T10:00+99:99", True, [1], {"x": 1}, "0001-01-01T00:00",
    ],
    f.Time: ["25:00", "noon", True, ["08:00"], {"x": 1}, "\x00"],
    f.Choice: ["nonsense", True, ["x"], {"x": 1}, "\x00", "x" * 10_000],
    f.Link: ["nobody", 999_999_999, -1, 2**62, "9" * 5000, "²", [1], {"id": "x"}, {"x": 1}, True, 1.5, "\x00"],
    f.Tags: [["no such tag"], [999_999_999], ["\x00"], ["²"], [{"id": [1]}], [True], ["9" * 5000], [[1]], {"x": 1}],
    f.About: [
        [{"entity": "nonsense", "id": 1}], [{"entity": "people", "id": 999_999_999}], [{"entity": "people", "id": "²"}],
        [{"entity": "people", "id": "9" * 5000}], ["people/x"], [5], {"x": 1}, [{"entity": ["people"], "id": 1}],
        [{"entity": "people", "id": 10**18}], True,
    ],
    f.Emails: [["no address"], [5], [{"address": ["x"]}], [{"x": 1}], {"x": 1}, ["a@b\x00.de"], True, [["a@b.de"]]],
    f.Phones: [["no digits"], [{"number": ["1"]}], [{"x": 1}], {"x": 1}, ["1\x00"], ["1" * 10_000], True, [[1]]],
    f.Addresses: [
        [{"country": "Atlantis"}], [{"x": 1}], [{"city": ["x"]}], ["a\x00"], [{"city": "x" * 10_000}], {"x": 1}, True,
        [{"city": "Leeds", "type": "castle"}],
    ],
    f.Text: [["x"], {"x": 1}, True, "a\x00b", "x" * 200_001],
    f.LongText: [["x"], {"x": 1}, True, "a\x00b", "x" * 200_001],
}  # fmt: skip


def bad(one: f.Field) -> list[Any]:
    """Values that the field must refuse, by its nearest type."""
    for kind in type(one).__mro__:
        if kind in _BAD:
            return _BAD[kind]
    raise NotImplementedError(f"no bad values for {one!r}")
