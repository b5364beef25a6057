from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rapport.kit.condition import NONE
from rapport.platform.access.gate import Rule
from rapport.platform.files import pictures, store
from rapport.platform.files.access import register_holder, visible_file
from rapport.platform.files.models import File as Stored
from rapport.platform.identity.viewer import Viewer
from rapport.platform.ui.markup import markup
from rapport.records import registry
from rapport.records.errors import Invalid
from rapport.records.fields.base import Context, Field, json_of


class File(Field):
    """One file. A form uploads it with the record; the API uploads first and then names the id."""

    kind, widget, sortable, importable = "link", "file", False, False
    accepts = ""

    def __init__(self, name: str, label: Any = None, **more: Any) -> None:
        more.setdefault("column", f"{name}_id")
        super().__init__(name, label, **more)

    def select(self, alias: str) -> list[str]:
        return [
            f"""(SELECT jsonb_build_object('id', f.id, 'name', f.name, 'size', f.size, 'mime', f.mime)
                 FROM files_file f WHERE f.id = {alias}."{self.column}")"""  # noqa: S608 names from the declaration
        ]

    def load(self, raw: Sequence[Any]) -> Any:
        found = json_of(raw[0])
        return found and {**found, "url": f"/files/{found['id']}/{quote(found['name'], safe='')}"}

    def operators(self) -> dict[str, str]:
        return {"is_empty": NONE, "is_filled": NONE}

    def where(self, alias: str, op: str, value: Any, context: Context) -> Rule:
        if op not in ("is_empty", "is_filled"):
            raise Invalid(_("Only “is empty” and “is filled” can be asked of a file."), value)
        return Rule(f'{alias}."{self.column}" IS {"" if op == "is_empty" else "NOT "}NULL')

    # --- writing ---------------------------------------------------------------------------------------------------

    def from_form(self, data: Any, name: str) -> Any:
        # The hidden id of what is there, then what was uploaded: the last one counts, unless both shall go.
        return None if data.get(f"{name}-remove") else (data.get(name) or None)

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if self.empty(value):
            return {self.column: None}
        if isinstance(value, UploadedFile):
            return {self.column: self.kept(value, value.chunks(), value.name, context.viewer).pk}
        return {self.column: self.taken(self._given(value, context.viewer), context.viewer).pk}

    def _given(self, value: Any, viewer: Viewer) -> Stored:
        """The file that a value names; files out of reach do not exist. Raises Invalid."""
        if isinstance(value, dict):
            if unknown := set(value) - {"id", "name", "size", "mime", "url"}:
                raise Invalid(_("Unknown part: %(name)s.") % {"name": sorted(map(str, unknown))[0]}, value)
            value = value.get("id")
        text = "" if isinstance(value, bool | float | list | dict) else str(value)
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise Invalid(_("The id of an uploaded file is needed."), value)
        found = visible_file(int(text), viewer)
        if found is None:
            raise Invalid(_("There is no such file: %(id)s.") % {"id": text}, value)
        return found

    def kept(self, content: Any, chunks: Any, name: Any, viewer: Viewer) -> Stored:
        """Stores an upload. Raises Invalid."""
        try:
            return store.keep(chunks, name, viewer=viewer)
        except store.TooLarge as error:
            raise Invalid(str(error)) from None

    def taken(self, stored: Stored, viewer: Viewer) -> Stored:
        """Makes of an earlier upload what the field holds. Raises Invalid."""
        return stored

    # --- showing ---------------------------------------------------------------------------------------------------

    def text(self, value: Any) -> str:
        return value["name"] if value else ""

    def export(self, value: Any) -> Any:
        return value["url"] if value else ""

    def cell(self, value: Any) -> SafeString:
        if not value:
            return SafeString("")
        return markup('<a class="link" href="{}" download>{}</a>', value["url"], value["name"])

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["object", "null"],
            "properties": {
                "id": {"type": "integer"}, "name": {"type": "string"}, "size": {"type": "integer"},
                "mime": {"type": "string"}, "url": {"type": "string"},
            },
            "required": ["id", "url"],
        }  # fmt: skip

    def input_schema(self) -> dict[str, Any]:
        one = {"type": ["integer", "null"], "description": _("The id of an uploaded file.")}
        return {"anyOf": [one, {"type": "object", "properties": {"id": one}, "required": ["id"]}]}


class Image(File):
    """A picture, drawn anew in a small square. What the camera wrote into it is gone."""

    accepts = "image/jpeg,image/png,image/webp,image/gif"

    def select(self, alias: str) -> list[str]:
        return [f'{alias}."{self.column}"']

    def load(self, raw: Sequence[Any]) -> Any:
        return None if raw[0] is None else {"id": raw[0], "url": f"/files/{raw[0]}/{self.name}.webp"}

    def kept(self, content: Any, chunks: Any, name: Any, viewer: Viewer) -> Stored:
        if content.size > store.settings.LARGEST_FILE:
            raise Invalid(_("The file is larger than %(n)s MB.") % {"n": store.settings.LARGEST_FILE // 2**20})
        return self._drawn(content, name, viewer)

    def taken(self, stored: Stored, viewer: Viewer) -> Stored:
        if stored.is_picture:
            return stored
        with store.open_blob(stored) as content:
            return self._drawn(content, stored.name, viewer)

    def _drawn(self, content: Any, name: Any, viewer: Viewer) -> Stored:
        try:
            drawn = pictures.redraw(content)
        except pictures.NoPicture as error:
            raise Invalid(str(error)) from None
        name = f"{PurePosixPath(str(name or self.name)).stem}.webp"
        return store.keep([drawn], name, viewer=viewer, mime="image/webp", is_picture=True)

    def text(self, value: Any) -> str:
        return _("picture") if value else ""

    def cell(self, value: Any) -> SafeString:
        if not value:
            return SafeString("")
        return markup(
            '<span class="avatar" data-size="lg"><img src="{}" alt="{}" loading="lazy"></span>',
            value["url"], self.label,
        )  # fmt: skip


@register_holder
def held(pk: int, viewer: Viewer) -> tuple[bool, bool]:
    """Whether a record holds the file, and whether the viewer may see one that does; one query for all entities."""
    parts, params = [], []
    for record in registry.all_records():
        for one in record.fields_for().values():
            if isinstance(one, File):
                rule = record.rule(viewer, "view", "t")
                parts.append(f'SELECT ({rule.sql}) AS seen FROM {record.table} t WHERE t."{one.column}" = %s')  # noqa: S608
                params += [*rule.params, pk]
    if not parts:
        return False, False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), bool_or(seen) FROM ({' UNION ALL '.join(parts)}) holding", params)  # noqa: S608
        count, seen = cursor.fetchone()
    return bool(count), bool(seen)
