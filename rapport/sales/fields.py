from typing import Any

from django.db import connection
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rapport.platform.ui.markup import markup
from rapport.records.boards.declare import Column
from rapport.records.errors import Invalid
from rapport.records.fields import Context, Link
from rapport.records.fields.base import row_id
from rapport.records.fields.text import plain_text

_ENDS = {"won": "green", "lost": "red"}


def _colour(probability: Any) -> str:
    """The likelier, the warmer: so that a list shows at a glance how far its deals are."""
    likely, steps = float(probability or 0), ((20, "sky"), (40, "blue"), (70, "purple"), (101, "orange"))
    return next(colour for limit, colour in steps if likely < limit)


class StageLink(Link):
    """A deal's stage, given by id or by name within the deal's pipeline; carries its kind and probability.

    `since` is the column with the time from which a deal stands in its stage.
    """

    since = "stage_since"

    def select(self, alias: str) -> list[str]:
        joined = self.join_alias(alias)
        return [*super().select(alias), f"{joined}.kind", f"{joined}.probability"]

    def load(self, raw: Any) -> Any:
        return None if raw[0] is None else {"id": raw[0], "name": raw[1], "kind": raw[2], "probability": raw[3]}

    def order(self, alias: str) -> str:
        return f"{self.join_alias(alias)}.position"

    def weight(self, alias: str) -> str:
        # The path to a link gives the table that it stands in.
        return f"{self.join_alias(alias)}.probability"

    def columns(self, viewer: Any, within: int | None = None) -> list[Column]:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT s.id, s.name, s.kind, s.rotting_days, s.probability FROM sales_stage s
                   WHERE s.deleted_at IS NULL AND s.pipeline_id = %s ORDER BY s.position, s.id""",
                [within],
            )
            return [
                Column(str(pk), name, _ENDS.get(kind) or _colour(likely), days, likely, "" if kind == "open" else kind)
                for pk, name, kind, days, likely in cursor.fetchall()
            ]

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if isinstance(value, dict):
            value = {k: v for k, v in value.items() if k not in ("kind", "probability")}
        elif isinstance(value, str) and value and row_id(value) is None:
            return {self.column: self.by_name(value)}
        return super().clean(value, context)

    def by_name(self, name: str) -> int:
        """The id of the stage of that name, in the first pipeline that has it. Raises Invalid."""
        name = plain_text(name, 200)
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT s.id FROM sales_stage s JOIN sales_pipeline p ON p.id = s.pipeline_id
                   WHERE s.deleted_at IS NULL AND p.deleted_at IS NULL AND lower(s.name) = lower(%s)
                   ORDER BY p.position, p.id LIMIT 1""",
                [name],
            )
            row = cursor.fetchone()
        if row is None:
            raise Invalid(_("There is no stage “%(name)s”.") % {"name": name}, name)
        return row[0]

    def cell(self, value: Any) -> SafeString:
        if value is None:
            return SafeString("")
        colour = _ENDS.get(value.get("kind") or "") or _colour(value.get("probability"))
        return markup('<span class="chip" data-colour="{}">{}</span>', colour, value["name"])

    def schema(self) -> dict[str, Any]:
        schema = super().schema()
        schema["properties"] |= {"kind": {"type": ["string", "null"]}, "probability": {"type": ["string", "null"]}}
        return schema

    def input_schema(self) -> dict[str, Any]:
        # A stage also goes by its name.
        return {"anyOf": [*super().input_schema()["anyOf"], {"type": "string", "maxLength": 200}]}
