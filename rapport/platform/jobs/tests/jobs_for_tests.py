"""Jobs that the process tests give to a real worker. See worker_for_tests.py."""

import time

from django.db import connection

from rapport.platform.jobs import fence, job


def write(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect (text) VALUES (%s)", [text])


@job(queue="test")
def slow_effect(text: str, seconds: float) -> None:
    """Writes first and then takes its time, so that there is something to lose."""
    write(text)
    time.sleep(seconds)


@job(queue="test", atomic=False)
def piece_by_piece(text: str, seconds: float) -> None:
    """Commits two pieces, with a pause between them."""
    from django.db import transaction

    for piece in ("one", "two"):
        with transaction.atomic():
            write(f"{text} {piece}")
            fence()
        time.sleep(seconds)


@job(queue="test", retries=0)
def always_fails(text: str) -> None:
    """Writes, and then fails, so that the write must vanish."""
    write(text)
    raise ValueError(f"no luck with {text}")


@job(queue="test", retries=0)
def defers_and_fails(text: str) -> None:
    """What it defers must vanish with it."""
    slow_effect.defer(text=text, seconds=0)
    raise ValueError("changed my mind")
