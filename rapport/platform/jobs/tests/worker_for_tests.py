"""The real worker, with the tests' jobs: `python -m rapport.platform.jobs.tests.worker_for_tests`."""

import django

django.setup()

from rapport.platform.jobs.tests import jobs_for_tests  # noqa: E402, F401 - registers the jobs
from rapport.platform.jobs.worker import work  # noqa: E402

if __name__ == "__main__":
    work()
