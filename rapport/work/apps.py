from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "rapport.work"
    label = "work"

    def ready(self) -> None:
        from rapport.platform.ui import watchers
        from rapport.work import records  # noqa: F401 registers the declarations

        watchers.register(
            watchers.Watcher("reminders", "/tasks/reminders", lambda request: f"reminders-{request.viewer.id}")
        )
