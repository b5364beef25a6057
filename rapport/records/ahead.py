"""Reading on while what was read is used: the database works on one processor and the program on the other."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def ahead(fetch: Callable[[], Sequence[Any]], full: int) -> Iterator[Sequence[Any]]:
    """What `fetch` gives, `full` rows at a time until it gives fewer; each is asked for while the one before is used."""
    with ThreadPoolExecutor(1, "ahead") as beside:
        some = fetch()
        while len(some) == full:
            coming = beside.submit(fetch)
            yield some
            some = coming.result()
        yield some
