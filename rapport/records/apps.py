from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "rapport.records"
    label = "records"

    def ready(self) -> None:
        from rapport.platform.ui import watchers
        from rapport.records import house, navigation, shortcuts  # noqa: F401 registers the declarations and entries
        from rapport.records.pages import palette  # noqa: F401 registers what is found

        watchers.register(watchers.Watcher("bulk", "/bulk/news", lambda request: f"bulk-{request.viewer.id}"))
