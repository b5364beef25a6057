"""A condition while it is being built: a form that may be half filled in, and back to a condition."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from rapport.kit import condition as conditions
from rapport.kit.condition import MANY, NONE, PAIR, PERIOD
from rapport.kit.periods import count_of, counted
from rapport.records.errors import Invalid, InvalidFields
from rapport.records.fields import Field
from rapport.records.fields.numbers import decimal_of
from rapport.records.read import Reader

# How deep groups may be nested in the builder: what is deeper came through the API and is kept as it is.
DEEPEST = 2
MOST_ROWS = 60
# What a field is asked first.
FIRST = {
    "number": "gte", "money": "gte", "date": "within", "datetime": "within", "link": "any_of", "user": "any_of",
    "choice": "any_of",
}  # fmt: skip
# "is one" is the same as "is any of one", so that a menu need not have both.
ONE_IS_MANY = {"is": "any_of", "is_not": "none_of"}
CHOSEN = ("link", "user", "choice")


@dataclasses.dataclass
class Draft:
    """One line of the builder. `kind`: leaf, group, or raw for what only the API can say."""

    path: str
    kind: str = "leaf"
    field: str = ""
    op: str = ""
    values: list[str] = dataclasses.field(default_factory=list)
    number: str = ""
    unit: str = "days"
    join: str = "all"
    items: list[Draft] = dataclasses.field(default_factory=list)
    raw: str = ""
    error: str = ""
    one: Field | None = None

    @property
    def depth(self) -> int:
        return self.path.count("-")

    def walk(self) -> Iterator[Draft]:
        """This line and all below it."""
        yield self
        for item in self.items:
            yield from item.walk()


def from_condition(node: conditions.Node, reader: Reader) -> Draft:
    """The lines that show a condition; the root is always a group."""
    root = node if isinstance(node, conditions.All | conditions.Any) else conditions.All((node,))
    return _group(root, "c", reader)


def _group(node: conditions.All | conditions.Any, path: str, reader: Reader) -> Draft:
    made = Draft(path, "group", join="all" if isinstance(node, conditions.All) else "any")
    for place, child in enumerate(node.children):
        below = f"{path}-{place}"
        if isinstance(child, conditions.Leaf):
            made.items.append(_leaf(child, below, reader))
        elif isinstance(child, conditions.All | conditions.Any) and below.count("-") <= DEEPEST:
            made.items.append(_group(child, below, reader))
        else:
            made.items.append(Draft(below, "raw", raw=json.dumps(conditions.dump(child))))
    return made


def _leaf(leaf: conditions.Leaf, path: str, reader: Reader) -> Draft:
    made = Draft(path, field=leaf.field, op=leaf.op, one=reader.path(leaf.field)[0])
    assert made.one is not None
    if made.one.kind in CHOSEN and leaf.op in ONE_IS_MANY and "any_of" in made.one.operators():
        made.op = ONE_IS_MANY[leaf.op]
    if leaf.op in ("within", "not_within") and (found := counted(str(leaf.value))):
        made.values, made.number, made.unit = [found[0]], str(found[1]), found[2]
    elif leaf.value is not None:
        given = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        made.values = [str(v).lower() if isinstance(v, bool) else str(v) for v in given]
    return made


def from_form(data: QueryDict, reader: Reader) -> Draft:
    """The lines as a form has them: c-0.field, c-0.op, c-0.value, c-1.join, c-1-0.field …"""
    root = Draft("c", "group", join="any" if data.get("c.join") == "any" else "all")
    paths = {match[1] for key in data if (match := re.fullmatch(r"(c(?:-\d{1,3}){1,3})\.(?:field|join|raw)", key))}
    groups = {"c": root}
    for path in sorted(paths, key=lambda p: [int(n) for n in p.split("-")[1:]])[:MOST_ROWS]:
        above = groups.get(path.rpartition("-")[0])
        if above is None:
            continue
        if f"{path}.join" in data and path.count("-") <= DEEPEST:
            made = groups[path] = Draft(path, "group", join="any" if data[f"{path}.join"] == "any" else "all")
        elif f"{path}.raw" in data:
            made = Draft(path, "raw", raw=data.get(f"{path}.raw", ""))
        else:
            made = _form_leaf(data, path, reader)
        above.items.append(made)
    return root


def _form_leaf(data: QueryDict, path: str, reader: Reader) -> Draft:
    made = Draft(path, field=data.get(f"{path}.field", ""), op=data.get(f"{path}.op", ""))
    if not made.field:
        return made
    try:
        made.one = reader.path(made.field)[0]
    except InvalidFields:
        made.field = ""
        return made
    known = made.one.operators()
    same = data.get(f"{path}.was", made.field) == made.field
    if not same or made.op not in known:
        made.op = FIRST.get(made.one.kind, "")
        made.op = made.op if made.op in known else next(iter(known), "")
        same = same and bool(data.get(f"{path}.op"))
    if same:
        made.values = [v for v in data.getlist(f"{path}.value") if v != ""][: conditions.MAX_VALUES]
        made.number, made.unit = data.get(f"{path}.number", ""), data.get(f"{path}.unit", "days")
        # From one date to a period or back what was typed means nothing.
        days = made.one.kind in ("date", "datetime")
        if days and (known.get(made.op) == PERIOD) == bool(re.match(r"\d", "".join(made.values[:1]))):
            made.values = []
    if known.get(made.op) == PERIOD and not made.values:
        made.values = ["this_month"]
    if made.values[:1] and made.values[0] in ("last", "next", "over", "in_over") and not made.number:
        made.number = "30" if made.unit == "days" else "1"
    if made.one.kind == "bool" and known.get(made.op) != NONE and not made.values:
        made.values = ["true"]
    return made


def change(root: Draft, do: str) -> str:
    """Carries out "add:c", "group:c" or "drop:c-0" and returns the path of the line to go on with."""
    verb, _colon, path = do.partition(":")
    found = {one.path: one for one in root.walk()}
    if verb in ("add", "group") and (group := found.get(path)) and group.kind == "group":
        place = max((int(item.path.rpartition("-")[2]) for item in group.items), default=-1) + 1
        below = f"{path}-{place}"
        if verb == "group" and below.count("-") <= DEEPEST:
            group.items.append(Draft(below, "group", join="any", items=[Draft(f"{below}-0")]))
            return f"{below}-0"
        group.items.append(Draft(below))
        return below
    if verb == "drop" and path in found and path != "c":
        above = found[path.rpartition("-")[0]]
        place = above.items.index(found[path])
        del above.items[place]
        return above.items[min(place, len(above.items) - 1)].path if above.items else ""
    return path


def to_condition(root: Draft, reader: Reader, *, strict: bool) -> conditions.Node | None:
    """The condition that the lines say, without lines that are still empty; None if nothing is left.

    With `strict` a line that lacks something gets its `error`, and the answer is not to be used if any has one.
    """
    if root.kind == "raw":
        try:
            return conditions.parse(root.raw)
        except conditions.ConditionError as problem:
            root.error = Invalid.of(problem).message if strict else root.error
            return None
    if root.kind == "leaf":
        return _made(root, reader, strict=strict)
    parts = [part for item in root.items if (part := to_condition(item, reader, strict=strict)) is not None]
    if not parts:
        return None
    return (conditions.All if root.join == "all" else conditions.Any)(tuple(parts))


def _made(line: Draft, reader: Reader, *, strict: bool) -> conditions.Leaf | None:
    if line.one is None:
        return None
    shape = line.one.operators().get(line.op)
    try:
        if shape is None:
            raise Invalid(_("Choose what to ask of the field."), line.op)
        leaf = conditions.parse(_json(line, line.one, shape))
        assert isinstance(leaf, conditions.Leaf)
        reader.leaf(leaf)
    except Invalid as problem:
        why = problem.message
    except conditions.ConditionError as problem:
        why = Invalid.of(problem).message
    except InvalidFields as problem:
        why = next(iter(problem.errors.values()))
    else:
        return leaf
    if strict:
        line.error = why
    return None


def _json(line: Draft, one: Field, shape: str) -> dict[str, Any]:
    """The leaf as JSON. Raises Invalid for a value that lacks or cannot be read."""
    made: dict[str, Any] = {"field": line.field, "op": line.op}
    if shape == NONE:
        return made
    if not line.values:
        raise Invalid(_("A value is needed."), None)
    if shape == PERIOD:
        name = line.values[0]
        if name in ("last", "next", "over", "in_over"):
            if not (line.number.isdecimal() and len(line.number) < 5 and int(line.number)):
                raise Invalid(_("A whole number from 1 to 9999 is needed."), line.number)
            name = count_of(name, int(line.number), line.unit)
        return made | {"value": name}
    if shape == MANY and one.kind == "text":
        values: list[Any] = [w.strip() for value in line.values for w in value.split(",") if w.strip()]
    else:
        values = [_typed(one, value) for value in line.values]
    if shape == PAIR:
        if len(values) < 2:
            raise Invalid(_("Both values are needed."), None)
        return made | {"value": values[:2]}
    return made | {"value": values if shape == MANY else values[0]}


def _typed(one: Field, value: str) -> Any:
    if one.kind == "bool":
        return value == "true"
    if one.kind in ("number", "money"):
        # As people write it, "5.000,50", but kept as everybody reads it.
        return format(decimal_of(value).normalize(), "f")
    if one.kind in ("link", "user", "tags") and value.isdecimal() and len(value) < 19:
        return int(value)
    return value.strip()
