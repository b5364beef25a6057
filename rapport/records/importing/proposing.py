"""A mapping to begin with: one that was used before, one that ships, or the likeliest by names and values."""

from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Now

from rapport.kit.tables import Column, Table
from rapport.kit.tables.mapping import Proposal, propose
from rapport.platform.identity.viewer import Viewer
from rapport.records.fields import Link, Owner
from rapport.records.importing.definition import Pass, Source, passes_from
from rapport.records.importing.examples import example_for
from rapport.records.importing.headers import REASONS, digest
from rapport.records.importing.targets import for_proposal, is_open, target_of
from rapport.records.models import ImportMapping, ImportRun
from rapport.records.record import Record


@dataclass
class Proposed:
    """`origin`: saved, example or likeness; `title` of the example; `proposals` by likeness, column by column."""

    settings: dict[str, Any]
    origin: str
    title: str = ""
    proposals: list[Proposal] | None = None


def propose_settings(record: Record, table: Table, viewer: Viewer) -> Proposed:
    """The best mapping at hand for the table."""
    header = [column.name for column in table.columns]
    saved = ImportMapping.objects.filter(entity=record.entity, header=digest(header)).first()
    if saved:
        return Proposed(saved.settings, "saved")
    example = example_for(header)
    if example and example["entity"] == record.entity:
        return Proposed(example["settings"], "example", str(example["title"]))
    one, proposals = by_likeness(record, table.columns, viewer)
    return Proposed({"passes": [one.to_json()]}, "likeness", proposals=proposals)


def by_likeness(record: Record, columns: list[Column], viewer: Viewer) -> tuple[Pass, list[Proposal]]:
    """One pass over the columns whose names and values are like a field of the entity."""
    known = [column for column in columns if column.name != REASONS]
    made = Pass(record.entity)
    # Only Rapport's own exports have both; elsewhere "id" is the key of the other system.
    if {"id", "external_id"} <= {column.name for column in known}:
        made.columns["id"] = Source(column="id")
        known = [column for column in known if column.name != "id"]
    # A part of a field is called as exports call it by nobody else.
    for column in known:
        if "." in column.name and target_of(record, column.name, viewer):
            made.columns[column.name] = Source(column=column.name)
    known = [column for column in known if column.name not in made.columns]
    offered = [target for target in for_proposal(record, viewer) if target.key not in made.columns]
    proposals = propose([(column.name, column.samples) for column in known], offered)
    for found in proposals:
        if found.target:
            made.columns[found.target] = Source(column=found.column)
    for key in list(made.columns):
        if key.endswith("_currency") and key.removesuffix("_currency") not in made.columns:
            del made.columns[key]
    _name_the_nameless(record, made)
    made.key = likely_key(record, made)
    return made, proposals


def _name_the_nameless(record: Record, made: Pass) -> None:
    """A record that needs a title and has no column for it is called after what it links to."""
    title = record.field(record.title)
    if not title.required or record.title in made.columns or not is_open(title):
        return
    names = []
    for key in reversed(list(record.fields_for())):
        one = record.field(key)
        if key in made.columns and isinstance(one, Link) and not isinstance(one, Owner) and not one.within:
            names.append(made.columns[key].column)
    if names:
        made.columns[record.title] = Source(template=" · ".join("{" + name + "}" for name in names[:2]))


def likely_key(record: Record, made: Pass) -> str:
    """The first of the entity's import keys that a column fills, else ""."""
    mapped = {key.split(".")[0] for key, source in made.columns.items() if source.column}
    if "id" in mapped:
        return "id"
    return next((k for k in record.import_keys if k in mapped and (t := target_of(record, k)) and t.can_be_key), "")


def remember(run: ImportRun, header: list[str]) -> None:
    """Keeps the mapping for the next file with this header; answers that name records go with it, and the order of
    dates: a mended file of three rows may no longer say it.
    """
    passes = passes_from(run.settings)
    for place, form in run.settings.get("read_as", {}).items():
        number, _bar, key = place.partition("|")
        if form and key in passes[int(number) - 1].columns:
            passes[int(number) - 1].columns[key].date_format = form
    ImportMapping.objects.update_or_create(
        entity=run.entity,
        header=digest(header),
        defaults={"settings": {"passes": [one.to_json() for one in passes]}, "used_at": Now()},
    )
