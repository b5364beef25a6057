"""The frame's addresses with the styleguide, which otherwise exists in development only."""

from django.urls import include, path

from rapport.platform.ui.styleguide import urlpatterns as styleguide

urlpatterns = [path("", include("rapport.platform.ui.urls")), *styleguide]
