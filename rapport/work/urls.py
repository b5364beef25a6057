from django.urls import path

from rapport.records import registry
from rapport.work import pages

urlpatterns = [
    path("tasks/reminders", pages.reminders),
    *(
        path(f"{entity}/<int:id>/day", pages.day, {"record": registry.get(entity)})
        for entity in ("tasks", "meetings", "calls")
    ),
]
