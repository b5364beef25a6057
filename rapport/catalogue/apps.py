from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "rapport.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from rapport.catalogue import records  # noqa: F401 registers the declarations
