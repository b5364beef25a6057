"""Messages that wait for a page, each in a signed cookie of its own.

In one cookie together two answers that are under way at once would write over each other's: a message that a page has shown
comes back with the answer that still knew it, or one that was just said goes with those that the page has read.
"""

import binascii
import html
import json
import secrets
import time
from itertools import accumulate
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.base import BaseStorage, Message
from django.contrib.messages.storage.cookie import MessagePartGatherSerializer, MessagePartSerializer, MessageSerializer
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.html import strip_tags
from django.utils.safestring import SafeData

PREFIX = "notice-"
# How many may wait, how long one may be and all of them together, in bytes of cookies; servers take 4 to 8 KB of headers.
MOST, LONGEST, ALL = 8, 1000, 3000
# So many characters of one are kept; a text that repeats itself would go into a short cookie.
MOST_TEXT = 1000
# So many are taken away by one answer, whatever a browser brings.
SWEPT = 50


class MessageCookies(BaseStorage):
    """Only those that were read are taken away; of too many the oldest go, and what is too long is cut."""

    _queued_messages: list[Message]

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self._signer: Any = signing.get_cookie_signer(salt="rapport.messages")
        # Oldest first: the names begin with the time.
        self._names = sorted(name for name in request.COOKIES if name.startswith(PREFIX))

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Message], bool]:
        """Those that came with the request, oldest first, and that these are all."""
        found = (self._read(self.request.COOKIES[name]) for name in self._names[-MOST:])
        return [message for message in found if message is not None], True

    def update(self, response: HttpResponseBase) -> list[Message]:
        """Takes away what was read and keeps what was said since, each on its own. Nothing is ever left over."""
        self._prepare_messages(self._queued_messages)  # type: ignore[attr-defined]  # the stubs do not know it
        said = [self._written(message) for message in self._queued_messages]
        kept, gone = ([], self._names) if self.used else (self._names, [])
        sizes = [*(len(self.request.COOKIES[name]) for name in kept), *map(len, said)]
        newest = [total for total in accumulate(reversed(sizes)) if total <= ALL][:MOST]
        over = len(sizes) - len(newest) if said else 0
        now = time.time_ns() // 1000
        flags: dict[str, Any] = {"domain": settings.SESSION_COOKIE_DOMAIN, "samesite": settings.SESSION_COOKIE_SAMESITE}
        for name in [*gone, *kept[:over]][:SWEPT]:
            response.delete_cookie(name, **flags)
        for number, value in enumerate(said):
            if number >= over - len(kept):
                response.set_cookie(
                    f"{PREFIX}{now:014x}{number:03x}{secrets.token_hex(4)}",
                    value,
                    secure=settings.SESSION_COOKIE_SECURE,
                    httponly=settings.SESSION_COOKIE_HTTPONLY,
                    **flags,
                )
        return []

    def _read(self, value: str) -> Message | None:
        """The message, or None for what we have not signed."""
        try:
            found = self._signer.unsign_object(value, serializer=MessageSerializer)
        except (signing.BadSignature, binascii.Error, json.JSONDecodeError):
            return None
        message: Message = found[0]
        return message

    def _written(self, message: Message) -> str:
        """The cookie of a message, cut until it is short enough."""
        text = str(message.message)
        if len(text) <= MOST_TEXT and len(value := self._signed(message)) <= LONGEST:
            return value
        # Half a tag would be worse than none.
        text = (html.unescape(strip_tags(text)) if isinstance(message.message, SafeData) else text)[:MOST_TEXT]
        tags = message.extra_tags if len(message.extra_tags or "") < LONGEST // 4 else None
        while len(value := self._signed(Message(message.level, f"{text}…", tags))) > LONGEST:
            tags, text = tags if text else None, text[: len(text) * 4 // 5]
        return value

    def _signed(self, message: Message) -> str:
        parts = MessagePartSerializer().dumps([message])
        value: str = self._signer.sign_object(parts, serializer=MessagePartGatherSerializer, compress=True)
        return value
