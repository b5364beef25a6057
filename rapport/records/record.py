"""The declaration of an entity. One declaration answers for every surface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.text import Truncator
from django.utils.translation import gettext

from rapport.platform.access.gate import Rule, scope
from rapport.platform.identity.viewer import Viewer
from rapport.platform.setup.company import company
from rapport.records import registry
from rapport.records.access import Access, OwnedBy
from rapport.records.boards.declare import Board
from rapport.records.fields import Context, DateTime, Field, Link, Owner, Reference
from rapport.records.verbs import Verb

LONGEST_NAME = 80


@dataclass(frozen=True)
class List:
    """How the list looks: columns shown, sort ("-name" is descending), and the condition that a page begins with."""

    columns: str
    sort: str = "-created_at"
    filter: str = ""

    @property
    def names(self) -> list[str]:
        return self.columns.split()


@dataclass(frozen=True)
class Page:
    """How the record page looks: groups of fields (title, names), and whether it shows a timeline."""

    groups: Sequence[tuple[Any, str]] = ()
    subtitle: str = ""
    timeline: bool = True


@dataclass
class Record:
    """Base of every declaration. Class attributes say the shape; behaviour is in verbs and actions."""

    entity: ClassVar[str]
    model: ClassVar[type[Model]]
    label: ClassVar[Any]
    plural: ClassVar[Any]
    icon: ClassVar[str] = "circle"
    # "round" or "square" shows initials or a picture beside the name, for those who have a face; else the icon does.
    face: ClassVar[str] = ""
    title: ClassVar[str] = "name"
    # A field whose first words name the record where its title is empty, as the text does for a message.
    stand_in: ClassVar[str] = ""
    # The Image field that is shown as the record's face.
    picture: ClassVar[str] = ""
    fields: ClassVar[Sequence[Field]] = ()
    lists: ClassVar[List]
    page: ClassVar[Page] = Page()
    board: ClassVar[Board | None] = None
    verbs: ClassVar[Sequence[Verb]] = ()
    access: ClassVar[Access] = OwnedBy()
    has_timeline: ClassVar[bool] = True
    is_activity: ClassVar[bool] = False
    # Names of the links whose targets share this record's timeline entries.
    rolls_up_to: ClassVar[Sequence[str]] = ()
    # Fields by which an import may find an existing record.
    import_keys: ClassVar[Sequence[str]] = ("external_id",)
    # Where the entity stands in the navigation: (section, order, shortcut), or None; "settings:data" names a group too.
    navigation: ClassVar[tuple[str, int, str] | None] = None
    # Rules that say when a new record would repeat one that there is; see duplicates.py.
    duplicates: ClassVar[Sequence[Any]] = ()
    # Database constraints that a value can break: constraint name -> (field, message).
    constraints: ClassVar[dict[str, tuple[str, Any]]] = {}
    searchable: ClassVar[bool] = True
    explains_itself: ClassVar[Any] = ""
    # What happens when one is created, where the form has to say it.
    explains_creating: ClassVar[Any] = ""
    # Other words by which the search of the settings finds the entity.
    also_called: ClassVar[Any] = ""
    _by_name: dict[str, Field] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for one in (*self.fields, *self.common_fields()):
            one.bind(self)
            self._by_name[one.name] = one

    def common_fields(self) -> list[Field]:
        """Fields that every record has."""
        from django.utils.translation import gettext_lazy as _

        return [
            Reference(
                "external_id",
                _("Reference"),
                aliases=("reference", "id", "external id", "key"),
                help=_("The key of the record in another system."),
            ),
            DateTime("created_at", _("Created"), readonly=True, relative=True),
            DateTime("updated_at", _("Changed"), readonly=True, relative=True),
            Owner("created_by", _("Created by"), readonly=True),
        ]

    # --- shape -----------------------------------------------------------------------------------------------------

    @cached_property
    def table(self) -> str:
        return self.model._meta.db_table

    def fields_for(self, viewer: Viewer | None = None) -> dict[str, Field]:
        """The fields that there are now for this viewer, by name. Every surface asks here and never the model."""
        return self._by_name

    def field(self, name: str, viewer: Viewer | None = None) -> Field:
        """Returns one field. Raises KeyError."""
        return self.fields_for(viewer)[name]

    @cached_property
    def title_column(self) -> str:
        """The SQL column that names a record."""
        return f'"{self.field(self.title).column}"'

    @cached_property
    def has_owner(self) -> bool:
        return "owner" in self._by_name

    @cached_property
    def keepers(self) -> dict[str, Field]:
        """The fields whose values may have parts that their writer is not shown, by column."""
        return {one.column: one for one in self._by_name.values() if one.keeps}

    @cached_property
    def has_search(self) -> bool:
        return any(f.name == "search_text" for f in self.model._meta.get_fields())

    def links_here(self) -> list[tuple[Record, Link]]:
        """Every link of any entity that points to this one and wants to be shown on its page."""
        return [
            (other, one)
            for other in registry.all_records()
            for one in other.fields_for().values()
            if isinstance(one, Link) and one.to == self.entity and one.related
        ]

    def rolls_up_links(self) -> list[Link]:
        """The links whose targets share this record's timeline entries."""
        return [one for name in self.rolls_up_to if isinstance(one := self.field(name), Link)]

    def verb(self, name: str) -> Verb | None:
        """The verb of that name, or None."""
        return next((v for v in self.verbs if v.name == name), None)

    # --- rights ----------------------------------------------------------------------------------------------------

    def rule(self, viewer: Viewer | None, action: str, alias: str) -> Rule:
        """Compiles which rows the viewer may do the action with, for the table known as `alias`."""
        return self.access.rule(self, viewer, action, alias)

    def may(self, viewer: Viewer | None, action: str) -> bool:
        """Whether the viewer may do the action with any record at all."""
        return not self.rule(viewer, action, "t").is_shut

    def scope(self, viewer: Viewer | None, action: str) -> str:
        """How far the viewer reaches."""
        return scope(viewer, self.access.entity_of(self), action)

    # --- context ---------------------------------------------------------------------------------------------------

    def context(self, viewer: Viewer) -> Context:
        """The context in which values are read for this viewer."""
        ours = company()
        return Context(viewer=viewer, country=ours.country, currency=ours.currency)

    def fill(self, values: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        """Completes the values of a new record before they are checked; a room may add its own defaults."""
        return values

    def after_write(self, ids: Sequence[int], viewer: Viewer | None) -> None:
        """Set-based follow-up in the transaction of the write; a room may add what must hold at once."""

    def called(self, item: dict[str, Any]) -> str:
        """What people call the record, from values read with its title and, if it has one, its stand-in."""
        if name := self.field(self.title).text(item[self.title]):
            return name
        words = " ".join(self.field(self.stand_in).text(item[self.stand_in]).split()) if self.stand_in else ""
        return Truncator(words).chars(LONGEST_NAME) if words else gettext("(without a name)")

    def extra_context(self, item: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        """More for the template of the record page; a room may add, for example, a stage bar."""
        return {}


def filled(first: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The values of a new record, with `first` where nothing was given."""
    return {**first, **{name: value for name, value in values.items() if value not in ("", None) or name not in first}}
