"""One-time links and API tokens: made here, kept only as hashes, compared by digest."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from rapport.platform.identity.models import ApiToken, OneTimeLink, User
from rapport.platform.identity.signed_in import token_of

LINK_LIFE = timedelta(hours=24)


def digest(token: str) -> str:
    """SHA-256 of a token that has 256 random bits: a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(user: User, *, life: timedelta = LINK_LIFE) -> str:
    """Returns the path of a new one-time sign-in link for the user."""
    token = secrets.token_urlsafe(32)
    OneTimeLink.objects.create(user=user, digest=digest(token), expires_at=timezone.now() + life)
    return f"/sign-in/link/{token}"


def use_link(token: str) -> User | None:
    """Uses a link up and returns its user, or None if it is unknown, used, expired or its user may not sign in."""
    used = OneTimeLink.objects.filter(
        digest=digest(token), used_at=None, expires_at__gt=Now(), user__is_active=True, user__deleted_at=None
    ).update(used_at=Now())
    return OneTimeLink.objects.select_related("user").get(digest=digest(token)).user if used else None


def make_token(user: User, *, name: str) -> str:
    """Returns a new API token of the user; it is shown this once."""
    token = "rap_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, name=name, digest=digest(token), hint=token[:8])
    return token


def user_of_token(token: str) -> User | None:
    """Returns the active user of a live token, or None."""
    found = token_of(digest(token))
    if found is None or found.user is None:
        return None
    if found.revoked_at is not None:
        return None
    if found.last_used_at is None or timezone.now() - found.last_used_at > timedelta(minutes=5):
        ApiToken.objects.filter(pk=found.id).update(last_used_at=Now())
    return found.user
