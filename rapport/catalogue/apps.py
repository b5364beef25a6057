from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "rapport.catalogue"
    label = "catalogue"
