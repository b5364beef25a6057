"""The real ASGI application behind the real web server, in a thread of the test, on the test's database."""

import asyncio
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest
from granian.constants import Interfaces
from granian.server.embed import Server


@pytest.fixture
def live_app(transactional_db: None, settings) -> Iterator[str]:
    """Its address. What the test commits is what the server sees, live updates included."""
    settings.ALLOWED_HOSTS = ["*"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    thread = _Serving(port)
    thread.start()
    address = f"http://127.0.0.1:{port}"
    _wait_for(f"{address}/healthz")
    yield address
    thread.end()


class _Serving(threading.Thread):
    def __init__(self, port: int) -> None:
        super().__init__(daemon=True, name="live app")

        from django.core.handlers.wsgi import WSGIHandler

        from rapport.platform.live.asgi import Door

        self.port = port
        self.door = Door(WSGIHandler(), threads=4)
        self.loop = asyncio.new_event_loop()
        self.server: Server | None = None

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.server = Server(self.door, address="127.0.0.1", port=self.port, interface=Interfaces.ASGINL)
        self.loop.run_until_complete(self.server.serve())

    def end(self) -> None:
        from django.db import connections

        if self.server:
            self.loop.call_soon_threadsafe(self.server.stop)
        self.join(10)
        # Each page thread has a connection to the database that is dropped next.
        for _ in range(4):
            self.door.threads.submit(connections.close_all)
        self.door.threads.shutdown()


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer")
