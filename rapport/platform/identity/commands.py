"""Commands about people who sign in."""

import argparse
import os
import sys

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from rapport.platform.access.models import Role
from rapport.platform.identity.models import Team, User
from rapport.platform.identity.tokens import make_link, make_token
from rapport.platform.setup.command import Refused, command
from rapport.platform.setup.running import read_state


@command("user create", "Creates a user and prints a one-time sign-in link.")
def create_user(args: argparse.Namespace) -> None:
    try:
        validate_email(args.email)
    except ValidationError as error:
        raise Refused(f"--email: {args.email!r} is no e-mail address.") from error
    if not args.name.strip():
        raise Refused("--name: must not be empty.")
    roles = list(Role.objects.order_by("pk").values_list("key", flat=True))
    role = args.role.strip().lower().replace("-", "_")
    if role not in roles:
        raise Refused(f"--role: there is no role {args.role!r}. There are: {', '.join(roles)}.")
    team = None
    if args.team and not (team := Team.objects.filter(name__iexact=args.team).first()):
        raise Refused(f"--team: there is no team {args.team!r}.")
    if User.objects.filter(email__iexact=args.email.strip()).exists():
        raise Refused(f"--email: there is already a user with {args.email}.")
    with transaction.atomic():
        user = User.objects.create_user(email=args.email, name=args.name.strip(), role=role, team=team)
        link = link_for(user)
    sys.stdout.write(f"{link}\n")


@create_user.arguments
def _(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--role", default="member", help="administrator, manager, member (default) or read-only")
    parser.add_argument("--team", help="the name of an existing team")


@command("login-link", "Prints a one-time sign-in link for a user.")
def login_link(args: argparse.Namespace) -> None:
    sys.stdout.write(f"{link_for(find_user(args.email))}\n")


@login_link.arguments
def _(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL", nargs="?", help="default: the first administrator")


@command("token create", "Creates an API token and prints only the token.")
def create_token(args: argparse.Namespace) -> None:
    sys.stdout.write(make_token(find_user(args.user), name=args.name) + "\n")


@create_token.arguments
def _(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user", required=True, metavar="EMAIL")
    parser.add_argument("--name", required=True, help="what the token is for")


def find_user(email: str | None) -> User:
    """The active user with that e-mail address; without one the first administrator."""
    users = User.objects.filter(is_active=True, deleted_at=None, email__isnull=False)
    found = users.filter(email__iexact=email.strip()) if email else users.filter(role__key="administrator")
    if user := found.order_by("pk").first():
        return user
    raise Refused(
        f"There is no active user with the e-mail address {email}." if email else "There is no administrator."
    )


def link_for(user: User) -> str:
    """A new one-time sign-in link with the address that people use."""
    base = os.environ.get("RAPPORT_URL") or running_at()
    return f"{base.rstrip('/')}{make_link(user)}"


def running_at() -> str:
    """The address of the running instance of this home, else the one that bin/run would serve."""
    return read_state().get("address", "http://127.0.0.1:8000")
