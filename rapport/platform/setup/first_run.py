"""The first run: the company and its administrator, made once, by whoever may."""

import base64
import hashlib
import hmac
import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from rapport.platform.identity.models import User
from rapport.platform.setup.company import forget
from rapport.platform.setup.models import Company

LOCK = 4_742_002
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA", "HTTP_X_FORWARDED_HOST")
_begun = False


class AlreadySetUp(Exception):
    """Somebody was quicker: there is a user."""


@dataclass(frozen=True)
class Beginning:
    """What the first-run page asks for. `country` and `currency` are ISO codes, `time_zone` an IANA name."""

    name: str
    email: str
    password: str
    company: str
    country: str
    currency: str
    time_zone: str
    language: str


def has_begun() -> bool:
    """Whether there is a user. True never becomes false again, so it is asked only until then."""
    global _begun
    if not _begun:
        _begun = User.objects.exists()
    return _begun


def begin(wanted: Beginning) -> User:
    """Makes the company and its administrator in one transaction; raises AlreadySetUp if there is a user."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if User.objects.exists():
            raise AlreadySetUp
        Company.objects.update_or_create(
            pk=1,
            defaults={
                "name": wanted.company,
                "country": wanted.country,
                "currency": wanted.currency,
                "time_zone": wanted.time_zone,
                "language": wanted.language,
            },
        )
        user = User.objects.create_user(
            email=wanted.email, name=wanted.name, role="administrator", password=wanted.password
        )
    forget()
    return user


def set_up_code() -> str:
    """What a stranger does not know: printed by bin/run, the same on every machine that shares the secret key."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"set-up code", hashlib.sha256).digest()
    text = base64.b32encode(digest).decode()[:12]
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def needs_code(request: HttpRequest) -> bool:
    """True unless the request comes from this very machine, straight, and by a name of it."""
    if any(request.META.get(header) for header in FORWARDED):
        return True
    host = request.META.get("HTTP_HOST", "").rsplit(":", 1)[0].strip("[]")
    try:
        here = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
        named = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True
    return not (here and named)


def check_code(given: str) -> None:
    """Raises ValidationError unless the code is right; spaces, dashes and case do not matter."""
    if not constant_time_compare(_plain(given), _plain(set_up_code())):
        raise ValidationError(_("This is not the code that bin/run printed when it started."))


def _plain(code: str) -> str:
    return "".join(char for char in code.upper() if char.isalnum())
