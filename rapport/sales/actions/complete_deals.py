"""What a deal gets by itself when it was not given: a pipeline and a stage."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from rapport.records import registry
from rapport.records.errors import InvalidFields
from rapport.records.fields.base import json_of, row_id
from rapport.sales.models import Pipeline, Stage


def _id(value: Any) -> int | None:
    return row_id(value.get("id") if isinstance(value, dict) else value)


def completed(values: dict[str, Any]) -> dict[str, Any]:
    """Fills in the first open stage of the given or the first pipeline.

    Raises InvalidFields if there is no pipeline to start in.
    """
    made = {k: v for k, v in values.items() if not (k in ("stage", "pipeline") and v in ("", None))}
    if "stage" not in made:
        pipeline = _id(made.get("pipeline"))
        if "pipeline" in made and pipeline is None:
            # Whatever that is, it is refused by name when the values are checked.
            return made
        stages = Stage.objects.filter(kind="open", deleted_at=None, pipeline__deleted_at=None)
        if pipeline:
            stages = stages.filter(pipeline_id=pipeline)
        stage = stages.order_by("pipeline__position", "pipeline_id", "position", "pk").first()
        if stage is None:
            raise InvalidFields({"pipeline" if pipeline else "stage": _("There is no open stage to begin in.")})
        made["stage"], made["pipeline"] = stage.pk, stage.pipeline_id
    elif "pipeline" not in made and (number := _id(made["stage"])):
        stage = Stage.objects.filter(pk=number).first()
        if stage:
            made["pipeline"] = stage.pipeline_id
    elif "pipeline" not in made:
        found = (
            Stage.objects.filter(name__iexact=str(made["stage"]).replace("\x00", "").strip(), deleted_at=None)
            .order_by(F("pipeline__position"), "pipeline_id")
            .first()
        )
        first = Pipeline.objects.filter(deleted_at=None).order_by("position", "pk").first()
        made["pipeline"] = found.pipeline_id if found else first and first.pk
    return made


def check_required(ids: Sequence[int]) -> None:
    """Raises InvalidFields for the first deal that stands in a stage without a field that the stage requires."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT d.id, s.name, s.required_fields, to_jsonb(d) FROM sales_deal d JOIN sales_stage s ON s.id = d.stage_id
               WHERE d.id = ANY(%s) AND s.required_fields <> '{}' ORDER BY d.id""",
            [list(ids)],
        )
        rows = cursor.fetchall()
    deals = registry.get("deals") if rows else None
    for _pk, stage, required, raw in rows:
        row = json_of(raw)
        lacking = [
            name
            for name in required
            if deals and name in deals.fields_for() and row[deals.field(name).column] in (None, "", [])
        ]
        if lacking:
            raise InvalidFields(
                {name: _("The stage %(stage)s needs this field.") % {"stage": stage} for name in lacking}
            )


def complete_deals(ids: Sequence[int]) -> None:
    """Lists the contact person of each deal among its contacts."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO sales_dealcontact (deal_id, person_id, role)
               SELECT id, person_id, 'contact' FROM sales_deal WHERE id = ANY(%s) AND person_id IS NOT NULL
               ON CONFLICT (deal_id, person_id) WHERE deleted_at IS NULL DO NOTHING""",
            [list(ids)],
        )
    check_required(ids)
