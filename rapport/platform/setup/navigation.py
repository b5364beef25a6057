"""What setup adds to the settings: the company, and how the instance is."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.platform.ui import navigation


def _administrator(request: HttpRequest) -> bool:
    return request.viewer is not None and request.viewer.role_key == "administrator"


def _may_set(request: HttpRequest) -> bool:
    # Imported late: the gate's models are not there yet when the apps start.
    from rapport.platform.access.gate import scope

    return scope(request.viewer, "settings", "edit") != "none"


navigation.register(
    navigation.Entry(
        "company", _("Company"), "/settings/company", "building-2", 1, "settings", visible=_may_set, group="company"
    )
)
navigation.register(
    navigation.Entry(
        "health", _("Health"), "/settings/health", "heart-pulse", 90, "settings", visible=_administrator, group="system"
    )
)
