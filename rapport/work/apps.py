from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "rapport.work"
    label = "work"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from rapport.platform.identity import notices
        from rapport.platform.ui import navigation, shortcuts, watchers
        from rapport.work import records  # noqa: F401 registers the declarations

        notices.register(
            notices.Notice(
                "reminders",
                _("Reminders of tasks"),
                _("At the time that was set on a task of yours."),
                10,
            )
        )
        navigation.register(navigation.Entry("calendar", _("Calendar"), "/calendar", "calendar-days", 5, "work", "g k"))
        shortcuts.register(
            shortcuts.Shortcut("calendar.earlier", "alt+ArrowUp", _("Earlier, in a month a week"), "calendar"),
            shortcuts.Shortcut("calendar.later", "alt+ArrowDown", _("Later, in a month a week"), "calendar"),
            shortcuts.Shortcut("calendar.day_before", "alt+ArrowLeft", _("To the day before"), "calendar"),
            shortcuts.Shortcut("calendar.day_after", "alt+ArrowRight", _("To the day after"), "calendar"),
            shortcuts.Shortcut("calendar.shorter", "alt+shift+ArrowUp", _("Shorter"), "calendar"),
            shortcuts.Shortcut("calendar.longer", "alt+shift+ArrowDown", _("Longer"), "calendar"),
            shortcuts.Shortcut("calendar.move", "e", _("Move to…"), "calendar"),
        )
        watchers.register(
            watchers.Watcher("reminders", "/tasks/reminders", lambda request: f"reminders-{request.viewer.id}")
        )
