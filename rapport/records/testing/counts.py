"""How many queries each operation takes: written down per room, the same for 2 rows and for 50.

`RECORD_QUERY_COUNTS=1 bin/test -k query_counts` writes the files anew; the change then shows in the diff.
"""

import fcntl
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.records import write
from rapport.records.testing.base import Base

RECORDING = os.environ.get("RECORD_QUERY_COUNTS") == "1"


class CountsCase(Base):
    """Query counts of the API."""

    def test_query_counts_are_those_written_down(self):
        pk = self.make()
        self.make()
        few = self._counted(lambda: self.call(self.writer, "GET", query={"limit": 200}))
        for i in range(200, 248):
            write.create(self.record, self.vary(i), viewer=self.cast.viewer(self.writer))
        values = self.values(300)
        path = f"/{pk}"
        counts = {
            "list": self._counted(lambda: self.call(self.writer, "GET", query={"limit": 200})),
            "list in part": self._counted(lambda: self.call("mia", "GET", query={"limit": 2, "count": "exact"})),
            "get": self._counted(lambda: self.call(self.writer, "GET", path)),
            "create": self._counted(lambda: self.call(self.writer, "POST", body=values)),
            "edit": self._counted(lambda: self.call(self.writer, "PATCH", path, self.edit)),
            "delete": self._counted(lambda: self.call(self.writer, "DELETE", path)),
            "restore": self._counted(lambda: self.call(self.writer, "POST", path + "/restore")),
            "bulk": self._counted(
                lambda: self.call(self.writer, "POST", "/bulk", {"filter": {"all": []}, "values": self.edit})
            ),
        }
        assert counts["list"] == few, f"{self.entity}: a list of 50 rows takes more queries than one of 2"
        self._compare(counts)

    def _counted(self, do: Callable[[], Any]) -> int:
        # What is kept for a while, such as when a token was used last, is written before.
        for who in (self.writer, "mia"):
            self.call(who, "GET", query={"limit": 1})
        with CaptureQueriesContext(connection) as caught:
            answer = do()
        assert answer.status < 300, answer
        # The company row is read anew every two seconds, whatever is asked.
        return sum(
            not query["sql"].startswith(("SAVEPOINT", "RELEASE")) and "setup_company" not in query["sql"]
            for query in caught.captured_queries
        )

    def _compare(self, counts: dict[str, int]) -> None:
        file = Path(inspect.getfile(type(self))).parent / "query_counts.json"
        if not RECORDING:
            assert orjson.loads(file.read_bytes()).get(self.entity) == counts, (
                f"{self.entity}: the query counts changed; if they should, record them anew"
            )
            return
        with file.open("a+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            stream.seek(0)
            known = orjson.loads(stream.read() or b"{}") | {self.entity: counts}
            stream.truncate(0)
            stream.write(orjson.dumps(known, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
