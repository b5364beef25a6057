"""Every page of the engine is signed-in only, and says the engine's refusals in HTML."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from rapport.platform.access.gate import Refused
from rapport.platform.access.pages import METHODS
from rapport.platform.files.store import StoreAway
from rapport.platform.ui.errors import unavailable
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.pages.once import once
from rapport.records.record import Record

View = Callable[..., HttpResponseBase]


def page(view: View) -> View:
    """Wraps a page: anonymous goes to sign in, out of reach is 404, not allowed is 403."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.viewer is None:
            return HttpResponseRedirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        try:
            return once(request, lambda: view(request, *args, **kwargs))
        except NotFound:
            raise Http404 from None
        except Refused as refused:
            if getattr(request, "htmx", None):
                messages.error(request, str(refused))
                return HttpResponse(status=204)
            raise PermissionDenied(str(refused)) from None
        except StoreAway as away:
            if getattr(request, "htmx", None):
                messages.error(request, str(away))
                return HttpResponse(status=204)
            return unavailable(request, str(away))
        except InvalidFields as error:
            if getattr(request, "htmx", None):
                messages.error(request, "; ".join(error.errors.values()))
                return HttpResponse(status=204)
            # What was wrong may be quoted in it, so it is no HTML.
            said = "; ".join(map(str, error.errors.values()))
            return HttpResponseBadRequest(said, content_type="text/plain; charset=utf-8")

    return wrapper


def asked_for(request: HttpRequest, target: str) -> bool:
    """Whether htmx asks for the part with this id alone; its header says tag#id."""
    return bool(request.htmx) and (request.htmx.target or "").rpartition("#")[2] == target


def on_board(request: HttpRequest) -> bool:
    """Whether htmx asks from a board: it fetches itself anew, so nothing is to be shown but a toast."""
    return bool(request.htmx) and (request.htmx.current_url_abs_path or "").partition("?")[0].endswith("/board")


def moved(**said: object) -> HttpResponse:
    """Tells an open board that something moved; a dialog that asked for something closes. Toasts come along."""
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"board-moved": "", **said, "dialog-close": ""})})


def must(record: Record, request: HttpRequest, action: str) -> None:
    """Raises Refused unless the viewer may do the action with some record."""
    if not record.may(request.viewer, action):
        raise Refused(_("Your role may not do this."))


def undoable(request: HttpRequest, text: Any, action: int | None, *, once: str = "", redo: bool = False) -> None:
    """Leaves a toast, with an undo button when there is an action to undo.

    A later toast with the same key `once` takes its place. `redo`: what was done is an undo, which the button reverts.
    """
    tags = [f"{'redo' if redo else 'undo'}:/undo/{action}"] if action else []
    messages.success(request, str(text), extra_tags=" ".join([*tags, f"once:{once}"] if once else tags))
