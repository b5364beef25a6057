"""Django's sessions in the database, read with a statement that is planned once: every page asks for its own."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from rapport.platform.prepared import prepared


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and no key any more, if it is unknown or has run out."""
        with prepared() as cursor:
            cursor.execute(
                "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
                [self.session_key, timezone.now()],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(row[0])
        return found
