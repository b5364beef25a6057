from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "rapport.platform.ui"
    label = "ui"
