"""What setup adds to the settings: how the instance is."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.platform.ui import navigation


def _administrator(request: HttpRequest) -> bool:
    return request.viewer is not None and request.viewer.role_key == "administrator"


navigation.register(
    navigation.Entry("health", _("Health"), "/settings/health", "heart-pulse", 90, "settings", visible=_administrator)
)
