"""Finding the records that names mean: exact, as a question when nearly alike, and never by guessing."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from rapport.kit.names import compact, likeness
from rapport.platform.identity.viewer import Viewer
from rapport.platform.ui.templatetags.ui import in_text
from rapport.records.errors import Invalid, InvalidFields
from rapport.records.fields import Link
from rapport.records.fields.base import row_id
from rapport.records.importing.definition import Source
from rapport.records.record import Record

# From here on two names are so alike that it has to be asked.
ALIKE = 0.85
# So many unknown names are compared letter by letter; beyond, only names of the same letters are noticed.
MOST_COMPARED = 600
MOST_TITLES = 20_000

Name = tuple[str, str]


@dataclass
class Meaning:
    """What a name means: a record's `id`; or `pending`, a record that this import makes; or `empty`; else `error`,
    and `candidates` ([{"id", "name"}], without id for one that this import makes) when it is a question.
    `namesakes`: every candidate has exactly this name.
    """

    id: int | None = None
    pending: str = ""
    empty: bool = False
    error: str = ""
    candidates: list[dict[str, Any]] = field(default_factory=list)
    namesakes: bool = False


def folded(text: str) -> str:
    """The same as the database's rapport_fold for all usual letters."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in plain if not unicodedata.combining(c))


class Namer:
    """Finds the meaning of the names in one link column.

    `coming` are the titles of records of the target that this import itself makes, with how often.
    """

    def __init__(
        self,
        target: Record,
        source: Source,
        viewer: Viewer,
        coming: Counter[str],
        within: Link | None,
        default_scope: Any,
    ) -> None:
        self.target, self.source, self.viewer = target, source, viewer
        self.within, self.default_scope = within, default_scope
        self.coming: dict[str, list[str]] = {}
        for title in coming:
            self.coming.setdefault(folded(title), []).append(title)
        self.coming_alike = {compact(title): title for title in coming}
        self.meanings: dict[Name, Meaning] = {}
        self.to_create: list[Name] = []
        self.may_create = target.may(viewer, "create")
        self.context = target.context(viewer)

    def find(self, names: Counter[Name]) -> None:
        """Decides about all names at once: a few queries, whatever their number."""
        rest: list[Name] = []
        for name in names:
            answer = self.source.answers.get(name[1])
            if answer is None or not self._answered(name, answer):
                rest.append(name)
        exact = self._exact(rest)
        unknown: list[Name] = []
        for name in rest:
            found = exact.get(name, [])
            if len(found) == 1:
                self.meanings[name] = Meaning(id=found[0][0])
            elif len(found) > 1:
                both = ", ".join(f"{title} (#{pk})" for pk, title in found[:3])
                self.meanings[name] = Meaning(
                    error=_("“%(name)s” can be several records: %(both)s.") % {"name": name[1], "both": both},
                    candidates=[{"id": pk, "name": f"{title} (#{pk})"} for pk, title in found],
                    namesakes=True,
                )
            elif titles := self.coming.get(folded(name[1])):
                self.meanings[name] = Meaning(pending=titles[0])
            else:
                unknown.append(name)
        alike = self._alike(unknown)
        for name in unknown:
            if candidates := alike.get(name[1]):
                shown = " / ".join(c["name"] for c in candidates)
                self.meanings[name] = Meaning(
                    error=_("Is “%(name)s” the same as %(other)s?") % {"name": name[1], "other": shown},
                    candidates=candidates,
                )
            else:
                self._missing(name, self.source.on_missing)

    def _answered(self, name: Name, answer: Any) -> bool:
        """Takes an answer; False for the id of a record that is there no longer: then it is asked again."""
        if answer in ("create", "empty", "refuse"):
            self._missing(name, answer)
        elif (given := row_id(answer)) is not None:
            pk = self._reachable(given)
            if pk is None:
                return False
            self.meanings[name] = Meaning(id=pk)
        elif titles := self.coming.get(folded(str(answer))):
            self.meanings[name] = Meaning(pending=titles[0])
        else:
            found = self._exact([(name[0], str(answer))]).get((name[0], str(answer)), [])
            self.meanings[name] = (
                Meaning(id=found[0][0])
                if len(found) == 1
                else Meaning(error=_("“%(answer)s” is not exactly one record.") % {"answer": answer})
            )
        return True

    def _missing(self, name: Name, what: str) -> None:
        if what == "empty":
            self.meanings[name] = Meaning(empty=True)
        elif what == "create" and self.may_create:
            why = self._unfit(name[1])
            self.meanings[name] = Meaning(error=why) if why else Meaning(pending=name[1])
            if not why:
                self.to_create.append(name)
        elif what == "create":
            self.meanings[name] = Meaning(
                error=_("“%(name)s” is missing and you may not create it.") % {"name": name[1]}
            )
        else:
            self.meanings[name] = Meaning(
                error=_("There is no %(what)s “%(name)s”.") % {"what": in_text(self.target.label), "name": name[1]}
            )

    def _unfit(self, text: str) -> str:
        """Why no record can have that name, or ""."""
        try:
            for name, value in self.target.fill({self.target.title: text}, self.viewer).items():
                self.target.field(name).clean(value, self.context)
        except Invalid as problem:
            return problem.message
        except InvalidFields as problem:
            return " ".join(problem.errors.values())
        return ""

    def _reachable(self, pk: int) -> int | None:
        rule = self.target.rule(self.viewer, "view", "t")
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t.id FROM {self.target.table} t WHERE t.id = %s AND t.deleted_at IS NULL AND {rule.sql}",
                [pk if pk < 2**62 else 0, *rule.params],
            )
            row = cursor.fetchone()
        return row[0] if row else None

    def _exact(self, names: list[Name]) -> dict[Name, list[tuple[int, str]]]:
        """The records of exactly that title, whatever its case and accents; else of that reference or e-mail address."""
        found: dict[Name, list[tuple[int, str]]] = {}
        ways = [f"rapport_fold(t.{self.target.title_column}) = rapport_fold(n.text)", "t.external_id = n.text"]
        if self.target.entity == "users":
            ways.append("lower(t.email) = lower(n.text)")
        for way in ways:
            left = [name for name in names if name not in found]
            if left:
                self._ask(left, way, found)
        return found

    def _ask(self, names: list[Name], way: str, found: dict[Name, list[tuple[int, str]]]) -> None:
        rule = self.target.rule(self.viewer, "view", "t")
        scope, scope_params, near = "", [], "true"
        if self.within is not None:
            far = self.within.target
            scope = f' LEFT JOIN {far.table} s ON s.id = t."{self.within.column}"'
            near = (
                f"(n.scope = '' OR rapport_fold(s.{far.title_column}) = rapport_fold(n.scope)) AND s.deleted_at IS NULL"
            )
        chosen = f't."{self.within.column}" IS NOT DISTINCT FROM %s' if self.within is not None else "true"
        if self.within is not None:
            scope_params = [self.default_scope]
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT n.place, t.id, t.{self.target.title_column}, {chosen} AS usual
                    FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY n(scope, text, place)
                    JOIN {self.target.table} t ON {way}{scope}
                    WHERE t.deleted_at IS NULL AND {near} AND {rule.sql} ORDER BY t.id""",
                [*scope_params, [n[0] for n in names], [n[1] for n in names], *rule.params],
            )
            usual: dict[Name, tuple[int, str]] = {}
            for place, pk, title, is_usual in cursor.fetchall():
                name = names[place - 1]
                found.setdefault(name, []).append((pk, title))
                if self.within is not None and is_usual and not name[0]:
                    usual[name] = (pk, title)
        found.update({name: [one] for name, one in usual.items()})

    def _alike(self, names: list[Name]) -> dict[str, list[dict[str, Any]]]:
        """For each name up to three records that may be meant."""
        texts = sorted({name[1] for name in names})
        found: dict[str, dict[str, dict[str, Any]]] = {text: {} for text in texts}
        if texts:
            for text, pk, title in self._similar(texts):
                if likeness(text, title) >= ALIKE and folded(text) != folded(title):
                    found[text].setdefault(title, {"id": pk, "name": title})
        for text in texts:
            if (coming := self.coming_alike.get(compact(text))) and coming not in found[text]:
                found[text][coming] = {"name": coming}
            elif len(texts) <= MOST_COMPARED and len(self.coming_alike) <= 2000:
                for title in self.coming_alike.values():
                    if title not in found[text] and likeness(text, title) >= ALIKE:
                        found[text][title] = {"name": title}
        return {
            text: sorted(some.values(), key=lambda c: -likeness(text, c["name"]))[:3]
            for text, some in found.items()
            if some
        }

    def _similar(self, texts: list[str]) -> list[tuple[str, int, str]]:
        title, table = self.target.title_column, self.target.table
        rule = self.target.rule(self.viewer, "view", "t")
        where = f"t.deleted_at IS NULL AND {rule.sql}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT n.text, t.id, t.{title} FROM unnest(%s::text[]) n(text)
                    JOIN {table} t ON rapport_likeness_key(t.{title}) = rapport_likeness_key(n.text)
                    WHERE rapport_likeness_key(n.text) <> '' AND {where}""",
                [texts, *rule.params],
            )
            made = cursor.fetchall()
            if len(texts) > MOST_COMPARED:
                return made
            cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {MOST_TITLES}) counted")
            small = cursor.fetchone()[0] < MOST_TITLES
            if not small and not self.target.has_search:
                return made
            close = f"similarity(rapport_fold(t.{title}), rapport_fold(n.text))"
            # On a large table the index of search texts narrows down; a small one is looked through.
            test = f"{close} > 0.4" if small else "rapport_fold(n.text) <% t.search_text"
            cursor.execute(
                f"""SELECT n.text, c.id, c.title FROM unnest(%s::text[]) n(text)
                    CROSS JOIN LATERAL (SELECT t.id, t.{title} AS title FROM {table} t WHERE {test} AND {where}
                                        ORDER BY {close} DESC LIMIT 5) c""".replace("<%", "<%%"),
                [texts, *rule.params],
            )
            return made + cursor.fetchall()


def words_of(text: str) -> list[str]:
    """The words in a cell of tags."""
    return [part.strip() for part in re.split(r"[;,]", text) if part.strip()]
