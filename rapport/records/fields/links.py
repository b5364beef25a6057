from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rapport.kit.condition import ME, MY_TEAM
from rapport.platform.access.gate import Rule
from rapport.platform.replica.reading import reading
from rapport.platform.ui.markup import joined, markup
from rapport.platform.ui.templatetags.ui import face
from rapport.records import registry
from rapport.records.boards.declare import Column
from rapport.records.errors import Invalid, NotFound
from rapport.records.fields.base import Context, Field, json_of, row_id
from rapport.records.fields.text import plain_text

if TYPE_CHECKING:
    from rapport.records.record import Record

MOST_COLUMNS = 60


class Link(Field):
    """A link to one record of another entity.

    `related` is the heading of the list of such records on the other record's page. `create` lets an import or a
    form make the missing target from its title alone.
    """

    kind, widget = "link", "link"

    def __init__(
        self, name: str, to: str, label: Any = None, *, create: bool = False, within: str = "", **more: Any
    ) -> None:
        more.setdefault("column", f"{name}_id")
        super().__init__(name, label, **more)
        self.to, self.create, self.within = to, create, within

    @property
    def target(self) -> "Record":
        """The record declaration that the link points to."""
        return registry.get(self.to)

    def select(self, alias: str) -> list[str]:
        return [f'{alias}."{self.column}"', f"{self.join_alias(alias)}.{self.target.title_column}"]

    def join_alias(self, alias: str) -> str:
        """The alias of the joined table."""
        return f"{alias}_{self.name}"

    def load(self, raw: Sequence[Any]) -> Any:
        return None if raw[0] is None else {"id": raw[0], "name": raw[1]}

    def order(self, alias: str) -> str:
        return f"rapport_fold({self.join_alias(alias)}.{self.target.title_column})"

    def columns(self, viewer: Any, within: int | None = None) -> list[Column]:
        known = self.target.fields_for()
        colour = 't."colour"' if "colour" in known else "''"
        order = 't."position", ' if "position" in known else ""
        where = self.shown(viewer)
        parent = Rule(f't."{known[self.within].column}" = %s', (within,)) if self.within and within else Rule("TRUE")
        with reading().cursor() as cursor:
            cursor.execute(
                f"SELECT t.id, t.{self.target.title_column}, {colour} FROM {self.target.table} t "  # noqa: S608
                f"WHERE t.deleted_at IS NULL AND {where.sql} AND {parent.sql} "
                f"ORDER BY {order}rapport_fold(t.{self.target.title_column}), t.id LIMIT {MOST_COLUMNS}",
                [*where.params, *parent.params],
            )
            return [Column(str(pk), name, shade) for pk, name, shade in cursor.fetchall()]

    def shown(self, viewer: Any) -> Rule:
        """Which targets a board has a column for."""
        return self.target.rule(viewer, "view", "t")

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if isinstance(value, dict):
            if unknown := set(value) - {"id", "name", "entity"}:
                raise Invalid(_("Unknown part: %(name)s.") % {"name": sorted(unknown)[0]}, value)
            value = value.get("id")
        if self.empty(value):
            return {self.column: None}
        return {self.column: self.existing(value, context)}

    def existing(self, value: Any, context: Context) -> int:
        """Checks that the record exists within the viewer's reach and returns its id. Raises Invalid."""
        found = row_id(value)
        if found is None:
            raise Invalid(_("The id of a record is needed."), value)
        rule = self.target.rule(context.viewer, "view", "t")
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT 1 FROM {self.target.table} t WHERE t.id = %s AND t.deleted_at IS NULL AND {rule.sql}",  # noqa: S608
                [found, *rule.params],
            )
            if cursor.fetchone() is None and not self.stands(found, context):
                raise Invalid(_("There is no such record: %(id)s.") % {"id": found}, value)
        return found

    def existing_or_missing(self, value: Any, context: Context) -> int:
        """Like `existing`, for an id that came in an address: raises NotFound."""
        try:
            return self.existing(value, context)
        except Invalid:
            raise NotFound from None

    def filter_value(self, op: str, value: Any, context: Context) -> Any:
        def one(item: Any) -> int:
            found = row_id(item.get("id") if isinstance(item, dict) else item)
            if found is None:
                raise Invalid(_("The id of a record is needed."), item)
            return found

        if op in ("is_empty", "is_filled"):
            return None
        return [one(v) for v in value] if isinstance(value, list | tuple) else one(value)

    def text(self, value: Any) -> str:
        return "" if value is None else value["name"] or _("(not shared with you)")

    def export(self, value: Any) -> Any:
        return "" if value is None else value["name"] or ""

    def exported(self, raw: Sequence[Any]) -> Any:
        return "" if raw[0] is None else raw[1] or ""

    def cell(self, value: Any) -> SafeString:
        if value is None:
            return SafeString("")
        if value["name"] is None:
            return markup('<span class="muted">{}</span>', _("(not shared with you)"))
        avatar = face(value["name"], self.target.face, size="xs")
        return markup(
            '<a class="link-chip{}" href="/{}/{}">{}<span class="cut">{}</span></a>',
            "" if avatar else " bare", self.to, value["id"], avatar, value["name"],
        )  # fmt: skip

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["object", "null"],
            "properties": {"id": {"type": "integer"}, "name": {"type": ["string", "null"]}},
            "required": ["id", "name"],
        }

    def input_schema(self) -> dict[str, Any]:
        one = {"type": ["integer", "null"]}
        return {
            "anyOf": [
                one,
                {"type": "object", "properties": {"id": one, "name": {"type": ["string", "null"]}}, "required": ["id"]},
            ]
        }


