"""Opaque cursors for keyset paging: the sort values of the last row seen, its id last.

A cursor carries a digest over its values and the sort it belongs to, so a changed cursor and a cursor of another sort
are refused. It is no secret and grants nothing: the gate runs on every page.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from uuid import UUID

from rapport.kit.problem import Problem, _

MAX_LENGTH = 8_000

CursorValue = str | int | float | bool | Decimal | date | datetime | time | UUID | None

_READERS: dict[str, Callable[[str], CursorValue]] = {
    "s": str, "i": int, "f": float, "d": date.fromisoformat, "t": datetime.fromisoformat, "c": time.fromisoformat,
    "n": Decimal, "u": UUID,
}  # fmt: skip


def encode(values: Sequence[CursorValue], sort: str, key: bytes = b"") -> str:
    """URL-safe text for the last row's sort values (their types come back).

    sort: the sort as a text, for example "-closes_on,id". key: the installation's secret, at most 64 bytes, if users
    shall not be able to make cursors of their own. TypeError for a value of another type.
    """
    body = json.dumps([_write(value) for value in values], separators=(",", ":"), ensure_ascii=False)
    payload = _digest(body, sort, key) + body.encode()
    return base64.urlsafe_b64encode(payload).rstrip(b"=").decode()


def decode(text: str, sort: str, key: bytes = b"") -> list[CursorValue]:
    """The values that `encode` was given. Raises Problem for anything else, also for a cursor of another sort."""
    try:
        if len(text) > MAX_LENGTH:
            raise ValueError
        payload = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        digest, body = payload[:8], payload[8:].decode()
        if digest != _digest(body, sort, key):
            raise ValueError
        return [_read(item) for item in json.loads(body)]
    except (ValueError, TypeError, KeyError, InvalidOperation, binascii.Error, RecursionError) as error:
        raise Problem(_("the cursor is not one of this list and sort")) from error


def _digest(body: str, sort: str, key: bytes) -> bytes:
    return blake2b(f"{len(sort)}:{sort}{body}".encode(), digest_size=8, key=key).digest()


def _write(value: CursorValue) -> object:
    match value:
        case None | bool():
            return value
        case str():
            return ["s", value]
        case int():
            return ["i", str(value)]
        case float():
            return ["f", repr(value)]
        case Decimal():
            return ["n", str(value)]
        case datetime():
            return ["t", value.isoformat()]
        case date():
            return ["d", value.isoformat()]
        case time():
            return ["c", value.isoformat()]
        case UUID():
            return ["u", str(value)]
    raise TypeError(f"a cursor cannot carry {type(value).__name__}")


def _read(item: object) -> CursorValue:
    if item is None or isinstance(item, bool):
        return item
    if not isinstance(item, list) or len(item) != 2 or not isinstance(item[1], str):
        raise ValueError
    return _READERS[str(item[0])](item[1])
