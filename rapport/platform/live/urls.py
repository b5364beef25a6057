from django.urls import path

from rapport.platform.live import pages

urlpatterns = [path("live", pages.live, name="live")]
