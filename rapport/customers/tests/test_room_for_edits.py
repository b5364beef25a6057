"""What an edit costs the indexes of a table."""

import pytest
from django.db import connection

from rapport.customers.models import Person

pytestmark = pytest.mark.django_db


def updates_beside_the_indexes(change: dict) -> int:
    """How many of sixty rows, on pages as full as they become, the change gives a new version without an index's knowledge."""
    Person.objects.bulk_create(Person(first_name=f"Given {i}", description="x" * 400) for i in range(60))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_tuples_hot_updated('customers_person'::regclass)")
        before = cursor.fetchone()[0]
        Person.objects.update(**change)
        cursor.execute("SELECT pg_stat_get_xact_tuples_hot_updated('customers_person'::regclass)")
        return cursor.fetchone()[0] - before


def test_pages_have_room_for_new_versions_of_their_rows() -> None:
    assert updates_beside_the_indexes({"income_band": "40k_60k"}) >= 15


def test_a_change_that_is_searched_reaches_the_indexes() -> None:
    assert updates_beside_the_indexes({"last_name": "Other"}) == 0