class Owner(Link):
    """Who is responsible: a user. The gate goes by it. In conditions "me" is the viewer."""

    kind, widget = "user", "link"

    def __init__(self, name: str = "owner", label: Any = None, **more: Any) -> None:
        super().__init__(name, "users", label, **more)

    def input_schema(self) -> dict[str, Any]:
        return {"anyOf": [*super().input_schema()["anyOf"], {"type": "string", "enum": [ME]}]}

    def shown(self, viewer: Any) -> Rule:
        rule = super().shown(viewer)
        return Rule(f't."is_active" AND {rule.sql}', rule.params)

    def existing(self, value: Any, context: Context) -> int:
        if str(value) == "me":
            return context.viewer.id
        return super().existing(value, context)

    def where(self, alias: str, op: str, value: Any, context: Context) -> Rule:
        # A team is several users, so that what is asked of one is asked of any of them.
        if value == MY_TEAM and op in ("is", "is_not"):
            op, value = {"is": "any_of", "is_not": "none_of"}[op], [value]
        return super().where(alias, op, value, context)

    def filter_value(self, op: str, value: Any, context: Context) -> Any:
        def meant(item: Any) -> list[Any]:
            return context.viewer.team_ids if item == MY_TEAM else [context.viewer.id if item == ME else item]

        given = [pk for v in value for pk in meant(v)] if isinstance(value, list | tuple) else meant(value)[0]
        return super().filter_value(op, given, context)

    def cell(self, value: Any) -> SafeString:
        if value is None:
            return SafeString("")
        name = value["name"] or ""
        avatar = face(name, "round", size="xs")
        return markup('<span class="user-chip">{}<span class="cut">{}</span></span>', avatar, name)


