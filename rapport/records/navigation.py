"""What the engine adds to the settings beside the entities themselves."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.gate import scope
from rapport.platform.ui import navigation
from rapport.records import registry


def _may_import(request: HttpRequest) -> bool:
    return any(
        one.may(request.viewer, "import") and one.may(request.viewer, "create") for one in registry.all_records()
    )


def _may_see_roles(request: HttpRequest) -> bool:
    return scope(request.viewer, "roles", "view") != "none"


navigation.register(
    navigation.Entry(
        "roles", _("Roles"), "/settings/roles", "shield-check", 30, "settings", visible=_may_see_roles, group="people"
    )
)
navigation.register(
    navigation.Entry("imports", _("Imports"), "/imports", "upload", 5, "settings", visible=_may_import, group="system")
)
