"""The browsers in which somebody is signed in: begun here, listed, ended from elsewhere."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import login, update_session_auth_hash
from django.contrib.sessions.models import Session as Stored
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.http import HttpRequest

from rapport.platform.identity.models import OneTimeLink, Session, User
from rapport.platform.identity.viewer import Viewer
from rapport.platform.live.touch import touch

BACKEND = "rapport.platform.identity.backends.EmailBackend"
# In this order: every one of them also says it is the later ones.
_BROWSERS = (("Edge", r"\bEdg"), ("Opera", r"\bOPR"), ("Firefox", r"Firefox|FxiOS"), ("Chrome", r"Chrom|CriOS"),
             ("Safari", r"Safari"))  # fmt: skip
_SYSTEMS = (("Android", r"Android"), ("iPhone", r"iPhone"), ("iPad", r"iPad"), ("Windows", r"Windows"),
            ("macOS", r"Mac OS"), ("ChromeOS", r"CrOS"), ("Linux", r"Linux"))  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A session as its user recognises it. `browser` and `system` are empty when the browser does not say."""

    id: int
    browser: str
    system: str
    address: str
    since: datetime
    is_this: bool


def begin_session(request: HttpRequest, user: User) -> None:
    """Signs the user in here, and keeps by what they will recognise it."""
    login(request, user, backend=BACKEND)
    # Who comes in again as themselves keeps the session that they have.
    Session.objects.update_or_create(
        key=request.session.session_key or "",
        defaults={
            "user": user,
            "agent": request.headers.get("User-Agent", "")[:300].replace("\x00", ""),
            "address": request.META.get("REMOTE_ADDR") or None,
        },
    )


def renew_session(request: HttpRequest, user: User) -> None:
    """Lets this session go on after a change that ends all sessions of the user."""
    before = request.session.session_key
    update_session_auth_hash(request, user)
    Session.objects.filter(key=before).update(key=request.session.session_key)


def sessions(viewer: Viewer, present: str | None) -> list[Seen]:
    """The viewer's sessions that still last, this one first, then the newest."""
    live = Stored.objects.filter(expire_date__gt=Now()).values("session_key")
    found = Session.objects.filter(user_id=viewer.id, key__in=live).order_by("-pk")
    seen = [
        Seen(
            s.pk, _first(_BROWSERS, s.agent), _first(_SYSTEMS, s.agent), s.address or "", s.created_at, s.key == present
        )
        for s in found
    ]
    return sorted(seen, key=lambda s: not s.is_this)


def end_session(viewer: Viewer, pk: int) -> bool:
    """Ends one of the viewer's own sessions at once; False if there is none such."""
    with transaction.atomic():
        found = Session.objects.filter(pk=pk, user_id=viewer.id).first()
        if found is None:
            return False
        Stored.objects.filter(session_key=found.key).delete()
        found.delete()
        touch(f"users-{viewer.id}")  # ends the live stream of that session, too
    return True


def end_other_sessions(viewer: Viewer, present: str | None) -> User:
    """Ends every session of the viewer but `present`, and every link that could begin one.

    The caller renews the present one, as its hash holds no longer. Returns the user as they are now.
    """
    with transaction.atomic():
        gone = Session.objects.filter(user_id=viewer.id).exclude(key=present or "")
        Stored.objects.filter(session_key__in=gone.values("key")).delete()
        gone.delete()
        # Also ends those that were begun before we kept them.
        User.objects.filter(pk=viewer.id).update(session_epoch=F("session_epoch") + 1)
        OneTimeLink.objects.filter(user_id=viewer.id, used_at=None, expires_at__gt=Now()).update(expires_at=Now())
        touch(f"users-{viewer.id}")
    return User.objects.get(pk=viewer.id)


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, agent)), "")
