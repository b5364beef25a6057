from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "rapport.work"
    label = "work"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from rapport.platform.identity import notices
        from rapport.platform.ui import watchers
        from rapport.work import records  # noqa: F401 registers the declarations

        notices.register(
            notices.Notice(
                "reminders",
                _("Reminders of tasks"),
                _("At the time that was set on a task of yours."),
                10,
            )
        )
        watchers.register(
            watchers.Watcher("reminders", "/tasks/reminders", lambda request: f"reminders-{request.viewer.id}")
        )
