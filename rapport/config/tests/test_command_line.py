"""The command line: what it offers, and how it refuses."""

import argparse
from pathlib import Path

import pytest

from rapport.config.cli import build_parser, home_from
from rapport.platform.identity.models import ApiToken, OneTimeLink, Team, User
from rapport.platform.setup.command import Refused, command, commands

FROM_THE_CONTRACT = {"migrate", "worker", "doctor", "user create", "token create", "login-link"}


def run(*arguments):
    args = build_parser().parse_args(arguments)
    args.command.run(args)


def test_every_command_explains_itself_and_takes_a_home():
    build_parser()
    assert {found.name for found in commands()} >= FROM_THE_CONTRACT
    for found in commands():
        assert found.help.strip().endswith("."), found.name
        with pytest.raises(SystemExit) as end:
            build_parser().parse_args([*found.name.split(), "--help"])
        assert end.value.code == 0


@pytest.mark.parametrize(
    "wrong",
    [[], ["nonsense"], ["user"], ["user", "create"], ["migrate", "--nonsense"], ["token", "create", "--us", "x"]],
)
def test_wrong_use_ends_with_two(wrong):
    with pytest.raises(SystemExit) as end:
        build_parser().parse_args(wrong)
    assert end.value.code == 2


def test_the_home_is_found_wherever_it_stands(monkeypatch, tmp_path):
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path / "inherited"))
    assert home_from(["import", "people", "a.csv", "--home", str(tmp_path)]) == tmp_path
    assert home_from([f"--home={tmp_path}", "doctor"]) == tmp_path
    assert home_from(["doctor"]) == tmp_path / "inherited"
    monkeypatch.delenv("RAPPORT_HOME")
    assert home_from(["doctor"]) == Path(__file__).resolve().parents[3] / "var"


def test_two_commands_of_one_name_are_an_error():
    build_parser()
    with pytest.raises(ValueError, match="migrate"):
        command("migrate", "Again.")(lambda args: None)


@pytest.mark.django_db
class TestUsers:
    def test_a_user_is_created_with_a_link_that_works_once(self, capsys, client):
        Team.objects.create(name="North")
        run(
            "user",
            "create",
            "--email",
            "Ana@Halden.example",
            "--name",
            "Ana Lima",
            "--role",
            "administrator",
            "--team",
            "north",
        )
        ana = User.objects.select_related("role", "team").get()
        assert (ana.email, ana.role.key, ana.team.name) == ("ana@halden.example", "administrator", "North")
        link = capsys.readouterr().out.strip()
        assert link.startswith("http://127.0.0.1:8000/sign-in/link/")
        assert OneTimeLink.objects.filter(user=ana, used_at=None).count() == 1

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"--email": "ana"}, "--email"),
            ({"--name": "  "}, "--name"),
            ({"--role": "emperor"}, "administrator, manager"),
            ({"--team": "South"}, "--team"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_created(self, wrong, said):
        asked = {"--email": "ana@halden.example", "--name": "Ana", "--role": "member"} | wrong
        with pytest.raises(Refused, match=said):
            run("user", "create", *[word for pair in asked.items() for word in pair])
        assert not User.objects.exists()

    def test_a_token_is_printed_and_nothing_else(self, capsys):
        User.objects.create_user(email="ana@halden.example", name="Ana")
        run("token", "create", "--user", "ANA@halden.example", "--name", "export")
        printed = capsys.readouterr().out
        assert printed.startswith("rap_")
        assert len(printed.split()) == 1
        assert ApiToken.objects.get().name == "export"

    def test_nobody_gets_a_link_who_may_not_sign_in(self):
        User.objects.create_user(email="ben@halden.example", name="Ben", is_active=False)
        for email in ("ben@halden.example", "nobody@halden.example"):
            with pytest.raises(Refused, match="no active user"):
                run("login-link", email)
        assert not OneTimeLink.objects.exists()

    def test_without_an_address_the_first_administrator_is_meant(self, capsys):
        User.objects.create_user(email="cleo@halden.example", name="Cleo")
        ana = User.objects.create_user(email="ana@halden.example", name="Ana", role="administrator")
        run("login-link")
        assert OneTimeLink.objects.get().user == ana
        assert capsys.readouterr().out.startswith("http")


def test_an_argument_that_is_no_port_is_wrong_use():
    from rapport.platform.setup.run_command import port

    assert port("8000") == 8000
    for wrong in ("0", "65536", "-1", "http", ""):
        with pytest.raises(argparse.ArgumentTypeError):
            port(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["read-only", "read_only", "Read-Only"])
def test_a_role_is_known_with_a_hyphen_and_with_an_underscore(said, capsys):
    run("user", "create", "--email", "rita@halden.example", "--name", "Rita", "--role", said)
    assert User.objects.get(email="rita@halden.example").role.key == "read_only"
