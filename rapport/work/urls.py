from django.urls import path

from rapport.work import pages

urlpatterns = [path("tasks/reminders", pages.reminders)]
