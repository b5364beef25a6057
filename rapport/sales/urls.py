from django.urls import path

from rapport.sales import home, pages

urlpatterns = [path("", home.home), path("deals/<int:id>/stages/<int:stage>", pages.move)]
