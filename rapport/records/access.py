"""Who may do what with the records of an entity: policies that compile to SQL through the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapport.platform.access.gate import OPEN, SHUT, Rule, owned_rule, scope
from rapport.platform.identity.viewer import Viewer
from rapport.records import registry

if TYPE_CHECKING:
    from rapport.records.record import Record


class Access:
    """A policy. Answers one question: which rows may this viewer do this action with?"""

    # What the writer must still be allowed with a record that they changed: one may hand on what is one's own.
    afterwards = "view"
    # Whether the rule reads nothing of a row but its id and its owner_id, so that it holds wherever those two stand.
    by_owner_alone = False

    def entity_of(self, record: Record) -> str:
        """The entity whose grants decide."""
        return record.entity

    def rule(self, record: Record, viewer: Viewer | None, action: str, alias: str) -> Rule:
        raise NotImplementedError


class OwnedBy(Access):
    """Rows belong to the user in an owner column; grants say how far a role reaches."""

    def __init__(self, column: str = "owner_id") -> None:
        self.column = column
        self.by_owner_alone = column == "owner_id"

    def rule(self, record: Record, viewer: Viewer | None, action: str, alias: str) -> Rule:
        return owned_rule(viewer, record.entity, action, f'{alias}."{self.column}"')


class OwnedOrNamed(OwnedBy):
    """The same, and whoever the text names may read it: to name a colleague in a note is to show it to them."""

    def rule(self, record: Record, viewer: Viewer | None, action: str, alias: str) -> Rule:
        own = super().rule(record, viewer, action, alias)
        if action != "view" or viewer is None or own.is_open or own.is_shut:
            return own
        named = f"{alias}.id IN (SELECT m.source_row FROM records_mention m WHERE m.user_id = %s AND m.source = %s)"  # noqa: S608
        return Rule(f"({own.sql} OR {named})", (*own.params, viewer.id, record.entity))


class Shared(Access):
    """Rows belong to everybody; the grant is either for all of them or for none."""

    def rule(self, record: Record, viewer: Viewer | None, action: str, alias: str) -> Rule:
        return OPEN if scope(viewer, record.entity, action) != "none" else SHUT


class Via(Access):
    """Rows belong to the records that their links name: who may edit the deal may edit its lines.

    Of several links those that are set must all be within reach. To move a part is to add it to another whole.
    """

    afterwards = "edit"

    def __init__(self, *links: str) -> None:
        self.links = links

    def entity_of(self, record: Record) -> str:
        return record.field(self.links[0]).target.entity  # type: ignore[attr-defined]

    def rule(self, record: Record, viewer: Viewer | None, action: str, alias: str) -> Rule:
        # To add or take away a part is to edit the whole.
        wanted = action if action in ("view", "export", "import") else "edit"
        parts: list[str] = []
        params: list[Any] = []
        for name in self.links:
            link = record.field(name)
            target = registry.get(link.to)  # type: ignore[attr-defined]
            rule = target.rule(viewer, wanted, "via")
            if rule.is_shut:
                return SHUT
            if rule.is_open and wanted != "view":
                continue
            parts.append(
                f"""({alias}."{link.column}" IS NULL OR EXISTS (SELECT 1 FROM {target.table} via
                WHERE via.id = {alias}."{link.column}" AND via.deleted_at IS NULL AND {rule.sql}))"""  # noqa: S608
            )
            params += rule.params
        return Rule(" AND ".join(parts), tuple(params)) if parts else OPEN
