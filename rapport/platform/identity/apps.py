from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "rapport.platform.identity"
    label = "identity"

    def ready(self) -> None:
        from rapport.platform.identity import navigation  # noqa: F401 registers the entries
