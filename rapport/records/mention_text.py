"""Naming a colleague in a text: stored as @[Ana Sales](users/5), shown as a chip, typed as @Ana Sales."""

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from rapport.platform.identity.models import User

MENTION = re.compile(r"@\[([^\[\]\n]{1,150})\]\(users/(\d{1,18})\)")


def plain(text: str) -> str:
    """The text as one types it."""
    return MENTION.sub(lambda found: f"@{found[1]}", text or "")


def html(text: str) -> SafeString:
    """The text escaped, with a chip for each mention and its lines."""
    made, at = [], 0
    for found in MENTION.finditer(text or ""):
        made += [escape(text[at : found.start()]), format_html('<span class="r-mention">@{}</span>', found[1])]
        at = found.end()
    return mark_safe("".join([*made, escape((text or "")[at:])]).replace("\n", "<br>"))  # noqa: S308 each piece is escaped


def linked(text: str) -> str:
    """What was typed with each @Name of an active user as a reference; of namesakes the first who came."""
    if "@" not in (text or ""):
        return text
    names: dict[str, int] = {}
    for pk, name in User.objects.filter(is_active=True, deleted_at=None).order_by("-pk").values_list("pk", "name"):
        if name and not set(name) & set("[]\n"):
            names[name.casefold()] = pk
    if not names:
        return text
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    named = re.compile(rf"(?<![\w@\[])@({longest_first})(?!\w)", re.I)
    return named.sub(lambda found: f"@[{found[1]}](users/{names[found[1].casefold()]})", text)
