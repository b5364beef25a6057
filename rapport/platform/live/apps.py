from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "rapport.platform.live"
    label = "live"
