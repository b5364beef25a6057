"""What stands in front of several web servers, as nginx or HAProxy do: each in turn, another when one is gone."""

import http.client
import itertools
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

TIMEOUT = 30.0
SAFE = ("GET", "HEAD", "PUT", "PATCH", "DELETE")


@dataclass
class Answer:
    """What a server said; `port` says which."""

    status: int
    body: bytes
    headers: dict[str, str]
    port: int
    cookies: dict[str, str] = field(default_factory=dict)


class NobodyAnswers(Exception):
    """Every server refused, or cut the connection of a request that may not be sent twice."""


class Balancer:
    """Sends requests to servers in turn and keeps connections open. `refused` counts who refused or cut one."""

    def __init__(self, ports: list[int]) -> None:
        self.ports, self.served, self.refused = ports, Counter[int](), Counter[int]()
        self._turn, self._lock, self._mine = itertools.cycle(ports), threading.Lock(), threading.local()

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Asks the next server, and the others when that fails; a POST is repeated only with an Idempotency-Key."""
        headers = headers or {}
        repeatable = method in SAFE or "Idempotency-Key" in headers
        for _ in range(3 * len(self.ports)):
            with self._lock:
                port = next(self._turn)
            sent = False
            try:
                connection = self._connection(port)
                connection.connect() if connection.sock is None else None
                sent = True
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                found = _answer(answer, port)
            except (OSError, http.client.HTTPException) as error:
                self._forget(port)
                with self._lock:
                    self.refused[port] += 1
                if sent and not repeatable:
                    raise NobodyAnswers(f"{method} {path} was cut: {error!r}") from error
                continue
            with self._lock:
                self.served[port] += 1
            return found
        raise NobodyAnswers(f"{method} {path}")

    def _connection(self, port: int) -> http.client.HTTPConnection:
        kept: dict[int, Any] = self._mine.__dict__.setdefault("kept", {})
        if port not in kept:
            kept[port] = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        return kept[port]

    def _forget(self, port: int) -> None:
        self._mine.kept.pop(port).close()


def _answer(answer: http.client.HTTPResponse, port: int) -> Answer:
    cookies = dict(line.split(";")[0].split("=", 1) for line in answer.headers.get_all("Set-Cookie") or [])
    return Answer(answer.status, answer.read(), {k.lower(): v for k, v in answer.headers.items()}, port, cookies)
