from django.urls import path

from rapport.platform.identity import pages, settings_pages

urlpatterns = [
    path("sign-in", pages.sign_in, name="sign-in"),
    path("sign-in/link/<str:token>", pages.sign_in_by_link),
    path("sign-out", pages.sign_out),
    path("settings/you", settings_pages.you),
    path("settings/you/password", settings_pages.password),
    path("settings/security", settings_pages.security),
    path("settings/security/sessions/end", settings_pages.end_sessions),
    path("settings/security/sessions/<int:id>/end", settings_pages.end_session),
    path("settings/notifications", settings_pages.notifications),
    path("settings/tokens", settings_pages.tokens),
    path("settings/tokens/<int:id>/revoke", settings_pages.revoke),
]
