from django.urls import path

from rapport.sales import pages
from rapport.sales.home import page as home

urlpatterns = [path("", home.home), path("deals/<int:id>/stages/<int:stage>", pages.move)]
