from django.urls import path

from rapport.platform.identity import pages, settings_pages

urlpatterns = [
    path("sign-in", pages.sign_in, name="sign-in"),
    path("sign-in/link/<str:token>", pages.sign_in_by_link),
    path("sign-out", pages.sign_out),
    path("settings", settings_pages.settings_start),
    path("settings/you", settings_pages.you),
    path("settings/you/password", settings_pages.password),
    path("settings/tokens", settings_pages.tokens),
    path("settings/tokens/<int:id>/revoke", settings_pages.revoke),
]
