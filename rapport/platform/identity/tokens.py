"""One-time links and API tokens: made here, kept only as hashes, compared by digest."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from rapport.platform.identity.models import ApiToken, OneTimeLink, User
from rapport.platform.identity.signed_in import signed_in
from rapport.platform.prepared import prepared

_LIVE = "SELECT id, user_id, last_used_at FROM identity_apitoken WHERE digest = %s AND revoked_at IS NULL"
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
    with prepared() as cursor:
        cursor.execute(_LIVE, [digest(token)])
        found = cursor.fetchone()
    if found is None:
        return None
    pk, user_id, last_used_at = found
    user = signed_in(user_id)
    if user and (last_used_at is None or timezone.now() - last_used_at > timedelta(minutes=5)):
        ApiToken.objects.filter(pk=pk).update(last_used_at=Now())
    return user