class Tags(Field):
    """Several records of a small list, as words on the record. Kept as an array of ids."""

    kind, widget, nullable, sortable, keeps = "tags", "tags", False, False, True

    def __init__(self, name: str = "tags", to: str = "tags", label: Any = None, **more: Any) -> None:
        super().__init__(name, label, **more)
        self.to = to

    @property
    def target(self) -> "Record":
        """The record declaration of the words."""
        return registry.get(self.to)

    def select(self, alias: str) -> list[str]:
        return self._words(alias, "'name', w.name, 'colour', w.colour")

    def select_for(self, alias: str, viewer: Any) -> list[str]:
        """Who may not look at the list of words learns that there are some."""
        if self.target.may(viewer, "view"):
            return self.select(alias)
        return self._words(alias, "'name', NULL, 'colour', ''")

    def _words(self, alias: str, shown: str) -> list[str]:
        return [
            f"""(SELECT coalesce(jsonb_agg(jsonb_build_object('id', w.id, {shown}) ORDER BY w.name), '[]')
                 FROM {self.target.table} w WHERE w.id = ANY({alias}."{self.column}") AND w.deleted_at IS NULL)"""  # noqa: S608
        ]

    def load(self, raw: Sequence[Any]) -> Any:
        return json_of(raw[0])

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if self.empty(value):
            return {self.column: []}
        if not isinstance(value, list | tuple):
            value = [value]
        return {self.column: self.ids(value, context)}

    def ids(self, values: Sequence[Any], context: Context, *, to_ask: bool = False) -> list[int]:
        """The ids of words given by id, name or {"id": ...}. Raises Invalid for one that the viewer does not know.

        `to_ask` takes every id: whoever is not shown a word sees its id, but its name finds nothing.
        """
        wanted = [v.get("id") or v.get("name") if isinstance(v, dict) else v for v in values]
        numbers = [number for w in wanted if (number := row_id(w)) is not None]
        names = [plain_text(w, 200).lower() for w in wanted if row_id(w) is None]
        rule = self.target.rule(context.viewer, "view", "w")
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT w.id, lower(w.name), ({rule.sql}) IS TRUE FROM {self.target.table} w
                    WHERE w.deleted_at IS NULL AND (w.id = ANY(%s) OR lower(w.name) = ANY(%s))""",  # noqa: S608
                [*rule.params, numbers, names],
            )
            found = cursor.fetchall()
        by_name, known = {n: pk for pk, n, seen in found if seen}, {pk for pk, _n, seen in found if seen or to_ask}
        unknown = [n for n in numbers if n not in known]
        if unknown:
            held = self.held(context)
            unknown = [n for n in unknown if n not in held]
        for wanted_one in [*unknown, *(n for n in names if n not in by_name)]:
            raise Invalid(_("There is no tag “%(name)s”.") % {"name": wanted_one}, wanted_one)
        return sorted({*numbers, *(by_name[n] for n in names)})

    def keeping(self, old: str, new: str, viewer: Any) -> Rule:
        # A word in the bin is shown to nobody, and comes back to its records with its restoration.
        rule = self.target.rule(viewer, "view", "w")
        return Rule(
            f"""ARRAY(SELECT unnest({new}::bigint[]) UNION SELECT w.id FROM {self.target.table} w
                WHERE w.id = ANY({old}) AND (w.deleted_at IS NULL AND {rule.sql}) IS NOT TRUE ORDER BY 1)""",  # noqa: S608
            rule.params,
        )

    def filter_value(self, op: str, value: Any, context: Context) -> Any:
        if op in ("is_empty", "is_filled"):
            return None
        return self.ids(value if isinstance(value, list | tuple) else [value], context, to_ask=True)

    def from_form(self, data: Any, name: str) -> Any:
        return [v for v in data.getlist(name) if v]

    def parse(self, text: str, context: Context) -> Any:
        return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]

    def text(self, value: Any) -> str:
        return ", ".join(tag["name"] or _("(not shared with you)") for tag in value or [])

    def export(self, value: Any) -> Any:
        # What is not shown has no name by which import could find it, and import leaves it where it is.
        return ", ".join(tag["name"] for tag in value or [] if tag["name"])

    def cell(self, value: Any) -> SafeString:
        return joined(
            "",
            '<span class="chip" data-colour="{}">{}</span>',
            ((tag["colour"], tag["name"] or _("(not shared with you)")) for tag in value or []),
        )

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "integer"},
                    "name": {"type": ["string", "null"]},
                    "colour": {"type": "string"},
                },
            },
        }

    def input_schema(self) -> dict[str, Any]:
        return {
            "type": ["array", "null"],
            "items": {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "object"}]},
        }
