"""Saved views: who sees them, who changes them, and how each user uses them."""

import json
import re

import pytest
from django.test import Client

from rapport.platform.identity.models import User
from rapport.platform.journal.models import Action
from rapport.records.models import View, ViewUse

pytestmark = pytest.mark.django_db

FILTER = json.dumps({"all": [{"field": "job_title", "op": "contains", "value": "head"}]}, separators=(",", ":"))


def person(name: str, role: str) -> User:
    return User.objects.create_user(email=f"{name.lower()}@example.com", name=name, role=role)


@pytest.fixture
def ana() -> User:
    return person("Ana", "member")


@pytest.fixture
def ben() -> User:
    return person("Ben", "member")


@pytest.fixture
def adam() -> User:
    return person("Adam", "administrator")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def tabs(user: User, address: str = "/people") -> list[str]:
    """The names of the tabs that a user sees, the current one in brackets."""
    page = browser(user).get(address).content.decode()
    nav = page[
        page.index('data-behaviour="tab-order"') : page.index("</nav>", page.index('data-behaviour="tab-order"'))
    ]
    return [
        f"[{name}]" if "aria-current" in head else name
        for head, name in re.findall(r"<a ([^>]*)>.*?<span>(.*?)</span>", nav)
    ]


def save(user: User, name: str, look: str = f"?filter={FILTER}&sort=-created_at&columns=name,job_title", **more: str):
    response = browser(user).post(f"/people/views{look}", {"name": name, **more})
    assert response.status_code == 302, response.content.decode()[:2000]
    return View.objects.get(name=name)


def test_what_is_seen_is_saved_and_seen_again(ana):
    saved = save(ana, "Heads")
    assert (saved.owner, saved.entity, saved.filter, saved.sort) == (ana, "people", FILTER, "-created_at")
    assert [c["name"] for c in saved.columns] == ["name", "job_title"] and not saved.shared
    assert tabs(ana, f"/people?view={saved.pk}") == ["All people", "[Heads]"]
    page = browser(ana).get(f"/people?view={saved.pk}").content.decode()
    assert "Job title" in page and "Update view" not in page
    changed = browser(ana).get(f"/people?view={saved.pk}&sort=name").content.decode()
    assert "Update view" in changed and "Save as new" in changed and f'href="/people?view={saved.pk}"' in changed


def test_a_view_is_updated_to_what_is_seen_and_this_is_undone(ana):
    saved = save(ana, "Heads")
    browser(ana).post(f"/people/views/{saved.pk}/look?view={saved.pk}&sort=name&filter={{}}")
    saved.refresh_from_db()
    assert (saved.sort, saved.filter) == ("name", "") and [c["name"] for c in saved.columns] == ["name", "job_title"]
    browser(ana).post(f"/undo/{Action.objects.latest('pk').pk}")
    saved.refresh_from_db()
    assert (saved.sort, saved.filter) == ("-created_at", FILTER)


def test_a_name_is_needed_and_changed(ana):
    refused = browser(ana).post("/people/views", {"name": "  "})
    assert refused.status_code == 422 and b"needed" in refused.content and not View.objects.exists()
    refused = browser(ana).post("/people/views", {"name": "x" * 81})
    assert refused.status_code == 422 and not View.objects.exists()
    saved = save(ana, "Heads")
    browser(ana).post(f"/people/views/{saved.pk}", {"name": "Chiefs"})
    assert tabs(ana) == ["[All people]", "Chiefs"]


def test_a_deleted_view_is_gone_and_comes_back(ana):
    saved = save(ana, "Heads")
    browser(ana).post(f"/people/views/{saved.pk}/delete")
    assert tabs(ana) == ["[All people]"]
    browser(ana).post(f"/undo/{Action.objects.latest('pk').pk}")
    assert tabs(ana) == ["[All people]", "Heads"]


def test_a_private_view_is_nobody_elses(ana, ben, adam):
    saved = save(ana, "Heads")
    for other in (ben, adam):
        assert tabs(other) == ["[All people]"]
        client = browser(other)
        assert "Heads" not in client.get(f"/people?view={saved.pk}").content.decode()
        for address in ("", "/look", "/delete", "/use", "/place", "/widths"):
            response = client.post(f"/people/views/{saved.pk}{address}", {"name": "Mine now", "first": "1", "to": "0"})
            assert response.status_code == 404, (other.name, address)
        assert client.get(f"/people/views/{saved.pk}").status_code == 404
    assert not ViewUse.objects.exists() and View.objects.get().name == "Heads"
    assert browser(ana).get(f"/deals/views/{saved.pk}").status_code == 404, "it is not a view of deals"


