"""The job that the tests of many machines give to real workers. See worker.py."""

import os
import time
from pathlib import Path

from django.db import connection

from rapport.platform.jobs import job


@job(queue="test")
def note_down(text: str, seconds: float) -> None:
    """Writes a row that says which machine did it, and only then takes its time, so that there is something to lose."""
    home = Path(os.environ["RAPPORT_HOME"])
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect (text, home) VALUES (%s, %s)", [text, home.name])
    if seconds:
        (home / "busy").touch()
        time.sleep(seconds)
