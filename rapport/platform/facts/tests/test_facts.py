"""A fact is stated in the transaction that makes it true; each reaction is carried out once."""

from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from rapport.platform.facts import state as stating
from rapport.platform.facts.jobs import react
from rapport.platform.facts.models import Fact, Reaction
from rapport.platform.facts.state import fact_name, reacts_to, state, stated_with


@dataclass(frozen=True)
class LoomStarted:
    loom_id: int


@dataclass(frozen=True)
class LoomSold:
    """Nobody reacts to it."""

    loom_id: int


@pytest.fixture
def reacted(monkeypatch):
    """What the reactions to LoomStarted were given."""
    monkeypatch.setattr(stating, "_reactions", {})
    seen = []

    @reacts_to(LoomStarted)
    def weave(data):
        seen.append(data["loom_id"])

    @reacts_to(LoomStarted)
    def fail_at_first(data):
        seen.append("tried")
        if seen.count("tried") == 1:
            raise ValueError("thread broke")

    return seen


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> 'reaction' FROM procrastinate_jobs WHERE args ? 'reaction' ORDER BY id")
        return [row[0].rpartition(".")[2] for row in cursor.fetchall()]


def test_the_name_of_a_fact():
    assert fact_name(LoomStarted) == "loom_started"


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused(reacted):
    with pytest.raises(transaction.TransactionManagementError):
        state(LoomStarted(1))
    assert Fact.objects.count() == 0 and jobs() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_stated(reacted):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        state(LoomStarted(1))
        assert Fact.objects.count() == 1 and len(jobs()) == 2
        raise ZeroDivisionError
    assert Fact.objects.count() == 0 and jobs() == [] and reacted == []


@pytest.mark.django_db(transaction=True)
def test_a_fact_goes_with_another_statement_unless_somebody_reacts_to_it(reacted):
    with transaction.atomic(), connection.cursor() as cursor:
        part, params = stated_with(LoomSold(6))
        assert not Fact.objects.exists()
        cursor.execute(f"WITH {part} SELECT 1", params)
        assert stated_with(LoomStarted(5)) == ("", [])
    assert [(one.name, one.data) for one in Fact.objects.order_by("pk")] == [
        ("loom_sold", {"loom_id": 6}), ("loom_started", {"loom_id": 5}),
    ]  # fmt: skip
    assert jobs() == ["weave", "fail_at_first"]
    with pytest.raises(transaction.TransactionManagementError):
        stated_with(LoomSold(7))


@pytest.mark.django_db(transaction=True)
def test_a_committed_fact_has_one_job_for_each_reaction(reacted):
    with transaction.atomic():
        state(LoomStarted(5))
    assert Fact.objects.get().data == {"loom_id": 5}
    assert jobs() == ["weave", "fail_at_first"] and reacted == [], "reactions run after the commit"


@pytest.mark.django_db(transaction=True)
def test_a_reaction_is_carried_out_once_and_retried_alone(reacted):
    with transaction.atomic():
        fact = state(LoomStarted(5))
    weave, fails = (name for name, _function in stating.reactions_to("loom_started"))
    for _again in range(3):
        react(fact, weave)
    assert reacted == [5]
    with pytest.raises(ValueError, match="thread broke"):
        react(fact, fails)
    assert Reaction.objects.filter(name=fails).count() == 0, "a failed reaction is not counted as done"
    for _again in range(3):
        react(fact, fails)
    assert reacted == [5, "tried", "tried"]


@pytest.mark.django_db(transaction=True)
def test_without_the_row_a_reaction_would_run_twice(reacted, monkeypatch):
    """The control."""
    with transaction.atomic():
        fact = state(LoomStarted(5))
    weave = stating.reactions_to("loom_started")[0][0]
    monkeypatch.setattr(Reaction.objects, "get_or_create", lambda **_which: (None, True))
    react(fact, weave)
    react(fact, weave)
    assert reacted == [5, 5]
