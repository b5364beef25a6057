"""Two pieces of an import at the same time, on two connections."""

import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import translation
from psycopg.errors import DeadlockDetected

from rapport.platform.jobs.fence import Claim, current, name_connection, session_name
from rapport.records.importing import abreast as module
from rapport.records.importing import writing
from rapport.records.importing.abreast import abreast
from rapport.records.importing.matching import Step
from rapport.records.models import ImportRow
from rapport.records.tests.importing import brought_in, checked, items, somebody, states

pytestmark = pytest.mark.django_db(transaction=True)


def people(count: int) -> str:
    return "reference,first name,last name\n" + "".join(f"r{i},Given{i},Family{i}\n" for i in range(count))


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.os, "cpu_count", lambda: 2)


def test_two_at_a_time_each_on_its_own_connection_for_the_same_job_in_the_same_language() -> None:
    # Each waits for the other, so that one thread alone would never come to an end.
    both = threading.Barrier(2, timeout=20)
    seen = set()

    def do(_piece: int) -> None:
        both.wait()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), current_setting('application_name')")
            seen.add((*cursor.fetchone(), translation.get_language()))

    job = Claim(job_id=9, worker_id=2, attempt=1)
    token = current.set(job)
    try:
        name_connection(job)
        with translation.override("fr"):
            abreast([1, 2], do)
    finally:
        current.reset(token)
        connection.close()
    assert len({pid for pid, _name, _language in seen}) == 2
    # By the name the sweep ends what a silent worker has open.
    assert {(name, language) for _pid, name, language in seen} == {(session_name(9, 1), "fr")}


def test_inside_a_transaction_all_is_done_in_it() -> None:
    threads = set()
    with transaction.atomic():
        abreast([1, 2, 3], lambda _piece: threads.add(threading.get_ident()))
    assert threads == {threading.get_ident()}


@pytest.mark.parametrize("wrong", [RuntimeError, KeyboardInterrupt])
def test_what_goes_wrong_beside_ends_all_and_is_raised(wrong: type[BaseException]) -> None:
    here, begun = threading.get_ident(), []
    beside_failed = threading.Event()

    def do(piece: int) -> None:
        begun.append(piece)
        if threading.get_ident() != here:
            beside_failed.set()
            raise wrong
        assert beside_failed.wait(20)

    with pytest.raises(wrong):
        abreast(range(100), do)
    assert len(begun) < 5


def test_pieces_that_wait_for_each_other_are_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ana = somebody()
    whole, failed = writing._apply, []

    def deadlocked_once(*given) -> list[int]:
        ids = whole(*given)
        if len(failed) < 2:
            failed.append(1)
            raise OperationalError("deadlock detected") from DeadlockDetected()
        return ids

    monkeypatch.setattr(writing, "_apply", deadlocked_once)
    run = writing.write(checked(ana, "people", people(90)), viewer=ana, chunk=30)
    assert (states(run), run.done, len(items(ana, "people", "name"))) == ({"created": 90}, 90, 90)
    assert failed


def test_a_row_that_another_piece_has_made_is_not_made_again() -> None:
    """As when a writer whose connection was lost is followed by the next one, and both come to the same lines."""
    ana = somebody()
    run = brought_in(ana, "people", people(20))
    ImportRow.objects.filter(run=run, line__lte=5).update(state="create", record_id=None)
    step = Step(**run.plan[0])
    with transaction.atomic(), connection.cursor() as cursor:
        made = writing._insert(cursor, run, step, 0, 1000)
    assert len(made) == ImportRow.objects.filter(run=run, record_id__in=made).count() == 4
