"""The timeline of a record names linked records only to those who may see them."""

import pytest
from django.test import Client

from rapport.platform.identity.models import Team, User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write

pytestmark = pytest.mark.django_db


def test_a_changed_link_has_no_name_for_a_stranger() -> None:
    ours, theirs = Team.objects.create(name="Ours"), Team.objects.create(name="Theirs")
    ana = User.objects.create_user(email="ana@example.com", name="Ana", role="administrator", team=ours)
    cleo = User.objects.create_user(email="cleo@example.com", name="Cleo", role="member", team=theirs)
    viewer, deals = viewer_for(ana), registry.get("deals")
    hidden = write.create(registry.get("organisations"), {"name": "Hidden Holding"}, viewer=viewer)
    deal = write.create(deals, {"name": "Shared deal", "owner": cleo.pk}, viewer=viewer)
    write.change(deals, deal, {"organisation": hidden}, viewer=viewer)
    pages = {}
    for user in (ana, cleo):
        client = Client()
        client.force_login(user)
        pages[user.name] = client.get(f"/deals/{deal}/timeline").text
    assert "Hidden Holding" in pages["Ana"]
    assert "Hidden Holding" not in pages["Cleo"]
