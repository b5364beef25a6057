"""A user of a running instance: a browser without eyes, and a program with a token."""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

# Whatever a client sees when its server or the way to it is gone.
UNREACHABLE = (OSError, http.client.HTTPException)
# A browser's own secret: the form has to repeat what the cookie says.
CSRF = "f" * 32


class Client:
    """Asks one address. Every method raises one of UNREACHABLE when nobody answers, or only half."""

    def __init__(self, address: str, *, token: str = "", session: str = "") -> None:
        self.address, self.token = address, token
        opener = urllib.request.build_opener()
        opener.addheaders = [("Cookie", f"sessionid={session}; csrftoken={CSRF}")] if session else []
        self._open = opener.open

    def get(self, path: str, *, timeout: float = 15) -> tuple[int, bytes]:
        """(status, body)"""
        return self._ask(urllib.request.Request(self.address + path), timeout)

    def post(self, path: str, **fields: str) -> tuple[int, bytes]:
        """Posts a form as a page would."""
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": CSRF}).encode()
        return self._ask(urllib.request.Request(self.address + path, body), 30)

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """(status, JSON)"""
        known = {key.replace("_", "-"): value for key, value in headers.items()}
        known |= {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/api/v1{path}", content, known, method=method)
        status, answer = self._ask(request, 30)
        try:
            return status, json.loads(answer or b"null")
        except ValueError:
            return status, None

    def stream(self, path: str) -> Iterator[bytes]:
        """The body in pieces. Raises http.client.IncompleteRead when it was broken off."""
        with self._open(urllib.request.Request(self.address + path), timeout=90) as answer:
            while piece := answer.read(65536):
                yield piece

    def _ask(self, request: urllib.request.Request, timeout: float) -> tuple[int, bytes]:
        try:
            with self._open(request, timeout=timeout) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read()
