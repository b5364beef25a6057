"""The instance's secret key: from the environment, else kept in the home folder."""

import os
import secrets
from pathlib import Path


def secret_key(home: Path) -> str:
    """Returns RAPPORT_SECRET_KEY, or the key in HOME/secret_key, which is made (mode 0600) on first use."""
    if key := os.environ.get("RAPPORT_SECRET_KEY"):
        return key
    path = home / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(key)
    return key
