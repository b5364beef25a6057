from typing import Any

from django.db import connection
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from rapport.kit.condition import NONE, ONE
from rapport.platform.access.gate import Rule
from rapport.platform.identity.viewer import Viewer
from rapport.platform.replica.reading import reading
from rapport.platform.ui.markup import joined, markup
from rapport.records import registry
from rapport.records.errors import Invalid
from rapport.records.fields.base import Context, Field, json_of, row_id

MOST = 100


class About(Field):
    """The records that an activity belongs to, of any entity: [{"entity": "people", "id": 5}, ...].

    Records that those belong to come along: what happens with a person is also about their organisation.
    """

    kind, widget, nullable, sortable, importable, keeps = "text", "about", False, False, False, True

    def __init__(self, name: str = "about", label: Any = None, **more: Any) -> None:
        super().__init__(name, label or _("About"), **more)

    def load(self, raw: Any) -> Any:
        return json_of(raw[0])

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if self.empty(value):
            return {self.column: Jsonb([])}
        given = value if isinstance(value, list | tuple) else [value]
        if len(given) > MOST:
            raise Invalid(_("At most %(n)s are possible.") % {"n": MOST}, value)
        wanted: list[tuple[str, int]] = []
        for item in given:
            if isinstance(item, str) and item.count("/") == 1:
                item = dict(zip(("entity", "id"), item.split("/"), strict=True))
            pk = row_id(item.get("id")) if isinstance(item, dict) else None
            if pk is None:
                raise Invalid(_("Each needs an entity and an id."), value)
            pair = (str(item.get("entity")), pk)
            if pair not in wanted:
                wanted.append(pair)
        for pair in list(wanted):
            wanted += [other for other in self._reach(pair, context) if other not in wanted]
        return {self.column: Jsonb([{"entity": entity, "id": pk} for entity, pk in wanted])}

    def _reach(self, pair: tuple[str, int], context: Context) -> list[tuple[str, int]]:
        """Checks that the viewer reaches the record; returns the records that it rolls up to. Raises Invalid."""
        entity, pk = pair
        record = registry.find(entity)
        if record is None or not record.has_timeline:
            raise Invalid(_("“%(value)s” has no timeline.") % {"value": entity}, entity)
        rule = record.rule(context.viewer, "view", "t")
        links = record.rolls_up_links()
        columns = ", ".join(['t."id"', *(f't."{link.column}"' for link in links)])
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns} FROM {record.table} t WHERE t.id = %s AND t.deleted_at IS NULL AND {rule.sql}",  # noqa: S608
                [pk, *rule.params],
            )
            row = cursor.fetchone()
        if row is None:
            if self._stands(pair, context):
                return []
            raise Invalid(_("There is no such record: %(id)s.") % {"id": f"{entity}/{pk}"}, pair)
        return [(link.to, value) for link, value in zip(links, row[1:], strict=True) if value]

    def _stands(self, pair: tuple[str, int], context: Context) -> bool:
        """Whether the activity that the value is for is about the record already."""
        if context.row is None:
            return False
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT 1 FROM {self.record.table} t WHERE t.id = %s
                    AND t."{self.column}" @> jsonb_build_array(jsonb_build_object('entity', %s::text, 'id', %s::bigint))""",  # noqa: S608
                [context.row, *pair],
            )
            return cursor.fetchone() is not None

    def keeping(self, old: str, new: str, viewer: Viewer) -> Rule:
        shown: list[str] = []
        params: list[Any] = []
        for record in registry.all_records():
            if record.has_timeline:
                rule = record.rule(viewer, "view", "x")
                shown.append(
                    f"""WHEN '{record.entity}' THEN EXISTS (SELECT FROM {record.table} x
                        WHERE x.id = (held.one ->> 'id')::bigint AND {rule.sql})"""
                )
                params += rule.params
        return Rule(
            f"""(WITH given(list) AS (SELECT {new}::jsonb)
                SELECT given.list || coalesce((SELECT jsonb_agg(held.one) FROM jsonb_array_elements({old}) held(one)
                    WHERE NOT given.list @> jsonb_build_array(held.one)
                    AND NOT CASE held.one ->> 'entity' {" ".join(shown)} ELSE false END), '[]')
                FROM given)""",  # noqa: S608
            tuple(params),
        )

    def operators(self) -> dict[str, str]:
        return {"is": ONE, "is_empty": NONE, "is_filled": NONE}

    def where(self, alias: str, op: str, value: Any, context: Context) -> Rule:
        if op in ("is_empty", "is_filled"):
            return Rule(f"""{alias}."{self.column}" {"=" if op == "is_empty" else "<>"} '[]'::jsonb""")
        entity, _slash, pk = str(value).partition("/")
        row = row_id(pk)
        if op != "is" or row is None:
            raise Invalid(_("Ask with “is” and a value such as people/5."), value)
        return Rule(
            f"{alias}.id IN (SELECT source_row FROM records_touch WHERE target = %s AND target_row = %s AND source = %s)",  # noqa: S608
            (entity, row, self.record.entity),
        )

    def from_form(self, data: Any, name: str) -> Any:
        return [v for v in data.getlist(name) if v]

    def text(self, value: Any) -> str:
        return ", ".join(item.get("name") or f"{item['entity']}/{item['id']}" for item in value or [])

    def cell(self, value: Any) -> SafeString:
        link, hidden = '<a class="chip" href="/{}/{}"><span>{}</span></a>', '<span class="chip"><span>{}</span></span>'
        return joined(
            "",
            "{}",
            (
                [
                    markup(link, item["entity"], item["id"], item["name"])
                    if item.get("name")
                    else markup(hidden, _("(not shared with you)"))
                ]
                for item in (value or [])[:3]
            ),
        )

    def complete(self, items: list[dict[str, Any]], name: str, viewer: Viewer) -> None:
        """Adds the names of the records, within the viewer's reach: one query per entity among them."""
        wanted: dict[str, set[int]] = {}
        for item in items:
            for target in item[name] or []:
                wanted.setdefault(target["entity"], set()).add(target["id"])
        names: dict[tuple[str, int], str] = {}
        for entity, ids in wanted.items():
            record = registry.find(entity)
            if record is None:
                continue
            rule = record.rule(viewer, "view", "t")
            with reading().cursor() as cursor:
                cursor.execute(
                    f"SELECT t.id, t.{record.title_column} FROM {record.table} t WHERE t.id = ANY(%s) AND {rule.sql}",  # noqa: S608
                    [list(ids), *rule.params],
                )
                names |= {(entity, pk): title for pk, title in cursor.fetchall()}
        for item in items:
            for target in item[name] or []:
                target["name"] = names.get((target["entity"], target["id"]))

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "entity": {"type": "string"},
                    "id": {"type": "integer"},
                    "name": {"type": ["string", "null"]},
                },
            },
        }

    def input_schema(self) -> dict[str, Any]:
        one = {
            "type": "object",
            "properties": {
                "entity": {"type": "string"},
                "id": {"type": "integer"},
                "name": {"type": ["string", "null"]},
            },
            "required": ["entity", "id"],
        }
        return {"type": ["array", "null"], "items": {"anyOf": [{"type": "string"}, one]}}

    def explained(self) -> str:
        return super().explained() or _("Records, each as people/5 or with its entity and id.")
