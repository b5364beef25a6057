from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "rapport.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from rapport.catalogue import records  # noqa: F401 registers the declarations
        from rapport.records import totals

        totals.rates_by(lambda amount, currency: f"rapport_in_base({amount}, {currency}, current_date)")
