"""Turns RAPPORT_FILES into Django's settings of the store of uploads."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

OPTIONS = {"endpoint": "endpoint_url", "region": "region_name", "addressing": "addressing_style"}


def file_store(given: str, home: Path) -> dict[str, Any]:
    """`given` is a folder, or s3://bucket/prefix?endpoint=https://…&region=…; without it a folder of the home.

    Raises ImproperlyConfigured naming what is wrong.
    """
    if not given.startswith("s3:"):
        return {
            "BACKEND": "rapport.platform.files.storage.DirectoryStorage",
            "OPTIONS": {"location": given or home / "files"},
        }
    parts = urlparse(given)
    query = dict(parse_qsl(parts.query))
    if unknown := sorted(set(query) - set(OPTIONS)):
        raise ImproperlyConfigured(f"RAPPORT_FILES: {unknown[0]!r} is none of {', '.join(OPTIONS)}.")
    if not parts.hostname or parts.username:
        raise ImproperlyConfigured(
            "RAPPORT_FILES must look like s3://bucket or s3://bucket/prefix; keys go into AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY."
        )
    return {
        "BACKEND": "rapport.platform.files.bucket.BucketStorage",
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": unquote(parts.path).strip("/"),
            **{OPTIONS[name]: value for name, value in query.items()},
        },
    }
