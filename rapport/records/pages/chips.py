"""The active filter as chips: each readable, each with where to edit it and the address without it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from rapport.kit import condition as conditions
from rapport.kit.condition import ME, MY_TEAM
from rapport.platform.ui.templatetags.ui import number
from rapport.records import registry
from rapport.records.errors import Invalid, InvalidFields
from rapport.records.fields import About, Date, DateTime, Field, Link, Money, Number, Tags
from rapport.records.fields.dates import day_of
from rapport.records.fields.numbers import decimal_of
from rapport.records.pages.asked import Look, label_of
from rapport.records.pages.doings import names_of
from rapport.records.read import Reader
from rapport.records.wording import operator_word, period_word, range_word


class Words:
    """Says conditions of one look in words; the names of all records in them are read in one query."""

    def __init__(self, look: Look, tree: conditions.Node) -> None:
        self.look = look
        self.reader = Reader(look.record, look.viewer)
        wanted: dict[str, set[int]] = {}
        for leaf in conditions.leaves(tree):
            one = self.field(leaf.field)
            if isinstance(one, Link | Tags):
                ids = {int(v) for v in _several(leaf.value) if str(v).isdecimal() and len(str(v)) < 19}
                wanted.setdefault(one.to, set()).update(ids)
            elif isinstance(one, About) and (target := _target(leaf.value)):
                wanted.setdefault(target[0], set()).add(target[1])
        self.names = names_of({entity: ids for entity, ids in wanted.items() if ids}, look.viewer)

    def field(self, name: str) -> Field | None:
        """The field of that name, or None where there is none for the viewer."""
        try:
            return self.reader.path(name)[0]
        except InvalidFields:
            return None

    def leaf(self, leaf: conditions.Leaf) -> dict[str, str]:
        """{"label", "op", "value"}."""
        one = self.field(leaf.field)
        if one is None:
            return {"label": leaf.field, "op": leaf.op, "value": ""}
        return {
            "label": label_of(self.look.record, self.look.viewer, leaf.field),
            "op": operator_word(one.kind, leaf.op, values=len(_several(leaf.value))),
            "value": self.value(one, leaf),
        }

    def value(self, one: Field, leaf: conditions.Leaf) -> str:
        """The value as people know it."""
        if leaf.value is None:
            return ""
        if leaf.op in ("within", "not_within"):
            return period_word(str(leaf.value))
        said = [self.one(one, value) for value in _several(leaf.value)]
        return range_word(*said) if leaf.op == "between" else ", ".join(said)

    def one(self, one: Field, value: Any) -> str:
        """One value: the name of a record, the label of a choice, a number or day by the viewer's locale."""
        if value in (ME, MY_TEAM) and one.kind == "user":
            return _("me") if value == ME else _("my team")
        if isinstance(one, Link | Tags):
            pk = int(value) if str(value).isdecimal() and len(str(value)) < 19 else 0
            return self.names.get(one.to, {}).get(pk) or (str(value) if not pk else _("(not shared with you)"))
        if isinstance(one, About) and (target := _target(value)):
            return self.names.get(target[0], {}).get(target[1]) or _("(not shared with you)")
        try:
            if isinstance(one, DateTime) and len(str(value)) > 10:
                return one.text(one.moment(value, self.reader.context))
            if isinstance(one, Date | DateTime):
                return Date("day").text(day_of(str(value)[:10]))
            if isinstance(one, Money):
                return number(decimal_of(value))
            if isinstance(one, Number) or one.kind == "number":
                return one.text(decimal_of(value))
        except Invalid:
            return str(value)
        if one.kind in ("choice", "bool"):
            return one.text(value) or str(value)
        return str(value)

    def groups(self, node: conditions.Node) -> str:
        """A whole tree in one line: "Stage is Won or (Amount is at least 5,000 and Owner is me)"."""
        match node:
            case conditions.Leaf():
                return " ".join(part for part in self.leaf(node).values() if part)
            case conditions.Not(child):
                return _("not (%(condition)s)") % {"condition": self.groups(child)}
            case conditions.All(children) | conditions.Any(children):
                parts = [self.groups(c) if isinstance(c, conditions.Leaf) else f"({self.groups(c)})" for c in children]
                word = _(" and ") if isinstance(node, conditions.All) else _(" or ")
                return word.join(parts)


def _several(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _target(value: Any) -> tuple[str, int] | None:
    """ "people/5" -> ("people", 5), for entities that there are."""
    entity, _slash, pk = str(value).partition("/")
    return (entity, int(pk)) if registry.find(entity) and pk.isdecimal() and len(pk) < 19 else None


def chips_of(look: Look) -> list[dict[str, Any]]:
    """What is active: at the top each part of an "and" for itself, any other tree as one chip."""
    if not look.filter:
        return []
    tree = conditions.parse(look.filter)
    words = Words(look, tree)
    return list(_chips(look, words, tree))


def _chips(look: Look, words: Words, tree: conditions.Node) -> Iterator[dict[str, Any]]:
    parts = tree.children if isinstance(tree, conditions.All) else (tree,)
    for place, part in enumerate(parts):
        kept = conditions.All(tuple(other for i, other in enumerate(parts) if i != place))
        said: dict[str, Any] = (
            words.leaf(part)
            if isinstance(part, conditions.Leaf)
            else {"text": words.groups(part), "pieces": [words.groups(part)]}
        )
        if isinstance(part, conditions.Any):
            said |= {"pieces": [words.groups(child) for child in part.children], "word": _("or")}
        yield said | {
            "without": look.address(filter=json.dumps(conditions.dump(kept)) if kept.children else "{}"),
            "edit": look.address(f"/{look.record.entity}/filter", at=f"c-{place}"),
            "text": said.get("text") or " ".join(filter(None, said.values())),
        }
