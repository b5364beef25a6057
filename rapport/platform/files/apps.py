from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "rapport.platform.files"
    label = "files"
