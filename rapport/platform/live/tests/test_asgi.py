"""The door itself, without a server: what becomes of a page when the server ends."""

import asyncio
import threading

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse, StreamingHttpResponse

from rapport.platform.live.asgi import Door


class Endless(WSGIHandler):
    """Answers every page with a stream."""

    def __call__(self, environ, start_response):
        start_response("200 OK", [])
        return StreamingHttpResponse(b"part" for _ in range(3))


SCOPE = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}


async def nothing_more():
    return {"type": "http.request", "body": b"", "more_body": False}


def test_a_page_that_waits_for_its_client_ends_with_the_server():
    door, sending = Door(Endless(), threads=1), threading.Event()

    async def never_sent(_message):
        sending.set()
        await asyncio.Event().wait()

    async def serve():
        page = asyncio.ensure_future(door(SCOPE, nothing_more, never_sent))
        while not sending.is_set():
            await asyncio.sleep(0.01)
        return page

    loop = asyncio.new_event_loop()
    serving = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    serving.start()
    serving.join(10)
    ended = threading.Thread(target=door.threads.shutdown, daemon=True)
    ended.start()
    ended.join(10)
    assert not ended.is_alive()


class Waiting(WSGIHandler):
    """Pages wait for a database that does not come back."""

    def __init__(self):
        self.back = threading.Event()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/":
            self.back.wait(30)
        start_response("200 OK", [])
        return HttpResponse(b"ok")


def test_health_does_not_stand_in_line_behind_pages():
    pages, sent = Waiting(), []
    door = Door(pages, threads=1)

    async def send(message):
        sent.append(message)

    async def ask(path):
        await door(SCOPE | {"path": path}, nothing_more, send)

    async def both():
        page = asyncio.ensure_future(ask("/"))
        try:
            await asyncio.wait_for(ask("/healthz"), 10)
            assert [message.get("body") for message in sent] == [None, b"ok"]
            assert not page.done()
        finally:
            pages.back.set()
            await page

    asking = threading.Thread(target=lambda: asked.append(asyncio.new_event_loop().run_until_complete(both())))
    asked = []
    asking.start()
    asking.join(20)
    assert asked == [None]
