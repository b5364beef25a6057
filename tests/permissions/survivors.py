"""Checks that can be taken away without anybody getting further, each with the reason, and with what it stands behind.

That is verified: with the check alone away nothing is noticed, with its walls away as well it is. A name that is noticed fails.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Behind:
    """Why nobody notices, and the checks that refuse as well; none where it is no check of the program's, such as a trigger."""

    why: str
    walls: tuple[str, ...] = ()


_ENDED = Behind(
    "A trigger ends tokens, links and sessions in the moment that a user is switched off or deleted: this is the second wall."
)
_IDENTITY = "rapport/platform/identity/tokens.py"

SURVIVORS: dict[str, Behind] = {
    f"{_IDENTITY} use_link: narrow `user__is_active=True`": _ENDED,
    f"{_IDENTITY} use_link: narrow `user__deleted_at=None`": _ENDED,
}
