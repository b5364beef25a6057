"""A plugin for mypy: what our middlewares put on a request."""

from collections.abc import Callable

from mypy.plugin import ClassDefContext, Plugin
from mypy.plugins.common import add_attribute_to_class
from mypy.types import AnyType, TypeOfAny

REQUEST = "django.http.request.HttpRequest"
ADDED = ("viewer", "htmx", "LANGUAGE_CODE")


class RequestPlugin(Plugin):
    """Knows request.viewer (identity), request.htmx (django-htmx) and request.LANGUAGE_CODE (Django's own)."""

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return _add if fullname == REQUEST else None


def _add(context: ClassDefContext) -> None:
    for name in ADDED:
        add_attribute_to_class(context.api, context.cls, name, AnyType(TypeOfAny.explicit))


def plugin(version: str) -> type[Plugin]:
    return RequestPlugin
