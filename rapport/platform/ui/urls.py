"""Addresses of the frame: appearance, palette, and in development the styleguide."""

from django.conf import settings
from django.urls import path

from rapport.platform.ui import views

handler400 = "rapport.platform.ui.errors.bad_request"
handler403 = "rapport.platform.ui.errors.forbidden"
handler404 = "rapport.platform.ui.errors.not_found"
handler500 = "rapport.platform.ui.errors.server_error"

urlpatterns = [
    path("appearance", views.appearance),
    path("palette", views.search_palette),
    path("menu", views.menu),
    path("settings", views.settings_start),
    path("shortcuts", views.shortcut_list),
]

if settings.DEBUG:
    from rapport.platform.ui import styleguide

    urlpatterns += styleguide.urlpatterns
