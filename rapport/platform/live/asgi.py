"""The door of the web server: pages are answered by Django's WSGI handler in threads, live streams on the event loop.

Django's own ASGI handler costs 5 ms a page in thread changes; this costs a tenth of it (docs/decisions/0002).
"""

import asyncio
import contextlib
import functools
import io
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import IO, Any

from django.core.handlers.wsgi import WSGIHandler
from django.utils.translation import gettext as _

from rapport.platform.identity.known import is_known
from rapport.platform.identity.middleware import OF_HEALTH
from rapport.platform.live.bodies import BodyGone, Receive, TooMuch, receive_body
from rapport.platform.live.hub import Hub
from rapport.platform.live.stream import LiveStream

Send = Callable[[dict[str, Any]], Awaitable[None]]
IN_MEMORY = 2**20
PIECE = 2**16


class Door:
    """An ASGI application. `threads` pages are worked on at once; the rest wait in line."""

    def __init__(self, pages: WSGIHandler, *, threads: int, known: Callable[[dict[str, Any]], bool] = is_known) -> None:
        self.pages, self.known = pages, known
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="page")
        # Not to stand in line behind pages that wait for the database.
        self.health = ThreadPoolExecutor(len(OF_HEALTH), thread_name_prefix="health")
        self.hub = Hub(self._thread)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        with contextlib.suppress(BodyGone), tempfile.SpooledTemporaryFile(IN_MEMORY) as body:
            try:
                await receive_body(scope, receive, body, lambda: self._thread(self.known, environ(scope, io.BytesIO())))
            except TooMuch:
                await self._refuse(send)
            else:
                await self._answer(scope, body, receive, send)

    async def _refuse(self, send: Send) -> None:
        head = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": head})
        await send({"type": "http.response.body", "body": _("This is more than may be sent at once.").encode()})

    async def _answer(self, scope: dict[str, Any], body: IO[bytes], receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()

        async def pass_on(message: dict[str, Any]) -> None:
            # The server's own send gives an awaitable that is no coroutine.
            await send(message)

        def send_from_thread(message: dict[str, Any]) -> None:
            # Waits until the message is on its way, so that a slow client slows the export and not the memory; and no
            # longer than the server is there.
            sent = asyncio.run_coroutine_threadsafe(pass_on(message), loop)
            while not wait([sent], timeout=1).done:
                if not loop.is_running():
                    raise ConnectionAbortedError("The server has ended.")
            sent.result()

        threads = self.health if scope["path"] in OF_HEALTH else self.threads
        made = functools.partial(self._page, environ(scope, body), send_from_thread)
        head, rest = await loop.run_in_executor(threads, made)
        if rest is None:
            return
        await send(head)
        if isinstance(rest, LiveStream):
            await self._stream(rest, receive, send)
        else:
            await send({"type": "http.response.body", "body": rest})

    def _page(
        self, environ: dict[str, Any], send: Callable[[dict[str, Any]], None]
    ) -> tuple[dict[str, Any], bytes | LiveStream | None]:
        """Runs in a thread, all of it, because a database cursor may not change threads.

        Parts of a stream are sent from here.
        """
        head: dict[str, Any] = {"type": "http.response.start"}

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            head["status"] = int(status.split(" ", 1)[0])
            head["headers"] = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

        response: Any = self.pages(environ, start_response)  # type: ignore[arg-type]  # nothing calls write()
        try:
            if isinstance(response, LiveStream):
                return head, response
            if not response.streaming:
                return head, b"".join(response)
            send(head)
            for part in in_pieces(response):
                send({"type": "http.response.body", "body": part, "more_body": True})
            send({"type": "http.response.body", "body": b""})
            return head, None
        finally:
            response.close()

    async def _stream(self, response: LiveStream, receive: Receive, send: Send) -> None:
        async def send_events() -> None:
            async with contextlib.aclosing(response.events(self.hub, self._thread)) as events:
                async for event in events:
                    await send({"type": "http.response.body", "body": event, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

        sending = asyncio.ensure_future(send_events())
        leaving = asyncio.ensure_future(receive())
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for task in (sending, leaving):
            task.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)

    async def _thread(self, function: Callable, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.threads, functools.partial(function, *arguments))


def in_pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Joins small parts (a file comes in 4 KB), because each piece costs a change of threads."""
    held, size = [], 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def environ(scope: dict[str, Any], body: IO[bytes]) -> dict[str, Any]:
    """The WSGI environment of an ASGI scope."""
    server = scope.get("server") or ("localhost", 80)
    made = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        # What a page shows is at least as new.
        "rapport.began": time.time(),
    }
    for raw_name, raw_value in scope["headers"]:
        # A name with an underscore could pass for another header: X_Forwarded_For for X-Forwarded-For.
        # The server adds an empty Host where none was sent, as some that look after our health do.
        if b"_" in raw_name or (raw_name.lower() == b"host" and not raw_value):
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        made[key] = f"{made[key]}{'; ' if name == 'COOKIE' else ','}{value}" if key in made else value
    if "CONTENT_LENGTH" not in made:  # sent in chunks: all of it is here by now
        made["CONTENT_LENGTH"] = str(body.seek(0, 2))
        body.seek(0)
    return made
