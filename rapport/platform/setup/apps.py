from django.apps import AppConfig


class SetupConfig(AppConfig):
    name = "rapport.platform.setup"
    label = "setup"
