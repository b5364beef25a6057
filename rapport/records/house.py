"""The people of the house, declared for the engine: users and teams."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from rapport.platform.identity.models import Team, User
from rapport.platform.identity.viewer import Viewer
from rapport.platform.setup.first_run_form import time_zones
from rapport.records import registry
from rapport.records.access import Shared
from rapport.records.fields import Boolean, Choice, Email, Link, Text
from rapport.records.fields.role import RoleField
from rapport.records.record import List, Page, Record, filled


def _time_zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in time_zones()]


@registry.register
class Users(Record):
    entity, model, icon, title, face = "users", User, "circle-user", "name", "round"
    label, plural = _("User"), _("Users")
    explains_itself = _("Who works with Rapport, in which team and with which role.")
    explains_creating = _("You get a sign-in link to hand over yourself. Rapport sends no e-mail.")
    also_called = _("colleagues, members, staff, invite, accounts, seats")
    fields = [
        Text("name", _("Name"), required=True, longest=150, aliases=("full name", "sales agent", "agent", "user")),
        Email("email", _("E-mail"), longest=254, aliases=("e-mail", "mail", "email address")),
        RoleField("role", _("Role"), default="member"),
        Link("team", "teams", _("Team"), create=True, aliases=("department", "group"), related=_("Members")),
        Boolean("is_active", _("Active"), default=True),
        Choice("time_zone", _time_zones, _("Time zone")),
        Choice("language", settings.LANGUAGES, _("Language")),
    ]
    lists = List(columns="name email role team is_active", sort="name")
    page = Page(groups=[(_("User"), "name email role team is_active language time_zone external_id")], timeline=False)
    access = Shared()
    has_timeline = searchable = False
    import_keys = ("external_id", "email", "name")
    constraints = {
        "user_email_once": ("email", _("There is a user with this e-mail address already.")),
        **{
            f"user_last_administrator_{why}": (field, _("This is the last administrator who can sign in."))
            for why, field in {"role": "role", "inactive": "is_active", "email": "email", "deleted": ""}.items()
        },
    }
    navigation = ("settings:people", 10, "")

    def fill(self, values: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        return filled({"role": "member"}, values)

    def extra_context(self, item: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
        if not self.may(viewer, "edit") or not item["is_active"] or not item["email"]:
            return {}
        return {"menu": [{"label": _("New one-time link"), "icon": "log-in", "post": f"/users/{item['id']}/link"}]}


@registry.register
class Teams(Record):
    entity, model, icon, title = "teams", Team, "users", "name"
    label, plural = _("Team"), _("Teams")
    explains_itself = _(
        "Who works together, under which manager, in which larger team. Roles reach as far as the team."
    )
    also_called = _("groups, departments, offices, hierarchy")
    fields = [
        Text("name", _("Name"), required=True, longest=120, aliases=("team", "office", "regional office")),
        Link("parent", "teams", _("Parent team"), create=True, related=_("Teams below")),
        Link("manager", "users", _("Manager"), related=_("Manages")),
    ]
    lists = List(columns="name parent manager", sort="name")
    page = Page(groups=[(_("Team"), "name parent manager external_id")], timeline=False)
    access = Shared()
    has_timeline = searchable = False
    import_keys = ("name", "external_id")
    constraints = {"team_parent_circle": ("parent", _("A team cannot lie above itself."))}
    navigation = ("settings:people", 20, "")