def test_a_shared_view_is_everybodys_and_a_locked_one_its_owners(ana, ben, adam):
    saved = save(ana, "Heads", who="1", shared="on")
    assert tabs(ben) == ["[All people]", "Heads"]
    assert browser(ben).post(f"/people/views/{saved.pk}/look?view={saved.pk}&sort=name").status_code == 302
    browser(ana).post(f"/people/views/{saved.pk}", {"name": "Heads", "who": "1", "shared": "on", "locked": "on"})
    for address, data in (("/look?sort=-name", {}), ("/delete", {}), ("", {"name": "Taken"})):
        assert browser(ben).post(f"/people/views/{saved.pk}{address}", data).status_code == 403, address
    saved.refresh_from_db()
    assert (saved.name, saved.sort, saved.deleted_at) == ("Heads", "name", None)
    page = browser(ben).get(f"/people?view={saved.pk}&sort=-name").content.decode()
    assert "Update view" not in page and "Save as new" in page
    assert browser(adam).post(f"/people/views/{saved.pk}/look?sort=-name").status_code == 302
    saved.refresh_from_db()
    assert saved.sort == "-name" and saved.owner == ana


def test_only_the_owner_says_who_has_a_view(ana, ben):
    saved = save(ana, "Heads", who="1", shared="on")
    refused = browser(ben).post(f"/people/views/{saved.pk}", {"name": "Heads", "who": "1"})
    assert refused.status_code == 403
    assert View.objects.get().shared


def test_nobody_undoes_what_happened_to_a_private_view_of_another(ana, ben):
    saved = save(ana, "Heads")
    browser(ana).post(f"/people/views/{saved.pk}", {"name": "Chiefs"})
    assert browser(ben).post(f"/undo/{Action.objects.latest('pk').pk}").status_code == 404
    assert View.objects.get().name == "Chiefs"


def test_an_administrator_offers_a_view_to_all(ana, ben, adam):
    assert browser(ana).post("/people/views", {"name": "Mine", "who": "1", "offered": "on"}).status_code == 403
    first = save(adam, "Start here", who="1", offered="on")
    assert first.shared and tabs(ana) == ["All people", "[Start here]"]
    second = save(adam, "No, here", who="1", offered="on")
    first.refresh_from_db()
    assert not first.offered and tabs(ana) == ["All people", "Start here", "[No, here]"]
    browser(ben).post("/people/views/all/use", {"first": "1"})
    assert tabs(ben)[0] == "[All people]", "who has chosen begins with that"
    assert second.owner == adam


def test_each_user_orders_the_tabs_for_themselves(ana, ben):
    one, two = save(ana, "One", who="1", shared="on"), save(ana, "Two", who="1", shared="on")
    browser(ana).post(f"/people/views/{two.pk}/place", {"to": "0"})
    assert tabs(ana) == ["Two", "[All people]", "One"]
    browser(ana).post(f"/people/views/{two.pk}/place", {"to": "later"})
    browser(ana).post(f"/people/views/{one.pk}/place", {"to": "earlier"})
    assert tabs(ana) == ["[All people]", "One", "Two"] == tabs(ben)
    browser(ana).post(f"/people/views/{one.pk}/place", {"to": "-1"})
    assert tabs(ana) == ["[All people]", "One", "Two"], "what is no place changes nothing"


def test_widths_are_kept_for_each_user(ana, ben):
    saved = save(ana, "Heads", who="1", shared="on")
    browser(ana).post(
        f"/people/views/{saved.pk}/widths?view={saved.pk}", {"name": "320", "nothing": "10", "job_title": "9"}
    )
    browser(ana).post("/people/views/all/widths", {"name": "200"})
    assert {use.view_id: use.widths for use in ViewUse.objects.filter(user=ana)} == {
        saved.pk: {"name": 320, "job_title": 48},
        None: {"name": 200},
    }


def test_favourites_stand_in_the_sidebar_of_who_chose_them(ana, ben):
    saved = save(ana, "Heads", who="1", shared="on")
    link = f'<a class="r-nav-item" href="/people?view={saved.pk}"'
    browser(ana).post(f"/people/views/{saved.pk}/use", {"favourite": "1"})
    assert (
        link in browser(ana).get("/deals").content.decode() and link not in browser(ben).get("/deals").content.decode()
    )
    browser(ben).post(f"/people/views/{saved.pk}/use", {"favourite": "1"})
    browser(ana).post(f"/people/views/{saved.pk}", {"name": "Heads", "who": "1"})
    assert link not in browser(ben).get("/deals").content.decode(), "it is private again"
    browser(ana).post(f"/people/views/{saved.pk}/use", {"favourite": "0"})
    assert link not in browser(ana).get("/deals").content.decode()


def test_an_entity_out_of_reach_has_no_views(ana):
    from rapport.platform.access.models import Grant

    saved = save(ana, "Heads")
    Grant.objects.update_or_create(role=ana.role, entity="people", action="*", defaults={"scope": "none"})
    for action in ("view", "edit", "create", "delete", "export"):
        Grant.objects.filter(role=ana.role, entity="people", action=action).delete()
    ana.role.version += 1
    ana.role.save()
    client = browser(User.objects.get(pk=ana.pk))
    assert client.get("/people").status_code == 403
    assert client.post("/people/views", {"name": "Other"}).status_code == 403
    assert client.post(f"/people/views/{saved.pk}", {"name": "Other"}).status_code == 403
    assert View.objects.get().name == "Heads"
