from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "rapport.work"
    label = "work"

    def ready(self) -> None:
        from rapport.work import records  # noqa: F401 registers the declarations
