"""What is sent twice and done once: the key that it carries is kept with the answer, in the transaction of the effect."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from rapport.records.models import IdempotencyKey

KEPT = timedelta(days=7)


def claim(user_id: int, key: str, digest: str) -> IdempotencyKey | None:
    """None for the first of its kind, who then does it; else what is kept of the first. Call inside a transaction.

    Waits for a first one that is still under way. `digest` is of what was asked.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO records_idempotencykey (user_id, key, digest) VALUES (%s, %s, %s)
               ON CONFLICT (user_id, key) DO NOTHING""",
            [user_id, key, digest],
        )
        if cursor.rowcount:
            return None
    return IdempotencyKey.objects.get(user_id=user_id, key=key)


def keep(user_id: int, key: str, *, status: int, answer: dict[str, Any]) -> None:
    """Keeps the answer of the first one."""
    IdempotencyKey.objects.filter(user_id=user_id, key=key).update(status=status, answer=answer)


def let_go(user_id: int, key: str) -> None:
    """It was refused: the next one may try again."""
    IdempotencyKey.objects.filter(user_id=user_id, key=key).delete()


def forget_old() -> int:
    """Removes what nobody will repeat any more; returns how many there were."""
    return IdempotencyKey.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
