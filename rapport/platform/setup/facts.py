"""What becomes true of an instance as a whole."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OutgoingReleased:
    """An administrator let mail and webhooks leave again; `held_since` and `backup_of` are ISO times."""

    held_since: str
    backup_of: str
