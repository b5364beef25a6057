"""The first reading of a file: which names its link columns hold, and how its dates and numbers are written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapport.kit.dates import infer_date_format
from rapport.kit.money import infer_number_format
from rapport.kit.tables import Table
from rapport.kit.tables.neutral import restore
from rapport.records import registry
from rapport.records.fields import Date, DateTime, Integer, Link, Money, Number, Tags
from rapport.records.importing.definition import Pass, Source, places
from rapport.records.importing.targets import target_of

# Distinct texts beyond which no date or number says anything new about its column.
ENOUGH = 20_000


@dataclass
class Survey:
    """`names`: (pass, target) -> how many rows have each (scope, name); `titles`: pass -> titles that it makes;
    `dates` and `decimals`: (pass, target) -> the form to read with, or "" when the values leave it open; `doubtful`:
    (pass, target) -> the date forms that fit equally.
    """

    names: dict[tuple[int, str], Counter[tuple[str, str]]] = field(default_factory=dict)
    titles: dict[int, Counter[str]] = field(default_factory=dict)
    dates: dict[tuple[int, str], str] = field(default_factory=dict)
    decimals: dict[tuple[int, str], str] = field(default_factory=dict)
    doubtful: dict[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)


def filled(source: Source, texts: Sequence[str]) -> str:
    """A template with its columns' texts; what stood between empty ones goes from the edges."""
    if not any(texts):
        return ""
    made, rest = "", iter(texts)
    for before, name in places(source.template):
        text = next(rest) if name else ""
        made += before + source.translate.get(text, text)
    return made.strip().strip("·-–,;/|").strip() if not all(texts) else made.strip()


def survey(table: Table, passes: list[Pass]) -> Survey:
    """Reads all rows once, if any column needs it. Raises TableError."""
    made = Survey()
    at = {column.name: column.index for column in table.columns}
    wanted: dict[tuple[int, ...], Counter] = {}

    for one in passes:
        for key in one.columns:
            if _decides(one, key, passes):
                wanted.setdefault(tuple(at[n] for n in _columns(one, key)), Counter())
    single = [(places[0], counter) for places, counter in wanted.items() if len(places) == 1]
    several = [(places, counter) for places, counter in wanted.items() if len(places) > 1]
    batch: list[list[str]] = []
    # Most files need no first reading: names, dates and numbers alone are not understood row by row.
    for row in table.rows() if wanted else ():
        if row.problem is None:
            batch.append(row.cells)
        if len(batch) == 5000:
            _count(batch, single, several)
            batch = []
    _count(batch, single, several)
    for number, one in enumerate(passes):
        for key in one.columns:
            if _decides(one, key, passes):
                names = _columns(one, key)
                # A fixed value says the same without any row; columns without a sound row say nothing.
                texts = wanted[tuple(at[n] for n in names)] or Counter({(): 1} if not names else {})
                _look(made, number, one, key, texts)
    return made


def _decides(one: Pass, key: str, passes: list[Pass]) -> bool:
    """Whether the column's values must be known before its rows are read."""
    record = registry.get(one.entity)
    target = target_of(record, key)
    if target is None or one.columns[key].of:
        return False
    if isinstance(target.field, Link | Tags | Date | DateTime | Integer | Number | Money):
        return True
    # The title of records that some column of the import may link to.
    return key == record.title and any(
        isinstance(t.field, Link) and t.field.to == one.entity
        for other in passes
        for k in other.columns
        if (t := target_of(registry.get(other.entity), k))
    )


def _scope(one: Pass, key: str) -> Source | None:
    """The source of the link within which the names of this one mean something."""
    target = target_of(registry.get(one.entity), key)
    return one.columns.get(target.field.within) if target and isinstance(target.field, Link) else None


def _columns(one: Pass, key: str) -> list[str]:
    scope = _scope(one, key)
    return [n for n in (one.where, *(scope.columns if scope else ()), *one.columns[key].columns) if n]


def _count(batch: list[list[str]], single: list, several: list) -> None:
    for place, counter in single:
        counter.update([cells[place] for cells in batch])
    for where, counter in several:
        counter.update([tuple([cells[i] for i in where]) for cells in batch])


def _look(made: Survey, number: int, one: Pass, key: str, counter: Counter) -> None:
    record = registry.get(one.entity)
    target, source, scope = target_of(record, key), one.columns[key], _scope(one, key)
    assert target is not None
    texts: Counter[tuple[str, str]] = Counter()
    for found, count in counter.items():
        values = (found,) if isinstance(found, str) else found
        if one.where:
            if not values[0].strip():
                continue
            values = values[1:]
        cut = len(values) - len(source.columns)
        if text := _text(source, values[cut:]):
            texts[_text(scope, values[:cut]), text] += count
    if isinstance(target.field, Link | Tags):
        made.names[number, key] = texts
    elif isinstance(target.field, Date | DateTime):
        guess = infer_date_format([text for _scope_text, text in list(texts)[:ENOUGH]])
        made.dates[number, key] = source.date_format or guess.format or ""
        if guess.ambiguous and not source.date_format:
            made.doubtful[number, key] = guess.candidates
    elif isinstance(target.field, Money | Integer | Number):
        guessed = infer_number_format([text for _scope_text, text in list(texts)[:ENOUGH]])
        made.decimals[number, key] = source.decimal or guessed or ""
    else:
        made.titles[number] = Counter({text: count for (_s, text), count in texts.items()})


def _text(source: Source | None, values: Sequence[str]) -> str:
    if source is None:
        return ""
    if source.column:
        text = restore(values[0]).strip()
        return source.translate.get(text, text)
    return filled(source, [restore(v).strip() for v in values]) if source.template else source.value
