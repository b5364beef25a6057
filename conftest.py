"""The test session: a real PostgreSQL for everybody who asks for the database."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.test.testcases import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as of_hypothesis

from rapport.config.database import database_settings
from rapport.platform.ui import catalogues
from tests import database

pytest_plugins = ["tests.browser", "tests.live_app"]
# How long an example takes says how busy the machine is, and nothing about what is tested.
of_hypothesis.register_profile("rapport", deadline=None, suppress_health_check=[HealthCheck.too_slow])
of_hypothesis.load_profile("rapport")
_cluster = pytest.StashKey[database.TestCluster]()


def pytest_configure(config: pytest.Config) -> None:
    """Starts PostgreSQL before the xdist workers, so that they share it."""
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.help:
        return
    catalogues.build()
    cluster = config.stash[_cluster] = database.TestCluster()
    server = cluster.start()
    os.environ["RAPPORT_TEST_SERVER"] = "\n".join([server.url, server.app_url, server.template])


def pytest_unconfigure(config: pytest.Config) -> None:
    if cluster := config.stash.get(_cluster, None):
        cluster.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests want to be seen also when they pass: record_property("said", …)."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "said":
                terminalreporter.write_line(str(value))


@pytest.fixture(scope="session")
def database_server() -> database.Server:
    """The server of this session, to make further databases on (see tests/database.py)."""
    return database.Server(*os.environ["RAPPORT_TEST_SERVER"].split("\n"))


@pytest.fixture(scope="session")
def django_db_setup(database_server: database.Server, django_db_blocker, worker_id: str) -> Iterator[None]:
    """Gives this process its own copy of the migrated template; replaces pytest-django's fixture of that name."""
    name = f"rapport_test_{os.getpid()}_{worker_id}"

    def fresh() -> None:
        connections.close_all()
        address = database_settings(database_server.copy(name))
        for part in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
            settings.DATABASES["default"][part] = connections["default"].settings_dict[part] = address[part]

    def teardown(case: TransactionTestCase) -> None:
        # Truncating every table would also lose the rows that migrations wrote.
        fresh()

    with django_db_blocker.unblock():
        fresh()
    flush, TransactionTestCase._fixture_teardown = TransactionTestCase._fixture_teardown, teardown
    yield
    TransactionTestCase._fixture_teardown = flush
    with django_db_blocker.unblock():
        connections.close_all()
        database_server.drop(name)


@pytest.fixture(autouse=True)
def _forget_the_company(monkeypatch: pytest.MonkeyPatch) -> None:
    """The company row is kept for two seconds in each process. A test must not see that of the one before, and on a slow
    machine it must not read its own a second time, because that would change the query counts.
    """
    from rapport.platform.setup import company

    company.forget()
    monkeypatch.setattr(company, "KEPT_SECONDS", 3600.0)


@pytest.fixture(autouse=True)
def _forget_the_grants() -> None:
    """Grants are kept by role and version; a test that is rolled back leaves some of a version that comes again."""
    from rapport.platform.access import gate
    from rapport.platform.live import sight

    gate._kept.clear()
    sight._viewers.clear()
