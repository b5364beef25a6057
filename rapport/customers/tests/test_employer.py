"""A person's own organisation and title, and their primary employment, say the same after each way of writing."""

import pytest
from django.db import connection

from rapport.customers.models import Organisation, Person
from rapport.platform.journal.models import Entry

pytestmark = pytest.mark.django_db
JOBS = """SELECT organisation_id, job_title, is_primary FROM customers_employment
          WHERE person_id = %s ORDER BY is_primary DESC, organisation_id"""


def jobs(person: Person) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(JOBS, [person.pk])
        return cursor.fetchall()


@pytest.fixture
def firms():
    return [Organisation.objects.create(name=name).pk for name in ("Weavers", "Dyers")]


@pytest.fixture
def people(firms):
    # Their plans are made by the edit of one and kept for the edit of all.
    made = [Person.objects.create(first_name=f"P{n}", organisation_id=firms[0], job_title="Hand") for n in range(5)]
    Person.objects.filter(pk=made[0].pk).update(job_title="Master")
    return made


def test_one_edit_and_an_edit_of_many_both_move_the_primary_employment(people, firms):
    assert jobs(people[0]) == [(firms[0], "Master", True)] and jobs(people[1]) == [(firms[0], "Hand", True)]
    Person.objects.filter(pk=people[0].pk).update(organisation_id=firms[1])
    Person.objects.filter(pk__in=[one.pk for one in people[1:]]).update(organisation_id=firms[1], job_title="Head")
    assert jobs(people[0]) == [(firms[1], "Master", True), (firms[0], "Master", False)]
    assert all(jobs(one) == [(firms[1], "Head", True), (firms[0], "Hand", False)] for one in people[1:])
    Person.objects.update(organisation_id=None)
    assert jobs(people[0]) == [(firms[0], "Master", False), (firms[1], "Master", False)]
    Person.objects.filter(pk=people[0].pk).update(organisation_id=firms[0])
    assert jobs(people[0]) == [(firms[0], "Master", True), (firms[1], "Master", False)], "back to where they were"


def test_an_edit_of_something_else_writes_no_employment(people):
    Entry.objects.all().delete()
    Person.objects.filter(pk=people[0].pk).update(income_band="40k_60k")
    Person.objects.update(income_band="60k_80k", organisation_id=people[0].organisation_id)
    assert set(Entry.objects.values_list("table", flat=True)) == {"customers_person"}
    Person.objects.update(job_title="Hand")
    assert Entry.objects.filter(table="customers_employment").count() == 1, "only the one whose title was another"
