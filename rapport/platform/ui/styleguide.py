"""The kit on one page with invented records, in development only: what a component looks like and how it is written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from rapport.platform.ui import samples

PAGES = {"kit", "list", "empty", "record", "deal", "form", "upload", "map", "check", "write", "done", "health",
         "settings", "bin", "history", "sign-in", "welcome", "start"}  # fmt: skip


def show(request: HttpRequest, page: str = "kit") -> HttpResponse:
    """One page of the guide; an unknown one is answered with the kit itself."""
    name = page if page in PAGES else "kit"
    return render(request, f"styleguide/{name}.html", samples.context(name))


urlpatterns = [path("styleguide/", show), path("styleguide/<str:page>", show)]
