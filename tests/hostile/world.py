"""Some rows of every entity, made by the inherited tests' own recipes, so that a new entity comes along by itself."""

import importlib
from collections.abc import Iterator

from django.conf import settings

from rapport.records import registry
from rapport.records.testing import RecordCase
from rapport.records.testing.cast import Cast

EVERYBODY = ("ana", "ben", "mia", "cleo")


def recipes(cast: Cast) -> Iterator[RecordCase]:
    """For each entity the case of its room's tests, ready to make rows as one of the cast."""
    for path in sorted(settings.ROOT.glob("rapport/**/tests/test_*.py")):
        if "RecordCase" in path.read_text():
            importlib.import_module(".".join(path.relative_to(settings.ROOT).with_suffix("").parts))
    kinds = {kind.entity: kind for kind in RecordCase.__subclasses__() if kind.__module__.startswith("rapport.")}
    for record in registry.all_records():
        case = kinds[record.entity]()
        case.cast, case._linked = cast, {}
        yield case


def populate(cast: Cast) -> dict[str, list[int]]:
    """Two rows of each kind for each who may own some, one of them in the bin at the end; {entity: ids}."""
    made: dict[str, list[int]] = {}
    for case in recipes(cast):
        writers = EVERYBODY if case.is_owned else (case.writer,)
        ids = [case.make(who) for who in writers for _time in range(2)]
        cast.call("adam", "DELETE", f"{case.path}/{ids[-1]}")
        made[case.entity] = ids
    return made
