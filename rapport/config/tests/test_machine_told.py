"""A command that fails for a reason of the machine's says which."""

import psycopg
from django.db import OperationalError

from rapport.config.cli import told_of_the_machine


def test_a_command_says_what_the_machine_lacks_instead_of_where_it_happened():
    full = OperationalError("could not extend file")
    full.__cause__ = psycopg.errors.DiskFull("could not extend file")
    assert told_of_the_machine(full).startswith("There is no room left: could not extend file.")
    gone = OperationalError("server closed the connection unexpectedly\n\tThis probably means ...")
    said = told_of_the_machine(gone)
    assert said.startswith("The database does not answer any more: server closed the connection unexpectedly.")
    assert "look which it is before you do it again" in said
    assert told_of_the_machine(ValueError("a fault of ours")) == ""
