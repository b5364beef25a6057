"""One search over every entity: any part of a name, e-mail or phone number, words in any order, forgiving of typos."""

from typing import Any

from django.db import connection

from rapport.kit.phones import search_digits
from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.read import Reader
from rapport.records.record import Record

PER_ENTITY = 8
# Whoever looks for a name means the customer before one of the hundred messages that mention them.
BEHIND = 0.3


def search(q: str, *, viewer: Viewer, entities: tuple[str, ...] = (), limit: int = 20) -> list[dict[str, Any]]:
    """Returns up to `limit` hits {"entity", "id", "name", "detail"}, best first, within the viewer's reach.

    When nothing contains the words, names that sound alike are offered instead.
    """
    q = " ".join(q.replace("\x00", "").split())[:100]
    if len(q) < 2:
        return []
    records = [
        r for r in registry.all_records() if r.searchable and r.has_search and (not entities or r.entity in entities)
    ]
    found = _run(records, q, viewer, limit, alike=False)
    if not found and len(q) >= 4 and not search_digits(q):
        found = _run(records, q, viewer, limit, alike=True)
    return found


def _run(records: list[Record], q: str, viewer: Viewer, limit: int, *, alike: bool) -> list[dict[str, Any]]:
    parts: list[str] = []
    params: list[Any] = []
    for record in records:
        rule = record.rule(viewer, "view", "t")
        if rule.is_shut:
            continue
        if alike:
            match, match_params = "rapport_fold(%s) <%% t.search_text", [q]
        else:
            words = Reader(record, viewer).matching(q)
            match, match_params = words.sql, list(words.params)
        name = name_of(record)
        parts.append(
            f"""(SELECT '{record.entity}' AS entity, t.id, {name} AS name, {detail_of(record)} AS detail,
                 word_similarity(rapport_fold(%s), rapport_fold({name})) - {BEHIND * record.is_activity} AS score
                 FROM {record.table} t WHERE t.deleted_at IS NULL AND {match} AND {rule.sql} LIMIT {PER_ENTITY * 3})"""  # noqa: S608
        )
        params += [q, *match_params, *rule.params]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT entity, id, name, detail FROM ({" UNION ALL ".join(parts)}) hits
                ORDER BY score DESC, name LIMIT %s""",  # noqa: S608
            [*params, max(1, min(limit, 50))],
        )
        rows = cursor.fetchall()
    return [
        {
            "entity": row[0],
            "id": row[1],
            "name": row[2] or "",
            "detail": " · ".join(p for p in (row[3] or "").split("\x1f") if p),
        }
        for row in rows
    ]


def name_of(record: Record) -> str:
    """What the record is called; a message without a subject by how it begins."""
    title = f"t.{record.title_column}"
    return f"coalesce(nullif({title}, ''), left(t.body, 80))" if record.is_activity else title


def detail_of(record: Record) -> str:
    """SQL of what tells a record from its namesakes: up to three texts, parted by chr(31)."""
    columns = {f.column for f in record.model._meta.concrete_fields}
    shown = [c for c in ("job_title", "email", "domain", "city", "code", "status", "due_on") if c in columns][:3]
    return "concat_ws(chr(31), " + ", ".join(f"t.{c}::text" for c in shown) + ")" if shown else "''"
