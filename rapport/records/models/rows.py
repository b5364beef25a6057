"""What the tables of records have in common."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Value

from rapport.platform.journal.models import Journalled


class Owned(Journalled):
    """A record that somebody is responsible for."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=True
    )

    class Meta:
        abstract = True


def folded(column: str) -> Func:
    """The column as people sort and compare it: without case and accents."""
    return Func(F(column), function="rapport_fold", output_field=models.TextField())


def search_text(*columns: str, points: dict[str, str] | None = None, digits: dict[str, str] | None = None) -> Any:
    """A generated column with everything one finds the row by.

    `columns` are text columns; `points` and `digits` map JSON list columns to the key of their values.
    """

    def joined(parts: list[Any]) -> Any:
        if not parts:
            return Value("", output_field=models.TextField())
        text: Any = parts[0]
        for part in parts[1:]:
            text = Func(
                text,
                Func(Value(" "), part, template="%(expressions)s", arg_joiner=" || "),
                template="%(expressions)s",
                arg_joiner=" || ",
            )
        return text

    def plain(column: str) -> Any:
        return Func(F(column), Value(""), function="coalesce", output_field=models.TextField())

    def listed(column: str, key: str) -> Any:
        found = Func(F(column), Value(key), function="rapport_points", output_field=models.TextField())
        return Func(found, Value(""), function="coalesce", output_field=models.TextField())

    return models.GeneratedField(
        expression=Func(
            joined([plain(c) for c in columns]),
            joined([listed(c, k) for c, k in (points or {}).items()]),
            joined([listed(c, k) for c, k in (digits or {}).items()]),
            function="rapport_search",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )


def first_point(column: str, key: str, *, length: int = 254) -> models.GeneratedField:
    """A generated column: one key of the first, that is the primary, value of a JSON list."""
    return models.GeneratedField(
        expression=Func(
            F(column),
            Value(key),
            template="((%(expressions)s))",
            arg_joiner=" -> 0 ->> ",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )


def search_index(name: str) -> GinIndex:
    """The trigram index that finds any part of the search text."""
    return GinIndex(OpClass("search_text", name="gin_trgm_ops"), name=name)
