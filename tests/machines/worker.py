"""`rapport worker` as users start it, but for one more job: python -m tests.machines.worker --home DIR"""

import sys

import django

django.setup()

from rapport.config.cli import main  # noqa: E402
from tests.machines import jobs  # noqa: E402, F401 - registers the job

if __name__ == "__main__":
    sys.exit(main(["worker", *sys.argv[1:]]))
