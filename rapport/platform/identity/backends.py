from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from rapport.platform.identity.models import User
from rapport.platform.identity.signed_in import signed_in


class EmailBackend:
    """Signs in by e-mail and password. Takes the same time whether or not the user exists."""

    def authenticate(self, request: HttpRequest | None, email: str = "", password: str = "", **_: Any) -> User | None:
        user = User.objects.filter(email__iexact=email.strip(), deleted_at=None).first() if email else None
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return signed_in(user_id)
