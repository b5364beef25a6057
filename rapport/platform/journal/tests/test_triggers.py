"""Whoever writes, and however: the journal knows."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from rapport.platform.identity.models import Team, User
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.platform.journal.models import Action, Entry, Journalled
from rapport.platform.journal.triggers import SILENT, diff_columns, journalled_models, sync_triggers, tables

pytestmark = pytest.mark.django_db


def entries(**which):
    return list(Entry.objects.filter(**which).order_by("pk").values_list("op", "diff"))


def triggers_of(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
        )
        return dict(cursor.fetchall())


def test_every_journalled_table_has_its_triggers():
    assert len(tables()) >= 20
    for table in tables():
        found = triggers_of(table)
        assert {"journal_insert", "journal_update", "journal_delete", "journal_bump"} <= set(found), table
        assert set(found.values()) == {"O"}, f"a trigger of {table} is off"


def test_a_lost_trigger_would_be_noticed():
    """The control."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_update ON identity_team")
    with pytest.raises(AssertionError):
        test_every_journalled_table_has_its_triggers()


def test_every_model_that_looks_like_a_record_is_journalled():
    for model in apps.get_models():
        columns = {field.column for field in model._meta.concrete_fields}
        if {"version", "deleted_at", "created_by_id"} <= columns:
            assert issubclass(model, Journalled), model


def test_the_triggers_fit_the_columns_of_today():
    assert sync_triggers() == [], "after migrating nothing is left to be made"
    for model in journalled_models():
        beside = {"id", *SILENT, *model.derived_columns, *model.secret_columns}
        stored = {f.column for f in model._meta.concrete_fields if not getattr(f, "generated", False)}
        assert set(diff_columns(model)) == stored - beside, model


def test_one_row_many_rows_and_raw_sql_are_kept():
    one = Team.objects.create(name="One")
    Team.objects.bulk_create([Team(name=f"Team {i}") for i in range(5)])
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO identity_team (name) SELECT 'Raw ' || i FROM generate_series(1, 5) i")
    assert Entry.objects.filter(table="identity_team", op="I").count() == 11
    Team.objects.update(name="Same")
    assert Entry.objects.filter(table="identity_team", op="U").count() == 11
    assert entries(table="identity_team", row=one.pk)[-1] == ("U", {"name": ["One", "Same"]})
    Team.objects.update(name="Same")
    assert Entry.objects.filter(table="identity_team", op="U").count() == 11, "nothing changed, nothing to keep"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM identity_team")
    gone = entries(table="identity_team", op="D", row=one.pk)
    assert gone[0][1]["name"] == "Same" and gone[0][1]["version"] == 3
    assert Entry.objects.filter(table="identity_team", op="D").count() == 11


def test_each_update_moves_the_version_by_one_also_in_raw_sql():
    team = Team.objects.create(name="One")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_team SET name = 'Two', version = 77, updated_at = '2001-01-01'")
    team.refresh_from_db()
    assert team.version == 2 and team.updated_at.year > 2001


def test_a_password_never_reaches_the_journal():
    user = User.objects.create_user(email="ida@example.test", name="Ida", password="correct horse battery")
    secret = user.password
    user.set_password("another horse battery")
    user.name = "Ida Q"
    user.save()
    user.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(diff::text, ' ') FROM journal_entry WHERE \"table\" = 'identity_user'")
        kept = cursor.fetchone()[0]
    assert "Ida Q" in kept
    for hash_ in (secret, user.password):
        assert len(hash_) > 20 and hash_ not in kept
    for word in ("password", "session_epoch", "md5$", "argon2"):
        assert word not in kept, "not even that there is one"


def test_entries_carry_the_action_and_its_actor():
    user = User.objects.create_user(email="ida@example.test", name="Ida")
    with acting(Viewer(user, source="api"), "rename") as action:
        team = Team.objects.create(name="One")
        with acting(Viewer(user, source="page"), "something inside") as inner:
            Team.objects.filter(pk=team.pk).update(name="Two")
        assert inner == action, "what a verb causes belongs to the verb"
    made = Action.objects.get(pk=action)
    assert (made.actor_id, made.source, made.verb) == (user.pk, "api", "rename")
    assert set(Entry.objects.filter(row=team.pk, table="identity_team").values_list("action_id", flat=True)) == {action}
    other = Team.objects.create(name="Three")
    assert Entry.objects.get(row=other.pk, table="identity_team").action_id is None, "the action ends with its block"


def test_an_action_that_fails_leaves_nothing():
    before = Action.objects.count(), Entry.objects.count()
    with pytest.raises(ZeroDivisionError), acting(None, "fail"):
        Team.objects.create(name="One")
        raise ZeroDivisionError
    assert (Action.objects.count(), Entry.objects.count()) == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('rapport.action', true)")
        assert not cursor.fetchone()[0], "what comes next is not the failed action's"


def test_nothing_is_written_down_under_an_action_that_does_not_exist():
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rapport.action', '999999999', true)")
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.create(name="North")
    assert not Team.objects.exists()


def test_an_action_stays_as_long_as_there_are_entries_of_it():
    with acting(None, "create teams") as action:
        Team.objects.create(name="North")
    with connection.cursor() as cursor:
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("DELETE FROM journal_action WHERE id = %s", [action])
        cursor.execute("DELETE FROM journal_entry WHERE action_id = %s", [action])
        cursor.execute("DELETE FROM journal_action WHERE id = %s", [action])
    assert not Action.objects.filter(pk=action).exists()
