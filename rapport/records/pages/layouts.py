"""Which layout of an entity's records somebody looked at last: the sidebar leads there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from rapport.records.record import Record

YEAR = 365 * 24 * 3600


def _cookie(entity: str) -> str:
    return f"rapport_layout_{entity}"


def remembered(layout: str) -> Callable:
    """Decorates the page of a layout, so that it is found again from the sidebar."""

    def wrap(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def wrapper(request: HttpRequest, record: Record, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, record, *args, **kwargs)
            if record.board and not request.htmx and request.COOKIES.get(_cookie(record.entity), "list") != layout:
                response.set_cookie(
                    _cookie(record.entity), layout, max_age=YEAR, samesite="Lax", secure=request.is_secure()
                )
            return response

        return wrapper

    return wrap


def last_address(request: HttpRequest, entity: str) -> str:
    """Where the sidebar's entry leads: to the board if that was looked at last."""
    return f"/{entity}/board" if request.COOKIES.get(_cookie(entity)) == "board" else f"/{entity}"
