"""Every address at which a hostile text may be shown."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

from rapport.records import fields as f
from rapport.records import registry
from tests.hostile import parameters
from tests.hostile.strings import HOSTILE

# Of each record, what shows it: whole, in the panel, in parts, in editors.
OF_ONE = ("", "/panel", "/parts", "/access", "/timeline")
# Downloads, streams and what changes something when it is only asked for; sign-in has pages of its own.
LEFT_OUT = (
    "export.",
    "files/",
    "live",
    "healthz",
    "readyz",
    "sign-",
    "welcome",
    "refused.",
    "undo/",
    "settings/jobs/",
    "bulk/",
)


def everywhere(ids: dict[str, dict[str, int]], *, every: bool) -> Iterator[str]:
    """The addresses; of all records where `every`, else of some for each entity."""
    kinds = list(HOSTILE) if every else ["script", "long"]
    yield from general(every)
    for number, (entity, of) in enumerate(ids.items()):
        record = registry.get(entity)
        if not record.lists.names:
            continue
        yield f"/{entity}"
        for kind in kinds if every else kinds[number % 2 : number % 2 + 1]:
            for part in OF_ONE if every else ("",):
                yield f"/{entity}/{of[kind]}{part}"
        if every or entity in ("people", "deals"):
            yield from of_entity(entity, of)


def general(every: bool) -> Iterator[str]:
    """Pages of no entity."""
    yield from (
        "/",
        "/history",
        "/notifications",
        "/imports",
        "/exports",
        "/settings",
        "/settings/you",
        "/settings/tokens",
        "/settings/company",
    )
    yield from (
        f"/calendar?who=all&span={span}" for span in (("month", "week", "day", "agenda") if every else ("agenda",))
    )
    for text in HOSTILE.values() if every else [HOSTILE["script"]]:
        said = text[:150]
        yield f"/palette?{urlencode({'q': said})}"
        yield f"/settings?{urlencode({'q': said})}"
        yield f"/no-such-{urlencode({'x': said})[2:]}"
    if every:
        for pattern in parameters.routes([]):
            if not any(pattern.startswith(part) for part in LEFT_OUT) and "<entity" not in pattern:
                yield parameters.filled(pattern, {}, "x")


def of_entity(entity: str, of: dict[str, int]) -> Iterator[str]:
    """Everything else about one entity: forms, editors, groups, boards, chips of filters, searches."""
    record, pk = registry.get(entity), of["script"]
    said = HOSTILE["script"]
    texts = [name for name, one in record.fields_for().items() if isinstance(one, f.Text | f.LongText)]
    yield f"/{entity}/new"
    yield f"/{entity}/bin"
    yield f"/{entity}/options?{urlencode({'q': 'a'})}"
    for name, value in (
        ("q", said),
        ("columns", said),
        ("sort", said),
        ("group", said),
        ("filter", said),
        ("view", said),
        ("calculations", said),
    ):
        yield f"/{entity}?{urlencode({name: value})}"
    for panel in ("filter", "fields", "sort"):
        yield f"/{entity}/{panel}?{urlencode({'q': said})}"
    for name in texts:
        yield f"/{entity}/{pk}/cells/{name}/edit"
        yield f"/{entity}/{pk}/grid/{name}"
        condition = {"field": name, "op": "is", "value": said[:200]}
        yield f"/{entity}?{urlencode({'filter': json.dumps(condition), 'columns': ','.join([record.title, name])})}"
    for name, one in record.fields_for().items():
        if one.sortable and name in (*texts[:2], "owner", "organisation", "stage"):
            yield f"/{entity}?{urlencode({'group': name})}"
    for verb in record.verbs:
        yield f"/{entity}/{pk}/do/{verb.name}"
    yield f"/{entity}/{pk}/mentionable?q=a"
    if record.board:
        yield f"/{entity}/board"
        yield f"/{entity}/board?group=owner"
    if record.has_timeline:
        for activity in ("notes", "tasks", "calls", "meetings", "messages"):
            yield f"/{entity}/{pk}/log/{activity}"
