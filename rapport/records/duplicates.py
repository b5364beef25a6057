"""Does this record exist already? What a new one would repeat, by the rules that its declaration names.

A rule compiles to SQL that an index answers; all rules of an entity are one query, and the gate is in each of them: what
the viewer may not see is not hinted at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from rapport.kit.email_address import normalise_email
from rapport.kit.names import likeness, organisation_key
from rapport.kit.phones import digits, parse_phone, search_digits
from rapport.kit.problem import Problem
from rapport.platform.access.gate import Rule
from rapport.platform.identity.viewer import Viewer
from rapport.records.errors import Invalid, InvalidFields
from rapport.records.fields import Context, Link
from rapport.records.fields.base import row_id
from rapport.records.search import detail_of, name_of

if TYPE_CHECKING:
    from rapport.records.record import Record

MOST = 5
# A number of fewer digits is an extension, and half the company has it.
SHORTEST_NUMBER = 6


@dataclass(frozen=True)
class SameEmail:
    """The same e-mail address, whatever its case. Whoever saves it all the same is asked once."""

    field: str = "emails"
    asks = True
    says = _("Same e-mail address")

    def where(self, record: Record, values: dict[str, Any], context: Context) -> Rule | None:
        """Compiles the rows that repeat the values; None where the values say nothing yet."""
        addresses = [a for a in map(_address, _points(values.get(self.field), "address")) if a]
        if not addresses:
            return None
        # The trigrams of the search text find the row, the list itself decides.
        return Rule(
            f"""t.search_text LIKE ANY(%s) AND EXISTS (SELECT 1 FROM jsonb_array_elements(t."{self.field}") p
                WHERE lower(p ->> 'address') = ANY(%s))""",  # noqa: S608
            ([f"%{_literal(a)}%" for a in addresses], addresses),
        )


@dataclass(frozen=True)
class SamePhone:
    """The same phone number, however either was written down."""

    field: str = "phones"
    asks = False
    says = _("Same phone number")

    def where(self, record: Record, values: dict[str, Any], context: Context) -> Rule | None:
        """As above. A number without its country's prefix also fits one that ends alike."""
        wanted = []
        for text in _points(values.get(self.field), "number"):
            phone = parse_phone(text, context.country)
            wanted += [found for found in {digits(phone.e164), search_digits(text)} if len(found) >= SHORTEST_NUMBER]
        if not wanted:
            return None
        ends = [f"%{one}" for one in wanted]
        return Rule(
            f"""t.search_text LIKE ANY(%s) AND EXISTS (SELECT 1 FROM jsonb_array_elements(t."{self.field}") p
                WHERE regexp_replace(p ->> 'number', '[^0-9]', '', 'g') LIKE ANY(%s))""",  # noqa: S608
            ([f"{end}%" for end in ends], ends),
        )


@dataclass(frozen=True)
class SameValue:
    """The same value in a column that tells one from another, such as the domain of a website."""

    field: str
    says: Any
    asks = False

    def where(self, record: Record, values: dict[str, Any], context: Context) -> Rule | None:
        """As above."""
        one = record.field(self.field)
        if one.empty(values.get(self.field)):
            return None
        try:
            (column, value), *_more = one.clean(values[self.field], context).items()
        except Invalid:
            return None
        return Rule(f"""t."{column}" = %s AND t."{column}" <> ''""", (value,))


@dataclass(frozen=True)
class SimilarName:
    """A name that looks alike: `within` a link (people of one organisation), else an equal one anywhere.

    `asks` nothing: namesakes are common.
    """

    within: str
    asks = False
    says = _("Similar name")
    likeness = 0.4

    def where(self, record: Record, values: dict[str, Any], context: Context) -> Rule | None:
        """As above."""
        name = _name(record, values)
        if len(name) < 3:
            return None
        link = record.field(self.within)
        assert isinstance(link, Link)
        given = values.get(self.within)
        place = row_id(given.get("id") if isinstance(given, dict) else given)
        column = f"rapport_fold(t.{record.title_column})"
        if place is None:
            return Rule(f"{column} = rapport_fold(%s)", (name,))
        return Rule(
            f"""t."{link.column}" = %s AND similarity({column}, rapport_fold(%s)) >= {self.likeness}""",
            (place, name),
        )


