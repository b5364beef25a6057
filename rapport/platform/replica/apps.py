from django.apps import AppConfig


class ReplicaConfig(AppConfig):
    name = "rapport.platform.replica"
    label = "replica"
