"""Statements that are planned once: prepared on the server, counted like any other, in the same transaction."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from rapport.platform.prepared import prepared

pytestmark = pytest.mark.django_db

ASKED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s"


def there(statement: str) -> int:
    """How many statements like this one PostgreSQL keeps for the connection."""
    with connection.cursor() as cursor:
        cursor.execute(ASKED, [statement])
        return cursor.fetchone()[0]


def test_a_statement_is_prepared_once_whatever_its_values():
    for name in ("a", "b", "c"):
        with prepared() as cursor:
            cursor.execute("SELECT id FROM identity_user u1 WHERE name = %s", [name])
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM identity_user u2 WHERE name = %s", [name])
    assert there("%identity_user u1 %") == 1
    assert there("%identity_user u2 %") == 0


def test_it_is_counted():
    with CaptureQueriesContext(connection) as queries, prepared() as cursor:
        cursor.execute("SELECT 1 WHERE %s = 1", [1])
    assert len(queries) == 1


def test_it_belongs_to_the_transaction_and_its_errors_are_those_of_any_other():
    with pytest.raises(IntegrityError), transaction.atomic(), prepared() as cursor:
        cursor.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, NULL, now())", ["a"]
        )
    with transaction.atomic(), prepared() as cursor:
        cursor.execute("CREATE TABLE for_a_moment (id int)")
        cursor.execute("INSERT INTO for_a_moment VALUES (%s)", [7])
        with connection.cursor() as other:
            other.execute("SELECT id FROM for_a_moment")
            assert other.fetchone() == (7,)
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('for_a_moment')")
        assert cursor.fetchone() == (None,)
