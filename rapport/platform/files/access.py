"""Who may have a file: whoever may see something that holds it. Those who hold files say so here."""

from collections.abc import Callable

from rapport.platform.files.models import File
from rapport.platform.identity.viewer import Viewer

# (file id, viewer) -> whether anything holds the file, and whether the viewer may see one of those that do.
Holder = Callable[[int, Viewer], tuple[bool, bool]]
_holders: list[Holder] = []


def register_holder(holder: Holder) -> Holder:
    """Adds somebody who holds files."""
    _holders.append(holder)
    return holder


def visible_file(pk: int, viewer: Viewer) -> File | None:
    """The file, or None if there is none within the viewer's reach.

    An upload that nothing holds yet is its sender's alone.
    """
    file = File.objects.filter(pk=pk).first() if 0 < pk < 2**62 else None
    if file is None:
        return None
    held = False
    for holder in _holders:
        holds, seen = holder(pk, viewer)
        if seen:
            return file
        held = held or holds
    return file if not held and file.created_by_id == viewer.id else None
