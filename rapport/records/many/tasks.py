"""What can be done with many records: for each kind of work, one piece of ids at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import connection, transaction
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Refused
from rapport.platform.identity.viewer import Viewer
from rapport.records import write
from rapport.records.api.operations import verb_values
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.fields import Tags
from rapport.records.read import Reader
from rapport.records.record import Record


class _Beyond(Exception):
    """These rows would leave the viewer's own reach; nothing of the attempt stands."""

    def __init__(self, ids: set[int]) -> None:
        super().__init__()
        self.ids = ids


@dataclass
class Task:
    """One kind of work on the records of one entity, as one viewer. `refused` fills with {id: reason}."""

    record: Record
    viewer: Viewer
    values: dict[str, Any]
    refused: dict[int, str] = field(default_factory=dict)
    needs: ClassVar[str] = "edit"
    chunk: ClassVar[int] = 4000
    # Up to so many records it is done at once, while the user waits.
    at_once: ClassVar[int] = 500
    binned: ClassVar[bool] = False

    def check(self) -> None:
        """Raises Refused or InvalidFields if none of it may be done, whichever records are meant."""
        if not self.record.may(self.viewer, self.needs):
            raise Refused(_("Your role may not do this."))

    def piece(self, ids: Sequence[int]) -> list[int]:
        """Does it with those of the ids that it may be done with, and returns them. Call inside `acting`."""
        allowed = self._allowed(ids)
        return self._attempt(allowed)

    def sets(self) -> tuple[str, list[Any]]:
        """What the UPDATE sets, with parameters."""
        raise NotImplementedError

    def _allowed(self, ids: Sequence[int]) -> list[int]:
        """Locks the rows that the viewer may do it with; the others are refused, with the reason."""
        see, do = self.record.rule(self.viewer, "view", "t"), self.record.rule(self.viewer, self.needs, "t")
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT t.id, coalesce(({do.sql}), false) FROM {self.record.table} t
                    WHERE t.id = ANY(%s) AND t.deleted_at IS {"NOT " if self.binned else ""}NULL AND {see.sql}
                    ORDER BY t.id FOR UPDATE OF t""",  # noqa: S608 names come from the declaration
                [*do.params, list(ids), *see.params],
            )
            found = dict(cursor.fetchall())
        for pk in ids:
            if pk not in found:
                self.refused[pk] = _("It is gone, or no longer within your reach.")
            elif not found[pk]:
                self.refused[pk] = _("You may look at this record but not change it.")
        return [pk for pk, may in found.items() if may]

    def _attempt(self, ids: list[int]) -> list[int]:
        """All at once; what does not fit is found by halves, so that one wrong row keeps no other from its change."""
        if not ids:
            return []
        try:
            with transaction.atomic():
                self._update(ids)
            return ids
        except _Beyond as beyond:
            for pk in beyond.ids:
                self.refused[pk] = _("The change would put it out of your own reach.")
            return self._attempt([pk for pk in ids if pk not in beyond.ids])
        except InvalidFields as error:
            if len(ids) == 1:
                self.refused[ids[0]] = " ".join(error.errors.values())
                return []
            middle = len(ids) // 2
            return self._attempt(ids[:middle]) + self._attempt(ids[middle:])

    def _update(self, ids: list[int]) -> None:
        sets, params = self.sets()
        with write.translated(self.record), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {self.record.table} t SET {sets} WHERE t.id = ANY(%s)",  # noqa: S608
                [*params, ids],
            )
        if self.needs != "edit":
            return
        self.record.after_write(ids, self.viewer)
        afterwards = self.record.access.afterwards
        if not self.record.rule(self.viewer, afterwards, "t").is_open:
            kept = set(write.ids_within(self.record, ids, self.viewer, afterwards))
            if lost := set(ids) - kept:
                raise _Beyond(lost)


class Edit(Task):
    """Sets fields to a value: {"values": {"stage": 3}}."""

    def check(self) -> None:
        super().check()
        if not self.values.get("values"):
            raise InvalidFields({"values": _("There is nothing to change.")})
        self.sets()

    def sets(self) -> tuple[str, list[Any]]:
        columns = write.clean(self.record, self.values["values"], self.viewer, whole=False)
        return write.assigned(self.record, columns, self.viewer)


class Tag(Task):
    """Adds and takes away tags: {"field": "tags", "add": [1], "remove": [2]}."""

    def check(self) -> None:
        super().check()
        one = self.record.fields_for(self.viewer).get(self.values.get("field", ""))
        if not isinstance(one, Tags) or one.readonly:
            raise InvalidFields({"field": _("There are no tags on these records.")})
        context = self.record.context(self.viewer)
        self.values = {
            "field": one.name,
            "add": one.ids(self.values.get("add", []), context),
            "remove": one.ids(self.values.get("remove", []), context),
        }
        if not self.values["add"] and not self.values["remove"]:
            raise InvalidFields({"tags": _("Choose a tag to add or to take away.")})

    def sets(self) -> tuple[str, list[Any]]:
        column = f'"{self.record.field(self.values["field"]).column}"'
        words = f"SELECT coalesce(array_agg(DISTINCT w ORDER BY w), '{{}}') FROM unnest(t.{column} || %s::bigint[]) w"  # noqa: S608
        return f"{column} = ({words} WHERE w <> ALL(%s::bigint[]))", [self.values["add"], self.values["remove"]]


class Delete(Task):
    """Puts records into the bin."""

    needs = "delete"

    def sets(self) -> tuple[str, list[Any]]:
        return "deleted_at = now()", []


class Restore(Task):
    """Takes records out of the bin."""

    needs, binned = "delete", True

    def sets(self) -> tuple[str, list[Any]]:
        return "deleted_at = NULL", []


class RunVerb(Task):
    """Runs a verb on each record that it fits: {"verb": "win", "given": {…}}. A verb does more than set columns."""

    chunk, at_once = 50, 50

    def check(self) -> None:
        verb = self.record.verb(self.values.get("verb", ""))
        if verb is None:
            raise InvalidFields({"verb": _("There is no such verb.")})
        if not self.record.may(self.viewer, verb.needs):
            raise Refused(_("Your role may not do this."))
        verb_values(self.record, verb, self.values.get("given", {}), self.viewer)

    def piece(self, ids: Sequence[int]) -> list[int]:
        verb = self.record.verb(self.values["verb"])
        assert verb is not None
        reader = Reader(self.record, self.viewer)
        done = []
        for pk in ids:
            try:
                with transaction.atomic():
                    write.lock(self.record, pk, self.viewer, verb.needs)
                    if not verb.when(reader.get(pk)):
                        self.refused[pk] = _("“%(verb)s” does not fit it as it stands.") % {"verb": verb.label}
                        continue
                    given = verb_values(self.record, verb, self.values.get("given", {}), self.viewer)
                    verb.run(self.viewer, pk, **given)
                done.append(pk)
            except NotFound:
                self.refused[pk] = _("It is gone, or no longer within your reach.")
            except Refused as refused:
                self.refused[pk] = str(refused)
            except InvalidFields as error:
                self.refused[pk] = " ".join(error.errors.values())
        return done


TASKS: dict[str, type[Task]] = {"edit": Edit, "tag": Tag, "delete": Delete, "restore": Restore, "verb": RunVerb}