@dataclass(frozen=True)
class SimilarCompany:
    """The same company name, apart from case, legal form and a slip of the finger."""

    asks = False
    says = _("Similar name")

    def where(self, record: Record, values: dict[str, Any], context: Context) -> Rule | None:
        """As above, a little more than wanted: `keep` decides."""
        name = _name(record, values)
        if len(organisation_key(name)) < 3:
            return None
        return Rule("rapport_fold(%s) <%% t.search_text", (name,))

    def keep(self, record: Record, values: dict[str, Any], found: str) -> bool:
        """Whether a row that was found means the same company."""
        ours, theirs = organisation_key(_name(record, values)), organisation_key(found)
        return ours == theirs or likeness(ours, theirs) >= 0.85


def duplicates(record: Record, values: dict[str, Any], viewer: Viewer) -> list[dict[str, Any]]:
    """What the values would repeat: [{"id", "name", "detail", "because", "asks"}], the surest first, at most five.

    Values that cannot be read yet, such as half an e-mail address, say nothing.
    """
    context = record.context(viewer)
    values = _filled(record, values, viewer)
    gate = record.rule(viewer, "view", "t")
    parts: list[str] = []
    params: list[Any] = []
    for place, rule in enumerate(record.duplicates):
        wanted = None if gate.is_shut else rule.where(record, values, context)
        if wanted is None:
            continue
        parts.append(
            f"""(SELECT {place} AS rule, t.id, {name_of(record)} AS name, {detail_of(record)} AS detail,
                 similarity(rapport_fold({name_of(record)}), rapport_fold(%s)) AS score FROM {record.table} t
                 WHERE t.deleted_at IS NULL AND {wanted.sql} AND {gate.sql} ORDER BY score DESC, t.id LIMIT {MOST * 4})"""  # noqa: S608
        )
        params += [_name(record, values), *wanted.params, *gate.params]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({' UNION ALL '.join(parts)}) found ORDER BY rule, score DESC, id", params)  # noqa: S608
        rows = cursor.fetchall()
    return _gathered(record, values, rows)


def _gathered(record: Record, values: dict[str, Any], rows: list[Any]) -> list[dict[str, Any]]:
    """Each record once, with every reason."""
    found: dict[int, dict[str, Any]] = {}
    for place, pk, name, detail, _score in rows:
        rule = record.duplicates[place]
        if hasattr(rule, "keep") and not rule.keep(record, values, name or ""):
            continue
        shown = " · ".join(part for part in (detail or "").split("\x1f") if part)
        one = found.setdefault(pk, {"id": pk, "name": name or "", "detail": shown, "because": [], "asks": False})
        one["because"].append(str(rule.says))
        one["asks"] |= rule.asks
    return list(found.values())[:MOST]


def _filled(record: Record, values: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
    """The values with the defaults that a new record gets; as they are while they are not enough for one."""
    try:
        return record.fill(dict(values), viewer)
    except InvalidFields:
        return values


def _name(record: Record, values: dict[str, Any]) -> str:
    """What the record would be called."""
    whole = values.get(record.title) or " ".join(str(values.get(part) or "") for part in ("first_name", "last_name"))
    return " ".join(str(whole).replace("\x00", "").split())[:200]


def _points(value: Any, main: str) -> list[str]:
    """The texts of a list of contact points, given as objects, texts or one text."""
    given = value if isinstance(value, list | tuple) else [value]
    texts = (str((one.get(main) if isinstance(one, dict) else one) or "").strip() for one in given[:50])
    return [text for text in texts if text and "\x00" not in text]


def _address(text: str) -> str:
    try:
        return normalise_email(text).lower()
    except Problem:
        return ""


def _literal(text: str) -> str:
    """The text as LIKE takes it for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
