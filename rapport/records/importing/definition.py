"""What is to become of a file: passes over its rows, each making or changing records of one entity.

As JSON: {"entity": "people", "key": "emails", "mode": "upsert", "empty": "keep", "where": "Name",
"columns": {"first_name": {"column": "Given name"}, "organisation": {"column": "Firm", "on_missing": "create"}}}
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from rapport.kit.dates import FORMATS
from rapport.kit.money import currencies
from rapport.records import registry
from rapport.records.errors import InvalidFields
from rapport.records.importing.targets import Target, target_of

MODES = ("upsert", "create", "update")
ON_MISSING = ("refuse", "create", "empty")
_PLACE = re.compile(r"\{([^{}]+)\}")


@dataclass
class Source:
    """Where a target's text comes from, and how it is read.

    One of: `column` (its name in the file), `value` (the same for all), `template` ("{product} · {account}"), `of`
    (the record that the same row makes in the pass of that number, from 1).
    date_format: one of kit.dates.FORMATS, decimal: "." or ","; empty means: as the column's values say.
    scale: what a number counts (1000000 for a column in millions). currency: for amounts that do not say theirs.
    translate: texts to be replaced. on_missing: what a name becomes that no record has. answers: the same for single
    names: the id of the record that is meant, "create", "empty" or "refuse".
    """

    column: str = ""
    value: str = ""
    template: str = ""
    of: int = 0
    date_format: str = ""
    decimal: str = ""
    scale: Decimal = Decimal(1)
    currency: str = ""
    translate: dict[str, str] = field(default_factory=dict)
    on_missing: str = "refuse"
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """The columns of the file that it reads."""
        return [self.column] if self.column else _PLACE.findall(self.template)

    def to_json(self) -> dict[str, Any]:
        """The source as it is kept, without what is as usual."""
        usual = Source()
        made = {k: v for k, v in vars(self).items() if v != getattr(usual, k)}
        if "scale" in made:
            made["scale"] = str(self.scale)
        return made


@dataclass
class Pass:
    """One entity made from the rows. `key` is the field that finds existing records, or "". `where`: only rows in
    which this column is filled. `empty`: an empty cell keeps or clears what the record has.
    """

    entity: str
    key: str = ""
    mode: str = "upsert"
    empty: str = "keep"
    where: str = ""
    columns: dict[str, Source] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The pass as it is kept."""
        return {
            **{k: getattr(self, k) for k in ("entity", "key", "mode", "empty", "where")},
            "columns": {key: source.to_json() for key, source in self.columns.items()},
        }


def passes_from(data: Any, header: list[str] | None = None, *, whole: bool = True) -> list[Pass]:
    """Reads and checks a list of passes; with `header` also that its columns are there. Raises InvalidFields.

    Unless `whole`, a pass may still be without columns.
    """
    given = data.get("passes") if isinstance(data, dict) else data
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise InvalidFields({"passes": _("A list of passes is needed.")})
    made: list[Pass] = []
    errors: dict[str, str] = {}
    for number, one in enumerate(given, 1):
        place = f"passes.{number}"
        try:
            made.append(_pass(one, place, header, made, whole))
        except InvalidFields as problem:
            errors |= problem.errors
    if errors:
        raise InvalidFields(errors)
    return made


