"""The commands that fill an instance."""

import argparse

import pytest
from django.test import Client

from rapport.config.commands import load_sample, simulate_history
from rapport.config.simulate import demo
from rapport.customers.models import Person
from rapport.platform.identity.models import OneTimeLink, User
from rapport.platform.identity.tokens import use_link
from rapport.platform.setup.command import Refused
from rapport.platform.setup.models import Company

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(demo, "PEOPLE", 120)
    monkeypatch.setattr(demo, "YEARS", 1)


def run(command, *arguments: str) -> None:
    parser = argparse.ArgumentParser()
    for setup in command.setups:
        setup(parser)
    command.run(parser.parse_args(arguments))


def test_an_empty_instance_gets_a_company_and_somebody_who_can_sign_in(capsys):
    run(load_sample)
    printed = capsys.readouterr().out
    ana = User.objects.get(email="ana@aldermoor.example")
    assert ana.role.key == "administrator"
    assert Company.objects.get().name == "Aldermoor Workplace"
    assert use_link(printed.rpartition("/sign-in/link/")[2].strip()) == ana


def test_the_administrator_who_is_there_looks_after_customers_too(capsys):
    ben = User.objects.create_user(email="ben@ours.test", name="Ben Ours", role="administrator")
    Company.objects.create(pk=1, name="Ours", currency="GBP")
    run(load_sample)
    assert "sign-in" not in capsys.readouterr().out
    assert not OneTimeLink.objects.exists()
    assert not User.objects.filter(name="Ana Martins").exists()
    assert Company.objects.get().name == "Ours"
    assert Person.objects.filter(owner=ben).exists()


@pytest.mark.parametrize("arguments", [(), ("--today", "2026-01-15")])
def test_customers_are_not_mixed_with_samples_by_accident(arguments):
    Person.objects.create(first_name="Cleo")
    with pytest.raises(Refused, match="customers already"):
        run(load_sample, *arguments)
    assert Person.objects.count() == 1
    assert not User.objects.exists()
    run(load_sample, "--if-empty")
    assert Person.objects.count() == 1
    run(load_sample, "--add")
    assert Person.objects.count() == 121


@pytest.mark.parametrize(
    "arguments", [("--people", "9"), ("--people", "many"), ("--years", "0"), ("--seed", "x"), ("--today", "2026-02-30")]
)
def test_wrong_numbers_are_wrong_use(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        run(simulate_history, *arguments)
    assert stopped.value.code == 2
    assert arguments[0] in capsys.readouterr().err
    assert not Person.objects.exists()


def test_simulate_says_what_it_wrote(capsys):
    run(simulate_history, "--people", "50", "--years", "1", "--today", "2026-01-15")
    assert "50  customers_person" in capsys.readouterr().out


@pytest.fixture
def start():
    """Posts the way to start as the administrator who was just made."""
    ana = User.objects.create_user(email="ana@ours.test", name="Ana Ours", role="administrator")
    browser = Client(HTTP_HOST="127.0.0.1:8000", REMOTE_ADDR="127.0.0.1")
    browser.force_login(ana, backend="rapport.platform.identity.backends.EmailBackend")
    return lambda chosen: browser.post("/welcome/start", {"start": chosen})


def test_the_first_run_can_start_with_the_sample_company(start):
    assert start("sample").status_code == 302
    assert Person.objects.count() == 120
    assert start("sample").status_code == 302
    assert Person.objects.count() == 120


def test_an_empty_start_writes_nothing(start):
    assert start("empty").status_code == 302
    assert not Person.objects.exists()
