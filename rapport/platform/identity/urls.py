from django.urls import path

from rapport.platform.identity import pages

urlpatterns = [
    path("sign-in", pages.sign_in, name="sign-in"),
    path("sign-in/link/<str:token>", pages.sign_in_by_link),
    path("sign-out", pages.sign_out),
]
