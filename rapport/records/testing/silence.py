"""What stands in the database, as one text: a refusal must leave it as it was."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection

# A refused caller may well have used their token, and whoever looks at a record finds it again among the recent ones.
_BESIDE = {"identity_apitoken", "django_session", "records_visit"}


def digest(*tables: str, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Rows and a hash of the content of the given tables, or of all: records, journal, facts, jobs, kept answers.

    `without` names columns that do not count.
    """
    names = tables or tuple(
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.managed and model.__module__.startswith("rapport.") and model._meta.db_table not in _BESIDE
    )
    parts = [_part(name, without) for name in [*names, *([] if tables else ["procrastinate_jobs"])]]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def _part(table: str, without: tuple[str, ...]) -> str:
    row = "(to_jsonb(t)" + "".join(f" - '{column}'" for column in without) + ")::text"
    return f"""SELECT '{table}', count(*) || ' ' || coalesce(md5(string_agg({row}, ',' ORDER BY {row})), '')
               FROM {table} t"""  # noqa: S608 names come from the models


@contextmanager
def silence() -> Iterator[None]:
    """Fails if anything is written or stated inside."""
    before = digest()
    yield
    after = digest()
    assert after == before, f"written to {sorted(name for name in after if after[name] != before.get(name))}"
