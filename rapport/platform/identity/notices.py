"""The kinds of notices that somebody may switch off for themselves. Rooms register theirs when they start."""

from dataclasses import dataclass

from django.utils.functional import Promise

from rapport.platform.identity.models import User


@dataclass(frozen=True)
class Notice:
    """A kind of notice: `label` names it, `text` says when it comes."""

    key: str
    label: str | Promise
    text: str | Promise
    order: int = 100


_notices: dict[str, Notice] = {}


def register(notice: Notice) -> Notice:
    """Adds or replaces the notice with this key."""
    _notices[notice.key] = notice
    return notice


def notices() -> list[Notice]:
    """Every kind, in order."""
    return sorted(_notices.values(), key=lambda n: (n.order, n.key))


def wants(user: User, key: str) -> bool:
    """Whether the user wants notices of this kind: yes, until they say no."""
    return key not in user.muted
