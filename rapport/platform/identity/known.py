"""Whether somebody of ours is calling, asked before much is taken from them."""

import io
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, connection

from rapport.platform.identity.session_store import SessionStore
from rapport.platform.identity.tokens import user_of_token


def is_known(environ: dict[str, Any]) -> bool:
    """Whether the headers of a WSGI environment carry a live token or session; its body is left alone."""
    request = WSGIRequest({**environ, "wsgi.input": io.BytesIO()})
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() == "bearer":
            return user_of_token(token.strip()) is not None
        request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        return get_user(request).is_authenticated
    except DatabaseError:
        return False
    finally:
        connection.close()  # the page that follows is perhaps worked on by another thread
