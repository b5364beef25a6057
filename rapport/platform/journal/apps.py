from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "rapport.platform.journal"
    label = "journal"
