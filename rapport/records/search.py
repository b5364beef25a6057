"""One search over every entity: any part of a name, e-mail or phone number, words in any order, forgiving of typos."""

from typing import Any

from django.db import connection, transaction

from rapport.kit.folding import fold_text
from rapport.kit.phones import search_digits
from rapport.kit.slips import slips
from rapport.platform.identity.viewer import Viewer
from rapport.records import registry
from rapport.records.read import Reader
from rapport.records.record import Record

PER_ENTITY = 8
# Whoever looks for a name means the customer before one of the hundred messages that mention them.
BEHIND = 0.3
# PostgreSQL's own measure of what sounds alike, and the looser one for a single word: two slips in a surname of nine
# letters leave four of its ten trigrams. What it finds too much is sorted out letter by letter.
ALIKE, LOOSE = 0.6, 0.35
LOOSE_FROM, TWO_SLIPS_FROM = 5, 8


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
        if not found and len(q) >= LOOSE_FROM and " " not in q:
            found = _misspelt([r for r in records if not r.is_activity], q, viewer, limit)
    return found


def _misspelt(records: list[Record], q: str, viewer: Viewer, limit: int) -> list[dict[str, Any]]:
    """Names with a word that differs by a letter, in a long word by two; the fewest slips first."""
    most = 2 if len(q) >= TWO_SLIPS_FROM else 1
    with transaction.atomic():
        _set_alike(LOOSE)
        found = _run(records, q, viewer, PER_ENTITY * 6, alike=True)
        _set_alike(ALIKE)
    word = fold_text(q)
    near = [(min((slips(word, one, most) for one in fold_text(hit["name"]).split()), default=9), hit) for hit in found]
    near = [(many, hit) for many, hit in near if many <= most]
    return [hit for _many, hit in sorted(near, key=lambda pair: pair[0])][:limit]


def _set_alike(least: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(least)])


def _run(records: list[Record], q: str, viewer: Viewer, limit: int, *, alike: bool) -> list[dict[str, Any]]:
    parts: list[str] = []
    params: list[Any] = []
    # What only sounds alike may be a great many, of which the nearest are wanted.
    order = "ORDER BY score DESC" if alike else ""
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
                 FROM {record.table} t WHERE t.deleted_at IS NULL AND {match} AND {rule.sql} {order} LIMIT {PER_ENTITY * 3})"""  # noqa: S608
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


# The form of mention_text.py, for the database.
_MENTION = r"@\[([^][\n]{1,150})\]\(users/\d{1,18}\)"


def name_of(record: Record) -> str:
    """What the record is called; a message without a subject by how it begins."""
    title = f"t.{record.title_column}"
    # A mention reads as one types it, also where the text stands in for the name.
    words = f"left(regexp_replace(left(t.body, 400), '{_MENTION}', '@\\1', 'g'), 80)"
    return f"coalesce(nullif({title}, ''), {words})" if record.is_activity else title


def detail_of(record: Record) -> str:
    """SQL of what tells a record from its namesakes: up to three texts, parted by chr(31)."""
    columns = {f.column for f in record.model._meta.concrete_fields}
    shown = [c for c in ("job_title", "email", "domain", "city", "code", "status", "due_on") if c in columns][:3]
    return "concat_ws(chr(31), " + ", ".join(f"t.{c}::text" for c in shown) + ")" if shown else "''"
