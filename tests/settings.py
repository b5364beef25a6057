"""Rapport's settings with what tests need: a home of their own, fast passwords, assets from the sources."""

import atexit
import os
import shutil
import tempfile

# The first process of a session makes the home and clears it away; the xdist workers inherit it.
if "RAPPORT_TEST_HOME" not in os.environ:
    os.environ["RAPPORT_TEST_HOME"] = tempfile.mkdtemp(prefix="rapport-test-home-")
    atexit.register(shutil.rmtree, os.environ["RAPPORT_TEST_HOME"], ignore_errors=True)
os.environ["RAPPORT_HOME"] = os.environ["RAPPORT_TEST_HOME"]

from rapport.config.settings import *  # noqa: F403
from rapport.config.settings import DATABASES, STORAGES

# Each test's connection is its own; a pool would keep connections to databases that are about to be dropped.
DATABASES["default"]["OPTIONS"].pop("pool", None)
# A replica of somebody's own instance has nothing to do with the tests' database; test_replica.py makes one.
DATABASES.pop("replica", None)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
