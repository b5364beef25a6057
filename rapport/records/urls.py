"""Addresses of the engine. The entity converter only knows registered entities, so that nothing else is caught."""

from django.urls import path, register_converter

from rapport.records import registry
from rapport.records.api.build import build_api


class EntityConverter:
    """One of the registered entities."""

    regex = "|".join(sorted((record.entity for record in registry.all_records()), key=len, reverse=True)) or "none"

    def to_python(self, value: str):
        return registry.get(value)

    def to_url(self, value) -> str:
        return value if isinstance(value, str) else value.entity


register_converter(EntityConverter, "entity")

urlpatterns = [path("api/v1/", build_api().urls)]
