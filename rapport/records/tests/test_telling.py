"""Followers, mentions and notifications: who is told, who is not, and nothing beyond anybody's rights."""

import pytest
from django.test import Client

from rapport.platform.identity.models import User
from rapport.records import registry, write
from rapport.records.following import follow, followers
from rapport.records.mention_text import html, linked, plain
from rapport.records.models import Follow, Mention, Notification
from rapport.records.notifications import latest, mark_read, unread
from rapport.records.reasons import reasons
from rapport.records.search import search
from rapport.records.testing.cast import Cast, make_cast
from rapport.records.testing.silence import silence

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def person(cast: Cast) -> int:
    return write.create(registry.get("people"), {"name": "Pat Example"}, viewer=cast.viewer("ana"))


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def change(cast: Cast, who: str, person: int, title: str) -> None:
    write.change(registry.get("people"), person, {"job_title": title}, viewer=cast.viewer(who))


def note(cast: Cast, who: str, person: int, text: str) -> int:
    values = {"body": linked(text), "about": [f"people/{person}"]}
    return write.create(registry.get("notes"), values, viewer=cast.viewer(who))


class TestFollowers:
    def test_the_owner_follows_and_is_told_once_until_they_read(self, cast, person):
        change(cast, "ben", person, "Buyer")
        change(cast, "ben", person, "Head Buyer")
        (told,) = latest(cast.viewer("ana"))
        assert (told["kind"], told["name"], told["who"], told["count"]) == ("change", "Pat Example", "Ben", 2)
        mark_read(cast.viewer("ana"))
        assert unread(cast.viewer("ana")) == 0
        change(cast, "mia", person, "Chief Buyer")
        assert unread(cast.viewer("ana")) == 1 and len(latest(cast.viewer("ana"))) == 2

    def test_nobody_is_told_of_their_own_doing(self, cast, person):
        change(cast, "ana", person, "Buyer")
        assert not Notification.objects.exists()

    def test_a_note_about_the_record_tells_its_followers(self, cast, person):
        follow(registry.get("people"), person, cast.viewer("mia"), wanted=True)
        note(cast, "ben", person, "Likes tea")
        assert {n.user_id for n in Notification.objects.all()} == {cast.ana.pk, cast.mia.pk}

    def test_who_leaves_is_not_told_though_they_own_it(self, cast, person):
        follow(registry.get("people"), person, cast.viewer("ana"), wanted=False)
        change(cast, "ben", person, "Buyer")
        assert not Notification.objects.exists()
        assert followers(registry.get("people"), person, cast.viewer("ana"))["followers"] == []

    def test_following_by_the_page_and_a_stranger_cannot(self, cast, person):
        browser(cast, "ben").post(f"/people/{person}/follow", {"follow": "1"})
        names = [one["name"] for one in followers(registry.get("people"), person, cast.viewer("ana"))["followers"]]
        assert names == ["Ana", "Ben"]
        cleo = browser(cast, "cleo")
        with silence():
            assert cleo.post(f"/people/{person}/follow", {"follow": "1"}).status_code == 404
        assert not Follow.objects.filter(user=cast.cleo).exists()

    def test_what_went_out_of_reach_is_told_no_more(self, cast, person):
        follow(registry.get("people"), person, cast.viewer("ben"), wanted=True)
        change(cast, "ana", person, "Buyer")
        assert unread(cast.viewer("ben")) == 1
        write.change(registry.get("people"), person, {"owner": cast.cleo.pk}, viewer=cast.viewer("adam"))
        assert unread(cast.viewer("ben")) == 0 and latest(cast.viewer("ben")) == []
        assert "Pat Example" not in browser(cast, "ben").get("/notifications").content.decode()
        # And the stranger who follows nothing more is no longer named to others.
        assert "Ben" not in [
            one["name"] for one in followers(registry.get("people"), person, cast.viewer("adam"))["followers"]
        ]

    def test_who_switched_it_off_is_not_told(self, cast, person):
        User.objects.filter(pk=cast.ana.pk).update(muted=["followed"])
        change(cast, "ben", person, "Buyer")
        assert not Notification.objects.exists()


