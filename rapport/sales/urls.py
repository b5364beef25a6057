from django.urls import path

from rapport.sales import pages

urlpatterns = [path("deals/<int:id>/stages/<int:stage>", pages.move)]
