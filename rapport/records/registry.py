"""Every entity that is known, by its plural name: the same word in URL, API, command line and code."""

from typing import TYPE_CHECKING, TypeVar

from django.http import HttpRequest

from rapport.platform.access.gate import scope
from rapport.platform.identity.viewer import Viewer
from rapport.platform.ui import navigation

if TYPE_CHECKING:
    from rapport.records.record import Record

_records: dict[str, "Record"] = {}
R = TypeVar("R", bound="type[Record]")


def register(declaration: R) -> R:
    """Class decorator: makes the one instance of a declaration known."""
    record = declaration()
    if record.entity in _records:
        raise ValueError(f"{record.entity} is registered twice")
    _records[record.entity] = record
    if record.navigation:
        _show_in_navigation(record)
    return declaration


def _show_in_navigation(record: "Record") -> None:
    place, order, keys = record.navigation or ("records", 100, "")
    section, _colon, group = place.partition(":")
    # Among the settings stands only what one may change; lists of the day are there for every reader.
    wanted = "edit" if section == "settings" else "view"
    navigation.register(
        navigation.Entry(
            record.entity, record.plural, f"/{record.entity}", record.icon, order, section, keys,
            visible=lambda request: record.may(request.viewer, wanted), group=group,
            leads=(lambda request: _last_layout(request, record.entity)) if record.board else None,
            hint=record.explains_itself, words=record.also_called,
        )
    )  # fmt: skip


def _last_layout(request: HttpRequest, entity: str) -> str:
    from rapport.records.pages.layouts import last_address  # pages know the registry

    return last_address(request, entity)


def get(entity: str) -> "Record":
    """Returns the declaration of an entity. Raises KeyError."""
    return _records[entity]


def find(entity: str) -> "Record | None":
    """Returns the declaration of an entity, or None."""
    return _records.get(entity)


def all_records() -> list["Record"]:
    """Every declaration, in the order of registration."""
    return list(_records.values())


def by_table(table: str) -> "Record | None":
    """Returns the declaration whose rows lie in the table, or None."""
    return next((r for r in _records.values() if r.table == table), None)


def not_to_hear_of(viewer: Viewer) -> set[str]:
    """The topics of which a live stream tells the viewer nothing, as they may look at nothing that these are about."""
    closed = {record.entity for record in all_records() if not record.may(viewer, "view")}
    imports = scope(viewer, "imports", "view") == "all" or any(record.may(viewer, "import") for record in all_records())
    return closed if imports else closed | {"imports"}
