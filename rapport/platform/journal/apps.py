from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    name = "rapport.platform.journal"
    label = "journal"

    def ready(self) -> None:
        # Triggers are made from the tables as they are after all migrations; this is Django's own hook for that.
        post_migrate.connect(_sync, dispatch_uid="journal")


def _sync(app_config, **_) -> None:
    # post_migrate is sent once for each app; the last one sees every table.
    from django.apps import apps

    if app_config == list(apps.get_app_configs())[-1] or app_config.label == "sales":
        from rapport.platform.journal.triggers import sync_triggers

        sync_triggers()
