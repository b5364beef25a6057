"""What users change about themselves."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from rapport.platform.identity.models import ApiToken, OneTimeLink, User
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.platform.live.touch import touch


def change_profile(viewer: Viewer, *, name: str, language: str, time_zone: str) -> None:
    """Writes the viewer's own name, language and time zone; empty means as the company has it."""
    with acting(viewer, "change own profile"):
        User.objects.filter(pk=viewer.id).update(name=name, language=language, time_zone=time_zone)
        touch("users", f"users-{viewer.id}")


def change_theme(viewer: Viewer, theme: str) -> None:
    """Keeps "light", "dark" or "" (as the system) with the viewer."""
    if viewer.user.theme != theme:
        with acting(viewer, "change own profile"):
            User.objects.filter(pk=viewer.id).update(theme=theme)


def change_notices(viewer: Viewer, muted: list[str]) -> None:
    """Keeps which kinds of notices the viewer does not want."""
    with acting(viewer, "change own profile"):
        User.objects.filter(pk=viewer.id).update(muted=sorted(muted))


def change_password(viewer: Viewer, *, present: str, new: str) -> User:
    """Gives the viewer a new password and ends their other sessions. Returns the user as they are now.

    Who came by a one-time link and has no password yet needs none to set one. Raises ValidationError as
    {field: message}.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=viewer.id)
        if user.has_usable_password() and not user.check_password(present):
            raise ValidationError({"present": _("This is not your present password.")})
        try:
            validate_password(new, user)
        except ValidationError as error:
            raise ValidationError({"new": error.messages}) from None
        user.set_password(new)
        User.objects.filter(pk=user.pk).update(password=user.password, session_epoch=F("session_epoch") + 1)
        # A link that was made before could still let somebody else in.
        OneTimeLink.objects.filter(user=user, used_at=None, expires_at__gt=Now()).update(expires_at=Now())
        user.refresh_from_db()
        touch(f"users-{user.pk}")  # ends the live streams of other sessions, too
    return user


def revoke_token(viewer: Viewer, pk: int) -> bool:
    """Revokes one of the viewer's own tokens; False if there is no such live one."""
    return bool(ApiToken.objects.filter(pk=pk, user_id=viewer.id, revoked_at=None).update(revoked_at=Now()))
