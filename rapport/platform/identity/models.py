"""Users, teams, one-time links and API tokens."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from rapport.platform.identity.managers import UserManager
from rapport.platform.journal.models import Journalled


class Team(Journalled):
    """People who work together, with a manager, below a parent team."""

    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    manager = models.ForeignKey("User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.name


class User(Journalled, AbstractBaseUser):
    """Somebody who works with Rapport. Without an e-mail address nobody can sign in as them."""

    secret_columns = ("password", "session_epoch")

    email = models.EmailField(max_length=254, null=True, blank=True)
    name = models.CharField(max_length=150)
    role = models.ForeignKey("access.Role", null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    is_active = models.BooleanField(default=True, db_default=True)
    language = models.CharField(max_length=10, blank=True, default="", db_default="")
    time_zone = models.CharField(max_length=60, blank=True, default="", db_default="")
    # "light", "dark", or "" to follow the system.
    theme = models.CharField(max_length=10, blank=True, default="", db_default="")
    # Keys of the notices (notices.py) that the user does not want.
    muted = ArrayField(models.CharField(max_length=40), blank=True, default=list, db_default=[])
    last_seen_at = models.DateTimeField(null=True, editable=False)
    password = models.CharField(max_length=128, default="!", db_default="!")
    # Moves when every session and link of the user has to end at once.
    session_epoch = models.IntegerField(default=0, db_default=0)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Django compares this with each session's copy; moving session_epoch ends them all."""
        return f"{super().get_session_auth_hash()}:{self.session_epoch}"


class OneTimeLink(models.Model):
    """A sign-in link, usable once, kept only as a hash."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())


class Session(models.Model):
    """One browser in which somebody is signed in: what they recognise it by, so that they can end it from elsewhere."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40, unique=True)
    agent = models.CharField(max_length=300, blank=True, default="")
    address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(db_default=Now())


class ApiToken(models.Model):
    """A key for the API, shown once, kept only as a hash. `hint` is its first characters, to tell keys apart."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class SignInAttempt(models.Model):
    """A failed sign-in, kept to slow down guessing."""

    email = models.CharField(max_length=254, db_index=True)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(db_default=Now(), db_index=True)
