"""Looks at /readyz and at the health page all the time, as a monitor and an administrator would."""

import re
import threading
import time

from tests.faults.client import UNREACHABLE, Client
from tests.faults.instance import Instance, crowd

_LAMP = re.compile(r"<tr><td>([^<]*)</td><td><span class=\"r-lamp (good|bad)\">")


class Watch:
    """What was seen, with the moment (time.monotonic): `ready` is (status, checks), `pages` the whole health page."""

    def __init__(self, instance: Instance, session: str) -> None:
        self.instance = instance
        self.ready: list[tuple[float, int, dict[str, str]]] = []
        self.pages: list[tuple[float, str]] = []
        self._client = Client(instance.address, session=session)
        self._over = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._monitor, self._read)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)

    def red(self, check: str, since: float, within: float = 10.0) -> bool:
        """Whether /readyz said that this part fails, in time."""
        return any(
            checks.get(check) == "failing"
            for t, _status, checks in self.ready
            if since <= t <= since + within * crowd()
        )

    def shows(self, pattern: str, since: float, within: float = 15.0) -> bool:
        """Whether the health page says so in time; waits for it till then, as the work may be over before the page was seen."""
        until = since + within * crowd()
        while not any(re.search(pattern, text) for t, text in self.pages if since <= t <= until):
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
        return True

    def longest_red(self, since: float) -> float:
        """For how many seconds on end /readyz was not green."""
        longest = 0.0
        began: float | None = None
        for t, status, _checks in self.ready:
            if t < since:
                continue
            if status == 200:
                began = None
            else:
                began = t if began is None else began
                longest = max(longest, t - began)
        return longest

    def lamps(self) -> dict[str, str]:
        """The last health page's checks: {name: good or bad}."""
        return dict(_LAMP.findall(self.pages[-1][1])) if self.pages else {}

    def _monitor(self) -> None:
        while not self._over.wait(0.4):
            began = time.monotonic()
            status, checks = self.instance.ready()
            self.ready.append((began, status, checks))

    def _read(self) -> None:
        while not self._over.wait(1.0):
            try:
                status, body = self._client.get("/settings/health", timeout=12)
            except UNREACHABLE:
                continue
            if status == 200:
                self.pages.append((time.monotonic(), body.decode()))
