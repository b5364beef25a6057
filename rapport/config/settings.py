"""Django settings. What an operator may change comes from the environment: docs/administrators/configure.md."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from rapport.config.database import databases
from rapport.config.file_store import file_store
from rapport.config.secrets import secret_key

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("RAPPORT_HOME") or ROOT / "var").resolve()
DEBUG = os.environ.get("RAPPORT_DEBUG") == "1"
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = os.environ.get("RAPPORT_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("RAPPORT_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "rapport.platform.identity",
    "rapport.platform.access",
    "rapport.platform.facts",
    "rapport.platform.journal",
    "rapport.platform.jobs",
    "rapport.platform.files",
    "rapport.platform.replica",
    "rapport.platform.search",
    "rapport.platform.live",
    "rapport.platform.ui",
    "rapport.platform.setup",
    "rapport.records",
    "rapport.customers",
    "rapport.catalogue",
    "rapport.work",
    "rapport.conversations",
    "rapport.sales",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    # Simple configs: the loaders are set by hand below, because each of the two would otherwise undo the other's.
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "rapport.platform.ui.compress.CompressMiddleware",
    "rapport.platform.ui.content_policy.ContentPolicyMiddleware",
    "rapport.records.api.middleware.ProblemMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rapport.platform.ui.middleware.RefusalMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "rapport.platform.setup.first_run_pages.FirstRunMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rapport.platform.identity.middleware.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "rapport.platform.ui.middleware.FragmentMiddleware",
]

ROOT_URLCONF = "rapport.config.urls"
ASGI_APPLICATION = "rapport.config.asgi.application"
WSGI_APPLICATION = "rapport.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.static",
                "django.templatetags.i18n",
                "rapport.platform.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "rapport.platform.ui.context.shell",
            ],
        },
    }
]
COTTON_DIR = "cotton"

DATABASES = databases()
# Seconds that the replica may be behind before everything is read from the main database.
REPLICA_LAG = float(os.environ.get("RAPPORT_REPLICA_LAG", "5"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.User"
# The e-mail is unique by an index on its lower case (user_email_once), which Django's check does not count.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["rapport.platform.identity.backends.EmailBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"
SESSION_ENGINE = "rapport.platform.identity.session_store"
MESSAGE_STORAGE = "rapport.platform.ui.message_cookies.MessageCookies"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
_HTTPS = os.environ.get("RAPPORT_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español"), ("ar", "العربية")]
LOCALE_PATHS = [ROOT / "rapport" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("RAPPORT_STATIC") or ROOT / "var" / "static")
STORAGES = {
    "default": file_store(os.environ.get("RAPPORT_FILES", ""), HOME),
    "staticfiles": {"BACKEND": "rapport.platform.ui.storage.HashedStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
LARGEST_FILE = int(os.environ.get("RAPPORT_LARGEST_FILE_MB", "50")) * 2**20
# The largest file that an import takes, or an upload, with what stands around it in a form.
LARGEST_BODY = max(2 * 2**30, LARGEST_FILE) + 2**20
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("RAPPORT_LOG", "WARNING")},
    "loggers": {"rapport": {"level": os.environ.get("RAPPORT_LOG", "INFO")}},
}
TEST_RUNNER = "django.test.runner.DiscoverRunner"
