"""The settings: who may open what, users who must stay, links and tokens that end, roles that change at once."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from rapport.platform.access.models import Role
from rapport.platform.facts.models import Fact
from rapport.platform.identity.models import ApiToken, User
from rapport.platform.identity.tokens import make_link, use_link
from rapport.platform.journal.models import Action
from rapport.platform.setup.company import company
from rapport.records import registry, write
from rapport.records.bulk import Selection, change_many
from rapport.records.errors import InvalidFields
from rapport.records.testing.cast import Cast, make_cast
from rapport.records.undoing import undo_action

EVERYBODY = {"ana": 200, "mia": 200, "rita": 200, "adam": 200}
ADMINISTRATORS = {"ana": 403, "mia": 403, "rita": 403, "adam": 200}
PAGES = {
    "/settings/you": EVERYBODY,
    "/settings/tokens": EVERYBODY,
    "/history": EVERYBODY,
    "/settings/company": ADMINISTRATORS,
    "/settings/roles": ADMINISTRATORS,
    "/settings/roles/member": ADMINISTRATORS,
    "/users/new": ADMINISTRATORS,
    "/pipelines": EVERYBODY,
    "/pipelines/new": {"ana": 403, "mia": 200, "rita": 403, "adam": 200},
}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def page(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


@pytest.mark.parametrize("path", PAGES)
def test_everybody_opens_what_they_may(cast, path):
    for name, status in PAGES[path].items():
        assert page(cast, name).get(path).status_code == status, name
    answer = Client().get(path)
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?")


def test_the_list_of_the_settings_shows_only_what_one_may_open(cast):
    shown = page(cast, "ana").get("/settings/you").content.decode()
    assert "/settings/tokens" in shown and "/settings/company" not in shown and "/settings/roles" not in shown
    shown = page(cast, "adam").get("/users").content.decode()
    assert all(f'href="{path}"' in shown for path in ("/settings/company", "/settings/roles", "/pipelines", "/rates"))


class TestYou:
    def test_profile(self, cast):
        client = page(cast, "ana")
        given = {"name": "Ana María", "language": "de", "time_zone": "Europe/Berlin"}
        assert client.post("/settings/you", given).status_code == 302
        user = User.objects.get(pk=cast.ana.pk)
        assert (user.name, user.language, user.time_zone) == tuple(given.values())
        assert 'lang="de"' in client.get("/settings/you").content.decode()

    @pytest.mark.parametrize(
        "wrong",
        [{"name": ""}, {"language": "xx"}, {"time_zone": "Mars/Olympus"}, {"name": "x" * 151}, {"name": "a\x00"}],
    )
    def test_profile_refuses(self, cast, wrong):
        given = {"name": "Ana", "language": "", "time_zone": ""} | wrong
        assert page(cast, "ana").post("/settings/you", given).status_code == 422
        assert User.objects.get(pk=cast.ana.pk).name == cast.ana.name

    def test_a_new_password_ends_other_sessions_and_links(self, cast):
        here, there, link = page(cast, "ana"), page(cast, "ana"), make_link(cast.ana)
        new = "quite a long secret"
        assert here.post("/settings/you/password", {"new": new, "again": new}).status_code == 302
        assert here.get("/settings/you").status_code == 200
        assert there.get("/settings/you").status_code == 302
        assert use_link(link.rsplit("/", 1)[1]) is None
        assert User.objects.get(pk=cast.ana.pk).check_password(new)
        # Now there is one, it has to be known.
        for present, again, status in ((new, "another secret!", 302), ("wrong", "third secret!!", 422)):
            given = {"present": present, "new": again, "again": again}
            assert here.post("/settings/you/password", given).status_code == status

    @pytest.mark.parametrize("new", ["short", "password123", ""])
    def test_a_weak_password_is_refused(self, cast, new):
        answer = page(cast, "ana").post("/settings/you/password", {"new": new, "again": new})
        assert answer.status_code == 422 and not User.objects.get(pk=cast.ana.pk).has_usable_password()

    def test_a_token_is_shown_once_and_ends_when_revoked(self, cast):
        client = page(cast, "ana")
        shown = client.post("/settings/tokens", {"name": "Shop"}).content.decode()
        token = shown.split('readonly value="')[1].split('"')[0]
        assert token.startswith("rap_") and token not in client.get("/settings/tokens").content.decode()
        one = ApiToken.objects.get(name="Shop")
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get("/api/v1/people", headers=headers).status_code == 200
        assert page(cast, "ben").post(f"/settings/tokens/{one.pk}/revoke").status_code == 404
        assert client.post(f"/settings/tokens/{one.pk}/revoke").status_code == 302
        assert Client().get("/api/v1/people", headers=headers).status_code == 401

    def test_a_token_needs_a_purpose(self, cast):
        before = ApiToken.objects.count()
        assert page(cast, "ana").post("/settings/tokens", {"name": " "}).status_code == 422
        assert ApiToken.objects.count() == before


class TestCompany:
    given = {
        "name": "Halden", "country": "DE", "currency": "EUR", "time_zone": "Europe/Berlin", "language": "de",
        "fiscal_year_starts": "4",
    }  # fmt: skip

    def test_saves(self, cast):
        assert page(cast, "adam").post("/settings/company", self.given).status_code == 302
        assert (company().name, company().country, company().fiscal_year_starts) == ("Halden", "DE", 4)
        assert Fact.objects.filter(name="company_changed").exists()

    @pytest.mark.parametrize(
        "wrong", [{"currency": "XXQ"}, {"country": "ZZ"}, {"fiscal_year_starts": "13"}, {"name": ""}]
    )
    def test_refuses(self, cast, wrong):
        assert page(cast, "adam").post("/settings/company", self.given | wrong).status_code == 422
        assert not Fact.objects.filter(name="company_changed").exists()

    def test_only_administrators_write(self, cast):
        assert page(cast, "mia").post("/settings/company", self.given).status_code == 403
        assert company().name != "Halden"


class TestLastAdministrator:
    @pytest.mark.parametrize(
        ("values", "blamed"),
        [({"role": "member"}, "role"), ({"is_active": False}, "is_active"), ({"email": None}, "email")],
    )
    def test_cannot_be_changed_away(self, cast, values, blamed):
        answer = cast.call("adam", "PATCH", f"/users/{cast.adam.pk}", values)
        assert answer.status == 422 and answer.blamed == {blamed}, answer
        assert cast.call("adam", "GET", f"/users/{cast.adam.pk}").status == 200

    def test_cannot_be_deleted_in_any_way(self, cast):
        users, adam = registry.get("users"), cast.viewer("adam")
        assert cast.call("adam", "DELETE", f"/users/{cast.adam.pk}").status == 422
        with pytest.raises(InvalidFields):
            change_many(users, Selection(everything=True), viewer=adam, do="delete")
        with pytest.raises(InvalidFields):
            change_many(users, Selection(everything=True), viewer=adam, values={"is_active": False})
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(role__key="administrator").update(is_active=False)
        assert User.objects.filter(role__key="administrator", is_active=True, deleted_at=None).count() == 1
        answer = page(cast, "adam").post(f"/users/{cast.adam.pk}/delete", follow=True)
        assert "last administrator" in answer.content.decode()

    def test_the_last_but_one_can_go(self, cast):
        cast.call("adam", "PATCH", f"/users/{cast.ben.pk}", {"role": "administrator"})
        assert cast.call("adam", "PATCH", f"/users/{cast.adam.pk}", {"role": "member"}).status == 200

    def test_without_the_trigger_nobody_would_be_left(self, cast):
        """The control."""
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER identity_guard_update ON identity_user")
        assert cast.call("adam", "PATCH", f"/users/{cast.adam.pk}", {"is_active": False}).status != 422
        assert not User.objects.filter(role__key="administrator", is_active=True).exists()

    def test_undo_of_making_somebody_administrator_is_refused_if_they_are_the_last(self, cast):
        cast.call("adam", "PATCH", f"/users/{cast.ben.pk}", {"role": "administrator"})
        made = Action.objects.order_by("-pk").first()
        cast.call("ben", "PATCH", f"/users/{cast.adam.pk}", {"role": "member"})
        answer = cast.call("ben", "POST", f"/actions/{made.pk}/undo")
        assert answer.status in (403, 404), answer
        assert User.objects.get(pk=cast.ben.pk).role.key == "administrator"


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_demote_each_other_at_once():
    cast = make_cast()
    member, administrator = Role.objects.get(key="member"), Role.objects.get(key="administrator")
    User.objects.filter(pk=cast.ben.pk).update(role=administrator)
    barrier, results = threading.Barrier(2, timeout=10), []

    def demote(pk: int) -> None:
        try:
            with transaction.atomic():
                User.objects.filter(pk=0).count()
                barrier.wait()
                User.objects.filter(pk=pk).update(role=member)
            results.append("done")
        except IntegrityError:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=[pk]) for pk in (cast.adam.pk, cast.ben.pk)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["done", "refused"]
    assert User.objects.filter(role=administrator, is_active=True).count() == 1


class TestUsers:
    def test_invite_shows_a_link_that_lets_in_once(self, cast):
        answer = page(cast, "adam").post(
            "/users/new", {"name": "Nora", "email": "nora@example.test", "is_active": "true"}
        )
        assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]
        link = answer.content.decode().split('readonly value="')[1].split('"')[0]
        user = User.objects.get(email="nora@example.test")
        assert user.role.key == "member"
        fresh = Client()
        assert fresh.post(link).status_code == 302
        assert fresh.get("/settings/you").status_code == 200
        assert Client().post(link).status_code == 404

    def test_a_user_without_a_role_is_a_member_whoever_writes(self, cast):
        made = cast.call("adam", "POST", "/users", {"name": "Plain"}).json
        assert made["role"] == "member"
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO identity_user (name) VALUES ('Raw') RETURNING role_id")
            assert cursor.fetchone()[0] == Role.objects.get(key="member").pk

    def test_a_new_link_is_for_those_who_may_edit_users(self, cast):
        for name, status in {"adam": 200, "mia": 403, "ana": 403, "rita": 403}.items():
            assert page(cast, name).post(f"/users/{cast.ben.pk}/link").status_code == status, name
        User.objects.filter(pk=cast.ben.pk).update(is_active=False)
        assert page(cast, "adam").post(f"/users/{cast.ben.pk}/link").status_code == 403

    def test_switching_off_ends_everything_at_once_and_for_good(self, cast):
        session, link = page(cast, "ben"), make_link(cast.ben)
        assert session.get("/settings/you").status_code == 200
        cast.call("adam", "PATCH", f"/users/{cast.ben.pk}", {"is_active": False})
        assert session.get("/settings/you").status_code == 302
        assert cast.call("ben", "GET", "/people").status == 401
        assert use_link(link.rsplit("/", 1)[1]) is None
        cast.call("adam", "PATCH", f"/users/{cast.ben.pk}", {"is_active": True})
        assert session.get("/settings/you").status_code == 302
        assert cast.call("ben", "GET", "/people").status == 401

    def test_passwords_never_leave(self, cast):
        user = User.objects.get(pk=cast.ben.pk)
        user.set_password("quite a long secret")
        user.save()
        adam = page(cast, "adam")
        seen = [
            cast.call("adam", "GET", "/users").content,
            cast.call("adam", "GET", f"/users/{user.pk}").content,
            b"".join(adam.get("/users/export.csv")),
            adam.get(f"/users/{user.pk}").content,
            adam.get("/users").content,
        ]
        assert all(user.password.encode() not in content for content in seen)
        assert cast.call("adam", "GET", "/users", query={"fields": "password"}).status == 422
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM journal_entry WHERE diff::text LIKE %s", [f"%{user.password}%"])
            assert cursor.fetchone()[0] == 0

    def test_undoing_the_creation_of_a_user_keeps_who_owns_records(self, cast):
        made = cast.call("adam", "POST", "/users", {"name": "Olga", "email": "olga@example.test"}).json
        action = Action.objects.order_by("-pk").first()
        cast.call("adam", "POST", "/people", {"last_name": "Hers", "owner": made["id"]})
        done = undo_action(action.pk, viewer=cast.viewer("adam"))
        assert done.kept == [("identity_user", made["id"])] and User.objects.filter(pk=made["id"]).exists()

    def test_only_an_administrator_makes_administrators(self, cast):
        given = {f"users.{action}": "all" for action in ("view", "create", "edit")}
        page(cast, "adam").post("/settings/roles/manager", given)
        answer = cast.call("mia", "PATCH", f"/users/{cast.mia.pk}", {"role": "administrator"})
        assert answer.status == 422 and answer.blamed == {"role"}
        assert cast.call("mia", "PATCH", f"/users/{cast.ana.pk}", {"name": "Ana B"}).status == 200
        assert page(cast, "mia").post(f"/users/{cast.adam.pk}/link").status_code == 403


class TestRoles:
    def test_a_change_holds_from_the_next_request(self, cast):
        pk = write.create(registry.get("people"), {"last_name": "Weber"}, viewer=cast.viewer("ana"))
        assert cast.call("ben", "GET", f"/people/{pk}").status == 200
        version = Role.objects.get(key="member").version
        answer = page(cast, "adam").post("/settings/roles/member", {"people.view": "own", "deals.view": ""})
        assert answer.status_code == 302
        assert Role.objects.get(key="member").version == version + 1
        assert cast.call("ben", "GET", f"/people/{pk}").status == 404
        page(cast, "adam").post("/settings/roles/member", {"people.view": ""})
        assert cast.call("ben", "GET", f"/people/{pk}").status == 200

    def test_nothing_changed_is_nothing_written(self, cast):
        version = Role.objects.get(key="member").version
        page(cast, "adam").post(
            "/settings/roles/member", {"people.view": "", "nonsense.view": "all", "deals.view": "every"}
        )
        assert not Fact.objects.filter(name="role_changed").exists(), Fact.objects.latest("pk").data
        assert Role.objects.get(key="member").version == version

    def test_administrators_cannot_lock_themselves_out(self, cast):
        assert page(cast, "adam").post("/settings/roles/administrator", {"*.view": "none"}).status_code == 403
        assert page(cast, "adam").get("/settings/roles/nonsense").status_code == 404

    def test_others_cannot_change_roles(self, cast):
        for name in ("mia", "ana", "rita"):
            assert page(cast, name).post("/settings/roles/member", {"*.view": "all"}).status_code == 403
        assert Role.objects.get(key="member").version == 1
