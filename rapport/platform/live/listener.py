"""Somebody who hears of changes, for as long as a stream lasts: what they may hear of follows their rights."""

import logging
from collections.abc import Iterable, Mapping, Sequence

from django.db import DatabaseError, connection

from rapport.platform.identity.signed_in import signed_in
from rapport.platform.identity.viewer import Viewer, viewer_for
from rapport.platform.live.hearing import hearing
from rapport.platform.live.sight import in_sight, viewer_now

log = logging.getLogger("rapport.live")


class Listener:
    """`rows` are the topics of single rows that the page shows; `seen` are those of them that were in sight when last asked."""

    def __init__(self, viewer: Viewer, rows: Iterable[str]) -> None:
        self.user_id, self._epoch = viewer.id, viewer.user.session_epoch
        # What is touched when users change, this one or many: then the stream asks at once whether it may go on.
        self.session = frozenset({"users", f"users-{viewer.id}"})
        self.hears = hearing(viewer)
        self.rows = frozenset(rows)
        self.seen = {topic for topic, _user in in_sight({topic: [viewer] for topic in self.rows})}

    def still_welcome(self) -> bool:
        """Whether the session lasts; takes up the role as it is now. For a thread."""
        try:
            user = signed_in(self.user_id)
            if user is None or user.session_epoch != self._epoch:
                return False
            self.hears = hearing(viewer_for(user))
            return True
        finally:
            connection.close()  # a stream must not keep a connection of the pool while it waits


def to_tell(asked: Mapping[str, Sequence[Listener]]) -> list[tuple[str, Listener]]:
    """Of those who follow the rows that were touched whom to tell.

    Who may look at a row hears of it, and who could until now: their page has to find out. From then on it is silent.
    """
    try:
        viewers = {one.user_id: viewer_now(one.user_id) for listeners in asked.values() for one in listeners}
        found = in_sight(
            {
                topic: [v for user in {one.user_id for one in listeners} if (v := viewers[user])]
                for topic, listeners in asked.items()
            }
        )
    except DatabaseError as error:
        # Better once too often to somebody who knows the row than a change that is lost.
        log.warning("live updates of single rows could not be judged: %s", error)
        return [(topic, one) for topic, listeners in asked.items() for one in listeners if topic in one.seen]
    told = []
    for topic, listeners in asked.items():
        for one in listeners:
            sees = (topic, one.user_id) in found
            if sees or topic in one.seen:
                told.append((topic, one))
            (one.seen.add if sees else one.seen.discard)(topic)
    return told


def to_tell_in_thread(asked: Mapping[str, Sequence[Listener]]) -> list[tuple[str, Listener]]:
    """The same, in a thread that keeps no connection."""
    try:
        return to_tell(asked)
    finally:
        connection.close()
