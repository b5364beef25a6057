"""Who calls the API: a bearer token, or the session of a signed-in page with its CSRF token."""

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from rapport.platform.identity.tokens import user_of_token
from rapport.platform.identity.viewer import Viewer, viewer_for


class TokenAuth(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        user = user_of_token(token)
        if user is None:
            return None
        request.viewer = viewer_for(user, source="api")
        return request.viewer


class SessionAuth(APIKeyCookie):
    """The browser's session. Ninja checks the CSRF token for cookies."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Viewer | None:
        if request.viewer is not None:
            request.viewer.source = "api"
        return request.viewer
