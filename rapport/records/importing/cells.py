"""Turning the texts of a row into values: each distinct text once per column, then from a cache."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from rapport.kit.dates import YMD, parse_date, parse_datetime
from rapport.kit.money import parse_amount, parse_money
from rapport.kit.places import find_country
from rapport.kit.problem import Problem
from rapport.kit.tables.neutral import restore
from rapport.records.errors import Invalid, InvalidFields
from rapport.records.fields import (
    Addresses,
    Context,
    Date,
    DateTime,
    Emails,
    Field,
    Generated,
    Integer,
    Link,
    Money,
    Tags,
)
from rapport.records.fields import Number as NumberField
from rapport.records.fields.points import Points
from rapport.records.importing.cell import CACHE, EMPTY, Cell, members
from rapport.records.importing.definition import Pass, Source
from rapport.records.importing.naming import Meaning, words_of
from rapport.records.importing.quick import quick_address, quick_reader, quick_text
from rapport.records.importing.surveying import filled
from rapport.records.importing.targets import Target, target_of
from rapport.records.record import Record

__all__ = ["CACHE", "EMPTY", "Cell", "Group", "Reading", "groups_of", "members"]


@dataclass
class Group:
    """The columns of the file that together fill one field; `column` names them in a refusal.

    `quick` reads most texts of the first of the places, and answers None where `read` has to, with all of them.
    """

    field: Field | None
    column: str
    places: tuple[int, ...]
    read: Callable[[Sequence[str]], Cell]
    quick: Callable[[str], Cell | None] | None = None


@dataclass
class Reading:
    """Everything that a pass is read with."""

    record: Record
    one: Pass
    context: Context
    dates: dict[str, str]
    decimals: dict[str, str]
    doubtful: dict[str, tuple[str, ...]]
    names: dict[str, dict[tuple[str, str], Meaning]]
    columns: dict[str, int]
    # The column with the country of the row, by which its phone numbers are read.
    country: str = ""


def groups_of(reading: Reading) -> list[Group]:
    """The groups of a pass, those that need no key of others first."""
    by_field: dict[str, list[tuple[Target, Source]]] = {}
    for key, source in reading.one.columns.items():
        target = target_of(reading.record, key, reading.context.viewer)
        if target is None:
            raise InvalidFields({key: _("There is no such field.")})
        if not source.of:
            by_field.setdefault(target.field.name if target.field else "id", []).append((target, source))
    return sorted(
        (_group(reading, parts) for parts in by_field.values()), key=lambda g: not isinstance(g.field, Generated)
    )


def _group(reading: Reading, parts: list[tuple[Target, Source]]) -> Group:
    one = parts[0][0].field
    names: list[str] = []
    for _target, source in parts:
        names += [name for name in source.columns if name not in names]
    shown = " + ".join(names[:3]) or str(one.label if one else "id")
    extra: list[str] = []
    scope = reading.one.columns.get(one.within) if isinstance(one, Link) and one.within else None
    if scope is not None:
        extra = scope.columns
    elif isinstance(one, Points) and not isinstance(one, Addresses | Emails) and reading.country:
        extra = [reading.country]
    order = [*names, *(name for name in extra if name not in names)]
    place = {name: i for i, name in enumerate(order)}

    def text_of(source: Source, texts: Sequence[str], *, raw: bool = False) -> str:
        if source.column:
            text = restore(texts[place[source.column]])
            text = text if raw else text.strip()
            return source.translate.get(text.strip(), text)
        if source.template:
            return filled(source, [restore(texts[place[name]]).strip() for name in source.columns])
        return source.value

    read = _reader(reading, one, parts, scope, text_of, place)

    def guarded(texts: Sequence[str]) -> Cell:
        try:
            return read(texts)
        except Invalid as problem:
            return Cell(error=problem.message)
        except InvalidFields as problem:
            return Cell(error=" ".join(problem.errors.values()))
        except Problem as problem:
            return Cell(error=Invalid.of(problem).message)

    return Group(one, shown, tuple(reading.columns[name] for name in order), guarded, _quick(reading, one, parts))


def _quick(reading: Reading, one: Field | None, parts: list) -> Callable[[str], Cell | None] | None:
    """The short way for a field that one column fills as it stands; see quick.py."""
    target, source = parts[0]
    if one is None or len(parts) > 1 or target.part or not source.column or source.translate:
        return None
    is_key = one.name == reading.one.key
    return quick_reader(one, is_key) if isinstance(one, Points) else quick_text(one, is_key)


def _reader(
    reading: Reading, one: Field | None, parts: list, scope: Source | None, text_of: Callable, place: dict
) -> Callable:
    target, source = parts[0]
    context, clear = reading.context, reading.one.empty == "clear"
    is_key = (one.name if one else "id") == reading.one.key

    def nothing() -> Cell:
        # An empty cell says nothing, unless it is meant to clear what is there.
        return Cell(values=members(_emptied(one, context))) if clear and one and not one.required else EMPTY

    if one is None:

        def read_id(texts: Sequence[str]) -> Cell:
            text = text_of(source, texts)
            if text and (not text.isdecimal() or len(text) > 18):
                raise Invalid(_("“%(value)s” is not the id of a record.") % {"value": text})
            return Cell(key=text)

        return read_id
    if isinstance(one, Addresses):
        return lambda texts: (
            _addresses(one, {t.part: text_of(s, texts, raw=True) for t, s in parts}, context) or nothing()
        )
    if isinstance(one, Points):

        def read_points(texts: Sequence[str]) -> Cell:
            ours = context
            if reading.country and reading.country in place and (home := find_country(texts[place[reading.country]])):
                ours = replace(context, country=home)
            given = [
                {one.main: text, "type": t.part or None}
                for t, s in parts
                for text in one.parse(text_of(s, texts), ours)
            ]
            columns = one.clean(given, ours)
            points = columns[one.column].obj
            if not points:
                return nothing()
            return Cell(members(columns), key=points[0][one.main].lower() if is_key else "")

        return read_points
    if isinstance(one, Money):
        return _money(reading, one, parts, text_of, nothing)
    if isinstance(one, Tags):
        return _tags(one, reading.names.get(target.key, {}), lambda texts: text_of(source, texts), nothing)
    if isinstance(one, Link):
        return _link(one, reading, parts[0], text_of, scope, nothing)

    def read_one(texts: Sequence[str]) -> Cell:
        text = text_of(source, texts)
        if not text:
            return nothing()
        columns = _columns(reading, one, source, target, text)
        key = " ".join(str(v) for v in columns.values() if v not in (None, "")) if is_key else ""
        return Cell(members(columns), key=key)

    return read_one


def _emptied(one: Field, context: Context) -> dict[str, Any]:
    try:
        return one.clean(one.default if one.default is not None else "", context)
    except Invalid:
        return {}


def _columns(reading: Reading, one: Field, source: Source, target: Target, text: str) -> dict[str, Any]:
    context = reading.context
    if isinstance(one, Generated):
        made: dict[str, Any] = {}
        for name, value in reading.record.fill({one.name: text}, context.viewer).items():
            made |= reading.record.field(name).clean(value, context)
        return made
    if isinstance(one, Date | DateTime):
        doubtful = reading.doubtful.get(target.key)
        if doubtful and {day_in(text, form) for form in doubtful} != {day_in(text, doubtful[0])}:
            raise Invalid(
                _("“%(value)s” can be several days; say in which order day and month stand.") % {"value": text}
            )
        form = reading.dates.get(target.key) or (doubtful[0] if doubtful else YMD)
        if isinstance(one, Date):
            return one.clean(parse_date(text, form), context)
        return one.clean(parse_datetime(text, form, context.viewer.zone), context)
    if isinstance(one, Integer | NumberField):
        text = text.removesuffix("%").strip() if "%" in str(getattr(one, "suffix", "")) else text
        amount = parse_amount(text, reading.decimals.get(target.key) or None) * source.scale
        if isinstance(one, Integer):
            if amount != amount.to_integral_value():
                raise Invalid(_("“%(value)s” is not a whole number.") % {"value": text})
            return one.clean(int(amount), context)
        return one.clean(amount, context)
    return one.clean(one.parse(text, context), context)


def day_in(text: str, form: str) -> date | None:
    """The day that the text means in that form, or None."""
    try:
        return parse_date(text, form, drop_time=True)
    except Problem:
        return None


def _money(reading: Reading, one: Money, parts: list, text_of: Callable, nothing: Callable) -> Callable:
    amounts = next(((t, s) for t, s in parts if t.part != "currency"), None)
    currencies = next((s for t, s in parts if t.part == "currency"), None)
    if amounts is None:
        raise InvalidFields({f"{one.name}_currency": _("A currency needs a column of amounts.")})
    target, source = amounts
    is_scaled = source.scale != 1

    def read(texts: Sequence[str]) -> Cell:
        text = text_of(source, texts)
        if not text:
            return nothing()
        named = text_of(currencies, texts).upper() if currencies else ""
        usual = named or source.currency or reading.context.currency
        money = parse_money(text, usual, reading.decimals.get(target.key) or None)
        if named and money.currency != named:
            raise Invalid(_("“%(value)s” and %(currency)s do not fit.") % {"value": text, "currency": named})
        amount = money.amount * source.scale if is_scaled else money.amount
        return Cell(members(one.clean({"amount": amount, "currency": money.currency}, reading.context)))

    return read


def _addresses(one: Addresses, texts: dict[str, str], context: Context) -> Cell | None:
    counts = {text.count("; ") for text in texts.values()}
    # Exports write several addresses as "a; b" in every part alike.
    number = counts.pop() + 1 if len(counts) == 1 else 1
    points = []
    for i in range(number):
        point = {part: (text.split("; ")[i] if number > 1 else text).strip() for part, text in texts.items()}
        if any(point.values()):
            points.append(point)
    if not points:
        return None
    if len(points) == 1 and (quick := quick_address(one, points[0])):
        return quick
    return Cell(members(one.clean(points, context)))


def _tags(one: Tags, meanings: dict, text: Callable, nothing: Callable) -> Callable:
    def read(texts: Sequence[str]) -> Cell:
        ids: list[int] = []
        pending: list[str] = []
        for word in words_of(text(texts)):
            found = meanings[("", word)]
            if found.error:
                return Cell(error=found.error, asks=bool(found.candidates))
            if found.id:
                ids.append(found.id)
            elif found.pending:
                pending.append(found.pending)
        if not ids and not pending:
            return nothing()
        return Cell(members({one.column: sorted(set(ids))}), members({one.column: pending}) if pending else "")

    return read


def _link(
    one: Link,
    reading: Reading,
    part: tuple[Target, Source],
    text_of: Callable,
    scope: Source | None,
    nothing: Callable,
) -> Callable:
    target, source = part
    shown = " + ".join(source.columns[:3]) or str(one.label)
    meanings = reading.names.get(target.key, {})
    # A field that only means something within this link follows it when the file does not name it.
    follows = next(
        (f for f in reading.record.fields_for().values() if isinstance(f, Link) and f.within == one.name), None
    )
    follows = follows if follows and follows.name not in reading.one.columns else None

    def read(texts: Sequence[str]) -> Cell:
        name = text_of(source, texts)
        if not name:
            return nothing()
        found = meanings[text_of(scope, texts) if scope else "", name]
        if found.namesakes and reading.one.key and not follows:
            # A record that is there already may say by its present link which of them is meant.
            ids = [candidate["id"] for candidate in found.candidates]
            return Cell(links=members({f"?{one.column}": {"ids": ids, "error": found.error, "column": shown}}))
        if found.error:
            return Cell(error=found.error, asks=bool(found.candidates))
        if found.empty:
            return nothing()
        if found.pending:
            if follows:
                raise Invalid(_("“%(name)s” is new, so a column for “%(field)s” is needed.") % {
                    "name": name, "field": follows.label})  # fmt: skip
            return Cell(links=members({one.column: found.pending}))
        columns: dict[str, Any] = {one.column: found.id}
        if follows:
            filled_in = reading.record.fill({one.name: found.id}, reading.context.viewer)
            columns |= follows.clean(filled_in.get(follows.name), reading.context)
        return Cell(members(columns))

    return read
