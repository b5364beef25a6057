"""The tests' own ground: the real engine, as the role that production has."""

import pytest
from django.db import connection, transaction

from rapport.platform.setup.company import company
from rapport.platform.setup.models import Company


@pytest.mark.django_db
def test_the_tests_run_as_a_role_without_power():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT pg_has_role(current_user, 'pg_execute_server_program', 'member')")
        assert cursor.fetchone() == (False,)
        cursor.execute(
            "SELECT count(*) FROM pg_database WHERE datdba = current_user::regrole AND datname <> current_database()"
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_committing_test_leaves_is_gone_afterwards(turn):
    assert not Company.objects.exists()
    with transaction.atomic():
        Company.objects.create(pk=1, name="Left behind")
    assert company().name == "Left behind"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_role")
        assert cursor.fetchone()[0] >= 4, "the rows that migrations wrote must survive"
