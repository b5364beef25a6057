"""Every address: the API's, each room's urls.py at the root, the engine's last, because its /<entity> would catch the others."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

_rooms = [app for app in settings.INSTALLED_APPS if app.startswith("rapport.") and find_spec(f"{app}.urls")]
_rooms.sort(key=lambda app: app == "rapport.records")

urlpatterns = [
    path("api/v1/", include("rapport.records.api.urls")),
    *(path("", include(f"{room}.urls")) for room in _rooms),
]
for _room in _rooms:
    # handler404, handler403 and handler500 may be given by any one of them.
    vars().update({k: v for k, v in vars(import_module(f"{_room}.urls")).items() if k.startswith("handler")})

# Rooms leave places for what only this layer can do; it is filled in with the addresses that lead there.
import_module("rapport.config.beginnings")
