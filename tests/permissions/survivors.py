"""Checks that can be taken away without anybody getting further, each with the reason. A name that is noticed fails."""

_ENDED = "A trigger ends tokens, links and sessions in the moment that a user is switched off or deleted: this is the second wall."
_IDENTITY = "rapport/platform/identity/tokens.py"

SURVIVORS: dict[str, str] = {
    f"{_IDENTITY} user_of_token: narrow `user__is_active=True`": _ENDED,
    f"{_IDENTITY} user_of_token: narrow `user__deleted_at=None`": _ENDED,
    f"{_IDENTITY} use_link: narrow `user__is_active=True`": _ENDED,
    f"{_IDENTITY} use_link: narrow `user__deleted_at=None`": _ENDED,
}
