from django.urls import path

from rapport.records import registry
from rapport.work import pages
from rapport.work.calendar import pages as calendar

urlpatterns = [
    path("tasks/reminders", pages.reminders),
    path("calendar", calendar.calendar),
    path("calendar/<slug:kind>/<int:id>", calendar.move_entry),
    path("calendar/<slug:kind>/<int:id>/move", calendar.move_form),
    *(
        path(f"{entity}/<int:id>/day", pages.day, {"record": registry.get(entity)})
        for entity in ("tasks", "meetings", "calls")
    ),
]
