from django.apps import AppConfig


class SetupConfig(AppConfig):
    name = "rapport.platform.setup"
    label = "setup"

    def ready(self) -> None:
        from rapport.platform.setup import navigation  # noqa: F401 registers the entries
