"""Taking in what a caller sends: to memory, then to disk, and no more than they may send."""

from collections.abc import Awaitable, Callable
from typing import IO, Any

from django.conf import settings

Receive = Callable[[], Awaitable[dict[str, Any]]]
# What anybody may send: sign-in and the first page of a new instance take a fraction of it.
FROM_STRANGERS = 2**20


class BodyGone(Exception):
    """The client went away before it had sent everything: nothing is done."""


class TooMuch(Exception):
    """The caller sends more than they may."""


async def receive_body(
    scope: dict[str, Any], receive: Receive, body: IO[bytes], known: Callable[[], Awaitable[bool]]
) -> None:
    """Writes the body of the request and rewinds. `known` says whether the caller is one of ours, and is asked only of
    who sends more than a stranger may: otherwise anybody could fill the disk. Raises BodyGone, TooMuch."""
    most, size, more = FROM_STRANGERS, _declared(scope), True
    taken = 0
    while True:
        if size > most:
            if most == FROM_STRANGERS and await known():
                most = settings.LARGEST_BODY
            if size > most:
                raise TooMuch
        if not more:
            break
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyGone
        taken += body.write(message.get("body", b""))
        size = max(size, taken)
        more = message.get("more_body", False)
    body.seek(0)


def _declared(scope: dict[str, Any]) -> int:
    lengths = [value for name, value in scope["headers"] if name.lower() == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() and len(lengths[0]) < 19 else 0
