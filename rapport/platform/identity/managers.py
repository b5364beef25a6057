from typing import Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import transaction


class UserManager(BaseUserManager):
    """Finds users by e-mail without regard to case."""

    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(email__iexact=username)

    def create_user(
        self, *, email: str | None, name: str, role: str = "member", password: str | None = None, **more: Any
    ):
        """Creates a user with the role of that key. Without a password only a one-time link lets them in."""
        from rapport.platform.access.models import Role

        with transaction.atomic():
            user: Any = self.model(
                email=(email or "").strip().lower() or None, name=name, role=Role.objects.get(key=role), **more
            )
            user.set_password(password)
            user.save(using=self._db)
        return user
