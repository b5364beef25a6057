"""Whether anything in the database is otherwise than it was: every row of every table, whoever wrote it."""

from django.db import connection


class Untouched:
    """A digest of the whole database, made again only when something could have been written.

    A row that is written is another version of it: another place (ctid) by another transaction (xmin). A lock, or what
    was written and rolled back to a savepoint, leaves neither. PostgreSQL gives a transaction a number only when it
    writes or locks, so that a cell without one has certainly left everything as it was.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
            )
            self.tables = [row[0] for row in cursor.fetchall()]
        parts = [
            f"SELECT '{name}' AS name, count(*) AS rows, coalesce(sum(hashtextextended(ctid::text || xmin::text, 0)), 0) AS content FROM {name}"
            for name in self.tables
        ]
        self.query = " UNION ALL ".join(parts)
        self.before = self.digest()

    def digest(self) -> dict[str, tuple[int, int]]:
        """Rows and content of each table."""
        with connection.cursor() as cursor:
            cursor.execute(self.query)
            return {row[0]: (row[1], int(row[2])) for row in cursor.fetchall()}

    def changed(self) -> set[str]:
        """The tables that differ from the beginning; asked inside the transaction that may have written."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
            if cursor.fetchone()[0]:
                return set()
        after = self.digest()
        return {name for name in after if after[name] != self.before[name]}
