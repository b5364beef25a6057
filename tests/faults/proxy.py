"""Stands between Rapport and PostgreSQL, and cuts a connection after the server has committed, before the client hears."""

import asyncio
import contextlib
import threading
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
COMMITTED = b"COMMIT\x00"


class Proxy:
    """Listens in `folder` and passes on to the server whose socket is in `server`."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder, self.server = folder, server
        self.left = self.every = self.seen = self.cuts = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="proxy")

    @property
    def url(self) -> str:
        return f"postgresql://rapport@/rapport?host={self.folder}"

    def start(self) -> None:
        self.folder.mkdir(mode=0o755)
        self._thread.start()
        self._ready.wait(10)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def cut(self, times: int, *, every: int) -> None:
        """From now on every so-manieth COMMIT is not heard, so many times in all."""
        self.seen, self.every, self.left = 0, every, times

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_unix_server(self._meet, self.folder / SOCKET))
        self._ready.set()
        self._loop.run_forever()

    async def _meet(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            server, to_server = await asyncio.open_unix_connection(self.server / SOCKET)
        except OSError:
            to_client.close()
            return
        both = {
            asyncio.ensure_future(_pass_on(client, to_server)),
            asyncio.ensure_future(self._answer(server, to_client)),
        }
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
        to_client.close()
        to_server.close()

    async def _answer(self, server: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """Message by message: one byte of kind, four of length, the content. Ends when the connection is cut."""
        while True:
            head = await server.readexactly(5)
            content = await server.readexactly(int.from_bytes(head[1:], "big") - 4)
            if head[:1] == b"C" and content == COMMITTED and self._is_due():
                self.cuts += 1
                return
            to_client.write(head + content)
            await to_client.drain()

    def _is_due(self) -> bool:
        if not self.left:
            return False
        self.seen += 1
        due = self.seen % self.every == 0
        self.left -= due
        return due


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
        await target.drain()
