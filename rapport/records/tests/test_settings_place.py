"""The settings as one place: what stands there for whom, its search, and the pages of the system."""

import pytest
from django.contrib.sessions.models import Session as Stored
from django.db import connection
from django.test import Client

from rapport.platform.identity.models import Session, User
from rapport.platform.identity.tokens import make_link, make_token
from rapport.platform.ui import navigation
from rapport.records import registry
from rapport.records.exporting import note
from rapport.records.models import ExportMade
from rapport.records.read import Query
from rapport.records.testing.cast import Cast, make_cast

ROLES = {"adam": "administrator", "mia": "manager", "ana": "member", "rita": "read_only"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def page(cast: Cast, name: str, **headers: str) -> Client:
    client = Client(headers=headers)
    client.force_login(cast.users[name])
    return client


def hits(client: Client, text: str) -> list[str]:
    """The addresses that the search of the settings finds."""
    shown = client.get("/settings", {"q": text}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in shown
    return [part.split('"')[0] for part in shown.split('<a class="r-setting" href="')[1:]]


@pytest.mark.parametrize("name", ROLES)
def test_everything_that_stands_there_opens(cast, name):
    client = page(cast, name)
    shown = client.get("/settings")
    assert shown.status_code == 200
    links = [part.split('"')[0] for part in shown.content.decode().split('<a class="r-setting" href="')[1:]]
    assert links and {client.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize("name", ["mia", "ana", "rita"])
def test_what_is_not_shown_does_not_open(cast, name):
    client = page(cast, name)
    shown = client.get("/settings").content.decode()
    for path in ("/settings/company", "/settings/roles", "/settings/health", "/settings/jobs"):
        assert f'href="{path}"' not in shown
        assert client.get(path).status_code in (403, 404)
    assert not [url for text in ("base currency", "jobs") for url in hits(client, text) if "/settings/" in url]


def test_administrators_find_every_group(cast):
    shown = page(cast, "adam").get("/settings").content.decode()
    assert all(f'id="settings-{group}"' in shown for group in navigation.GROUPS)
    assert list(navigation.GROUPS) == ["you", "company", "data", "people", "developers", "system"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("currency", "/settings/company#currency"),
        ("base curr", "/settings/company#currency"),
        ("dark mode", "/settings/you#appearance"),
        ("log out", "/settings/security"),
        ("permissions", "/settings/roles"),
        ("funnel", "/pipelines"),
        ("API key", "/settings/tokens"),
        ("retry", "/settings/jobs"),
        ("EURO dollar", "/settings/company#currency"),
        ("invite", "/users"),
        ("download", "/exports"),
        ("nothing of the kind", None),
    ],
)
def test_a_setting_is_found_by_its_words_and_others(cast, text, first):
    found = hits(page(cast, "adam"), text)
    assert (found[0] if found else None) == first


def test_in_another_language_its_words_and_the_english_ones_are_found(cast):
    User.objects.filter(pk=cast.users["adam"].pk).update(language="es")
    client = page(cast, "adam")
    assert hits(client, "contrasena")[0] == hits(client, "password")[0] == "/settings/security#new"


def test_every_topic_leads_to_something_on_its_page(cast):
    client = page(cast, "adam")
    for entry in navigation._entries.values():
        for topic in entry.topics:
            path, _hash, anchor = topic.url.partition("#")
            assert f'id="{anchor}"' in client.get(path).content.decode(), topic.url


class TestTheme:
    def test_it_is_kept_with_the_user_and_in_the_first_byte_of_every_page(self, cast):
        here, there = page(cast, "ana"), page(cast, "ana")
        assert here.post("/appearance", {"theme": "dark"}).status_code == 302
        assert 'data-theme="dark"' in there.get("/people").content.decode()[:200]
        assert 'data-theme="dark"' in here.get("/sign-in", follow=True).content.decode()[:200]
        here.post("/sign-out")
        assert 'data-theme="dark"' in here.get("/sign-in").content.decode()[:200]

    def test_as_the_system_is_no_theme(self, cast):
        client = page(cast, "ana")
        client.post("/appearance", {"theme": "dark", "quiet": "1"})
        assert client.post("/appearance", {"theme": "nonsense", "quiet": "1"}).status_code == 204
        assert "data-theme" not in client.get("/people").content.decode()[:200]


class TestSessions:
    def sign_in(self, cast, agent: str) -> Client:
        client = Client(headers={"User-Agent": agent})
        assert client.post(make_link(cast.ana)).status_code == 302
        return client

    def test_one_is_ended_from_elsewhere(self, cast):
        desk = self.sign_in(cast, "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36")
        phone = self.sign_in(cast, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1")
        shown = desk.get("/settings/security").content.decode()
        assert "Chrome on Windows" in shown and "Safari on iPhone" in shown
        other = Session.objects.get(agent__contains="iPhone")
        assert page(cast, "ben").post(f"/settings/security/sessions/{other.pk}/end").status_code == 404
        assert phone.get("/settings/you").status_code == 200
        assert desk.post(f"/settings/security/sessions/{other.pk}/end").status_code == 302
        assert phone.get("/settings/you").status_code == 302
        assert desk.get("/settings/you").status_code == 200

    def test_all_others_are_ended_and_so_are_links(self, cast):
        desk, phone = self.sign_in(cast, "a"), self.sign_in(cast, "b")
        unknown, link = page(cast, "ana"), make_link(cast.ana)
        assert desk.post("/settings/security/sessions/end").status_code == 302
        assert [c.get("/settings/you").status_code for c in (desk, phone, unknown)] == [200, 302, 302]
        assert Client().post(link).status_code == 404
        assert Session.objects.filter(user=cast.ana).count() == 1
        assert "this one" in desk.get("/settings/security").content.decode()

    def test_a_session_that_has_ended_is_not_listed(self, cast):
        desk, phone = self.sign_in(cast, "Firefox/1 Linux"), self.sign_in(cast, "Safari/1 iPad")
        phone.post("/sign-out")
        assert "iPad" not in desk.get("/settings/security").content.decode()
        assert Stored.objects.count() == 1


class TestExports:
    def test_what_was_taken_out_is_written_down(self, cast):
        adam = page(cast, "adam")
        cast.call("adam", "POST", "/people", {"last_name": "Weber"})
        b"".join(adam.get("/people/export.csv", {"q": "weber"}))
        b"".join(adam.get("/people/export.xlsx"))
        made = list(ExportMade.objects.order_by("pk").values_list("entity", "format", "q", "rows", "source"))
        assert made == [("people", "csv", "weber", 1, "page"), ("people", "xlsx", "", 1, "page")]
        shown = adam.get("/exports").content.decode()
        assert "/people/export.csv?q=weber" in shown and "1 row" in shown

    def test_others_see_only_their_own(self, cast):
        b"".join(page(cast, "adam").get("/people/export.csv"))
        b"".join(page(cast, "ana").get("/people/export.csv"))
        assert page(cast, "ana").get("/exports").content.decode().count("/people/export.csv?") == 1
        assert page(cast, "adam").get("/exports").content.decode().count("/people/export.csv?") == 2

    def test_one_that_was_broken_off_is_known_too(self, cast):
        note(registry.get("people"), Query(), viewer=cast.viewer("adam"), form="csv")
        assert ExportMade.objects.get().rows is None
        assert "broken off" in page(cast, "adam").get("/exports").content.decode()

    def test_a_refused_one_is_none(self, cast):
        assert page(cast, "rita").get("/people/export.csv").status_code == 403
        assert not ExportMade.objects.exists()


class TestJobs:
    @pytest.fixture
    def parked(self, cast) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts) "
                "SELECT 'default', 'work.jobs.remind', '{}', 'failed', 5 FROM generate_series(1, 2) RETURNING id"
            )
            ids = [row[0] for row in cursor.fetchall()]
            cursor.execute(
                "INSERT INTO jobs_joberror (job_id, attempt, error) VALUES (%s, 5, 'Trace\nOSError: full')", ids[:1]
            )
        return ids

    def status(self, ids):
        with connection.cursor() as cursor:
            cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = ANY(%s) ORDER BY id", [ids])
            return [row[0] for row in cursor.fetchall()]

    def test_a_parked_one_says_why_and_is_tried_again_or_given_up(self, cast, parked):
        adam = page(cast, "adam")
        shown = adam.get("/settings/jobs").content.decode()
        assert "work.jobs.remind" in shown and "OSError: full" in shown
        adam.post(f"/settings/jobs/{parked[0]}/retry")
        adam.post(f"/settings/jobs/{parked[1]}/give-up")
        assert self.status(parked) == ["todo", "cancelled"]
        adam.post(f"/settings/jobs/{parked[1]}/give-up")
        assert self.status(parked) == ["todo", "cancelled"]

    def test_all_are_tried_again(self, cast, parked):
        page(cast, "adam").post("/settings/jobs/retry")
        assert self.status(parked) == ["todo", "todo"]

    @pytest.mark.parametrize("name", ["mia", "ana", "rita"])
    def test_they_are_for_administrators(self, cast, parked, name):
        client = page(cast, name)
        for path in ("retry", f"{parked[0]}/retry", f"{parked[0]}/give-up"):
            assert client.post(f"/settings/jobs/{path}").status_code == 404
        assert self.status(parked) == ["failed", "failed"]


def test_a_notice_that_is_switched_off_does_not_come(cast):
    client = page(cast, "ana")
    assert client.post("/settings/notifications", {"wanted": []}).status_code == 302
    assert "reminders" in User.objects.get(pk=cast.ana.pk).muted
    client.post("/settings/notifications", {"wanted": ["reminders", "nonsense"]})
    assert "reminders" not in User.objects.get(pk=cast.ana.pk).muted


@pytest.mark.parametrize(
    ("given", "kept"), [("usd", "USD"), (" CHF ", "CHF"), ("XQQ", None), ("EU", None), ("€", None)]
)
def test_a_rate_is_of_a_currency_that_exists(cast, given, kept):
    values = {"currency": given, "starts_on": "2026-01-01", "rate": "1.5"}
    answer = cast.call("adam", "POST", "/rates", values)
    if kept:
        assert answer.json["currency"] == kept
    else:
        assert answer.status == 422 and answer.blamed == {"currency"}


def test_an_empty_list_says_what_belongs_there_and_how_it_comes_in(cast):
    for record in registry.all_records():
        assert record.explains_itself, record.entity
    shown = page(cast, "adam").get("/deals").content.decode()
    assert all(part in shown for part in ("Every chance to sell", "/deals/new", "/imports/new?entity=deals", "sample"))
    shown = page(cast, "rita").get("/deals").content.decode()
    assert "Every chance to sell" in shown and not any(part in shown for part in ("/imports/new?", "/welcome/start"))


def test_every_setting_that_is_a_list_says_what_it_is_for():
    assert [
        r.entity
        for r in registry.all_records()
        if (r.navigation or ("",))[0].startswith("settings") and not r.explains_itself
    ] == []


class TestRefusals:
    """What is refused is said once, and about the right thing."""

    def test_a_filter_is_blamed_once(self, cast):
        answer = cast.call("ana", "GET", "/people", query={"filter": '{"nonsense": 1}'})
        assert answer.status == 422 and answer.blamed == {"filter"}
        assert "filter: filter" not in answer.content.decode()

    def test_the_last_administrator_is_no_field(self, cast):
        answer = cast.call("adam", "DELETE", f"/users/{cast.adam.pk}")
        assert answer.status == 422 and answer.json["errors"] == []
        assert answer.json["detail"] == "This is the last administrator who can sign in."

    def test_an_old_key_for_another_request_says_what_to_do(self, cast):
        token = make_token(cast.ana, name="Shop")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}
        for name, status in (("Weber", 201), ("Weber", 201), ("Maier", 422)):
            answer = Client(headers=headers).post("/api/v1/people", {"last_name": name}, "application/json")
            assert answer.status_code == status
        assert "new key" in answer.json()["detail"]
