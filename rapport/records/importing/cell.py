"""What the texts of one field of one row say, as pieces of JSON: they are put together without being parsed again."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from psycopg.types.json import Jsonb

CACHE = 100_000


class Cell(NamedTuple):
    """What the cells of one field say. `values` and `links` are members of a JSON object, without its braces."""

    values: str = ""
    links: str = ""
    error: str = ""
    asks: bool = False
    key: str = ""

    @property
    def given(self) -> bool:
        return bool(self.values or self.links or self.key)


EMPTY = Cell()


def members(columns: dict[str, Any]) -> str:
    """{column: SQL value} as members of a JSON object."""
    return orjson.dumps(columns, default=_plain, option=orjson.OPT_NON_STR_KEYS)[1:-1].decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Jsonb):
        return value.obj
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(type(value))
