from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "rapport.conversations"
    label = "conversations"

    def ready(self) -> None:
        from rapport.conversations import records  # noqa: F401 registers the declarations
