from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "rapport.customers"
    label = "customers"

    def ready(self) -> None:
        from rapport.customers import records  # noqa: F401 registers the declarations