def _pass(data: dict[str, Any], place: str, header: list[str] | None, before: list[Pass], whole: bool) -> Pass:
    entity = str(data.get("entity"))
    if registry.find(entity) is None:
        raise InvalidFields({place: _("There is no entity “%(name)s”.") % {"name": entity}})
    if unknown := set(data) - {"entity", "key", "mode", "empty", "where", "columns"}:
        raise InvalidFields({place: _("Unknown part: %(name)s.") % {"name": sorted(unknown)[0]}})
    mode, empty = data.get("mode", "upsert"), data.get("empty", "keep")
    if mode not in MODES or empty not in ("keep", "clear"):
        raise InvalidFields({place: _("The mode is upsert, create or update; empty is keep or clear.")})
    made = Pass(entity, str(data.get("key") or ""), mode, empty, str(data.get("where") or ""))
    columns = data.get("columns")
    if not isinstance(columns, dict) or (whole and not columns):
        raise InvalidFields({place: _("Say what at least one column is.")})
    record = registry.get(entity)
    errors: dict[str, str] = {}
    for key, source in columns.items():
        target = target_of(record, key)
        if target is None:
            errors[f"{place}.{key}"] = _("There is no such field.")
            continue
        try:
            made.columns[key] = _source(source, target, header)
            if made.columns[key].of and not _fits(made.columns[key].of, target, before):
                raise InvalidFields({"": _("It must name an earlier pass of the entity that is linked.")})
        except InvalidFields as problem:
            errors[f"{place}.{key}"] = next(iter(problem.errors.values()))
    if made.where and header is not None and made.where not in header:
        errors[f"{place}.where"] = _("The file has no column “%(name)s”.") % {"name": made.where}
    if made.key and made.key not in {k.split(".")[0] for k in made.columns}:
        errors[f"{place}.key"] = _("The key “%(name)s” is none of the mapped fields.") % {"name": made.key}
    elif made.key and (target := target_of(record, made.key)) and not target.can_be_key:
        errors[f"{place}.key"] = _("“%(name)s” cannot tell records apart.") % {"name": made.key}
    if not made.key and mode == "update":
        errors[f"{place}.key"] = _("To update records a key is needed.")
    if errors:
        raise InvalidFields(errors)
    return made


def _fits(number: int, target: Target, before: list[Pass]) -> bool:
    return 1 <= number <= len(before) and target.is_link and before[number - 1].entity == target.field.to  # type: ignore[union-attr]


def _source(data: Any, target: Target, header: list[str] | None) -> Source:
    if isinstance(data, str):
        data = {"column": data}
    if not isinstance(data, dict) or (unknown := set(data) - set(vars(Source()))):
        name = sorted(unknown)[0] if isinstance(data, dict) else data
        raise InvalidFields({"": _("Unknown part: %(name)s.") % {"name": name}})
    if sum(bool(data.get(k)) for k in ("column", "value", "template", "of")) != 1:
        raise InvalidFields({"": _("One of column, value, template and of is needed.")})
    made = Source(**{**data, "scale": Decimal(1)})
    try:
        made.scale = Decimal(str(data.get("scale", 1)))
    except InvalidOperation:
        raise InvalidFields({"": _("The scale is a number such as 1000.")}) from None
    if not made.scale.is_finite() or made.scale <= 0:
        raise InvalidFields({"": _("The scale is a number such as 1000.")})
    if made.date_format and made.date_format not in FORMATS:
        raise InvalidFields({"": _("The date format is one of %(names)s.") % {"names": ", ".join(FORMATS)}})
    if made.decimal not in ("", ".", ","):
        raise InvalidFields({"": _("The decimal sign is a point or a comma.")})
    if made.currency and made.currency not in currencies():
        raise InvalidFields({"": _("“%(value)s” is not a currency such as EUR.") % {"value": made.currency}})
    if made.on_missing not in ON_MISSING:
        raise InvalidFields({"": _("Missing records are refused, created or left empty.")})
    if not isinstance(made.translate, dict) or not isinstance(made.answers, dict) or not isinstance(made.of, int):
        raise InvalidFields({"": _("Translations and answers are objects.")})
    for name in made.columns:
        if header is not None and name not in header:
            raise InvalidFields({"": _("The file has no column “%(name)s”.") % {"name": name}})
    return made


def places(template: str) -> list[tuple[str, str]]:
    """A template as (text before, column name) pairs; the last name is empty."""
    parts = _PLACE.split(template)
    return [(parts[i], parts[i + 1] if i + 1 < len(parts) else "") for i in range(0, len(parts), 2)]