class TestMentions:
    def test_a_name_becomes_a_reference_a_chip_and_a_notification(self, cast, person):
        pk = note(cast, "ana", person, "Ask @Ben about it, not ben@example.test")
        assert Mention.objects.get().user_id == cast.ben.pk
        (told,) = latest(cast.viewer("ben"))
        assert (told["kind"], told["who"], told["row"], told["source_row"]) == ("mention", "Ana", person, pk)
        assert told["words"].startswith("Ask @Ben about it")
        page = browser(cast, "ana").get(f"/people/{person}").content.decode()
        assert '<span class="r-mention">@Ben</span>' in page and "ben@example.test" in page

    def test_who_may_not_see_it_is_not_told_and_the_writer_learns_it(self, cast, person):
        answer = browser(cast, "ana").post(
            f"/people/{person}/log/notes", {"body": "For @Cleo and @Ben"}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 200 and "Cleo may not see this and is not told." in answer.content.decode()
        assert [n.user_id for n in Notification.objects.filter(kind="mention")] == [cast.ben.pk]

    def test_who_sees_the_record_may_read_the_note_that_names_them_and_no_other(self, cast, person):
        write.change(registry.get("people"), person, {"owner": cast.cleo.pk}, viewer=cast.viewer("adam"))
        named = note(cast, "adam", person, "For @Cleo alone")
        other = note(cast, "adam", person, "For nobody")
        page = browser(cast, "cleo").get(f"/people/{person}").content.decode()
        assert "alone" in page and "For nobody" not in page
        assert cast.call("cleo", "GET", f"/notes/{named}").status == 200
        assert cast.call("cleo", "GET", f"/notes/{other}").status == 404
        assert cast.call("cleo", "PATCH", f"/notes/{named}", {"body": "mine"}).status == 403
        assert {"Cleo": "Is named in the text."}.items() <= {
            reach.user.name: reach.reasons["view"] for reach in reasons(registry.get("notes"), named)
        }.items()

    def test_the_words_are_gone_when_the_text_is(self, cast, person):
        pk = note(cast, "ana", person, "A secret for @Mia")
        assert "secret" in latest(cast.viewer("mia"))[0]["words"]
        write.remove(registry.get("notes"), pk, viewer=cast.viewer("ana"))
        assert all("secret" not in one["words"] for one in latest(cast.viewer("mia")))

    def test_naming_again_does_not_tell_again_and_a_new_name_does(self, cast, person):
        pk = note(cast, "ana", person, "@Ben")
        notes = registry.get("notes")
        write.change(notes, pk, {"body": linked("@Ben and @Mia")}, viewer=cast.viewer("ana"))
        assert Notification.objects.filter(kind="mention").count() == 2
        write.change(notes, pk, {"body": "nobody"}, viewer=cast.viewer("ana"))
        assert not Mention.objects.exists()

    def test_the_picker_says_who_may_not_see_the_record(self, cast, person):
        page = browser(cast, "ana").get(f"/people/{person}/mentionable?q=cl").content.decode()
        assert "Cleo" in page and "may not see this" in page
        page = browser(cast, "ana").get(f"/people/{person}/mentionable?q=be").content.decode()
        assert "Ben" in page and "may not see this" not in page
        assert "Dora" not in browser(cast, "ana").get(f"/people/{person}/mentionable?q=d").content.decode()
        assert browser(cast, "cleo").get(f"/people/{person}/mentionable?q=b").status_code == 404

    def test_a_mention_cannot_smuggle_markup(self):
        text = '@[<img src=x>](users/1) <b>& "quoted"'
        assert "<img" not in html(text) and "<b>" not in html(text)
        assert plain("@[Ana Sales](users/5), hi") == "@Ana Sales, hi"

    def test_a_title_names_people_in_plain_words_and_the_history_says_them_once(self, cast, person):
        ana = browser(cast, "ana")
        answer = ana.post(f"/people/{person}/log/calls", {"body": "Ask @Ben soon"}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        call = cast.call("ana", "GET", "/calls").json["items"][0]
        assert call["title"] == "Ask @Ben soon"
        assert f'Call saved. <a href="/calls/{call["id"]}">Ask @Ben soon</a>' in answer.content.decode()
        history = ana.get(f"/people/{person}/timeline").content.decode()
        assert history.count("soon") == 1 and f"](users/{cast.ben.pk})" not in history
        note(cast, "ana", person, "For @Ben from afar")
        assert [one["name"] for one in search("afar", viewer=cast.viewer("ana"))] == ["For @Ben from afar"]
        titled = {"title": f"See @[Ben](users/{cast.ben.pk})", "about": [f"people/{person}"]}
        task = cast.call("ana", "POST", "/tasks", titled).json["id"]
        assert cast.call("ana", "GET", f"/tasks/{task}").json["title"] == "See @Ben"

    def test_an_editor_shows_the_name_and_keeps_the_reference(self, cast, person):
        pk = note(cast, "ana", person, "Ask @Ben")
        editor = browser(cast, "ana").get(f"/notes/{pk}/cells/body/edit").content.decode()
        assert "Ask @Ben" in editor and "users/" not in editor
        browser(cast, "ana").post(f"/notes/{pk}/cells/body", {"body": "Ask @Ben soon"})
        assert f"@[Ben](users/{cast.ben.pk}) soon" in cast.call("ana", "GET", f"/notes/{pk}").json["body"]


class TestPages:
    def test_the_bell_counts_and_opening_the_record_reads(self, cast, person):
        change(cast, "ben", person, "Buyer")
        ana = browser(cast, "ana")
        assert 'class="r-badge"' in ana.get("/notifications/bell").content.decode()
        (told,) = latest(cast.viewer("ana"))
        assert ana.get(f"/notifications/{told['id']}")["Location"] == f"/people/{person}"
        ana.get(f"/people/{person}")
        assert 'class="r-badge"' not in ana.get("/notifications/bell").content.decode()

    def test_all_are_marked_as_read_and_only_ones_own(self, cast, person):
        follow(registry.get("people"), person, cast.viewer("mia"), wanted=True)
        change(cast, "ben", person, "Buyer")
        mia = Notification.objects.get(user=cast.mia)
        ana = browser(cast, "ana")
        assert ana.get(f"/notifications/{mia.pk}").status_code == 404
        ana.post("/notifications/read", {"id": mia.pk})
        assert unread(cast.viewer("mia")) == 1
        ana.post("/notifications/read")
        assert (unread(cast.viewer("ana")), unread(cast.viewer("mia"))) == (0, 1)

    def test_nobody_is_asked_to_sign_in(self, cast):
        for path in ("/notifications", "/notifications/bell", "/notifications/1"):
            assert Client().get(path)["Location"].startswith("/sign-in")
