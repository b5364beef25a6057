from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "rapport.platform.identity"
    label = "identity"
